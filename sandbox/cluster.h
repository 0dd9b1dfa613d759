// The state of the sandbox behind one lock, and every way to change it.
//
// Any thread may call any method; nothing blocks but the lock. Those who wait for changes are woken
// after the lock is left.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "sandbox/access.h"
#include "sandbox/faults.h"
#include "sandbox/lifecycle.h"
#include "sandbox/store.h"

namespace kollect::sandbox {

struct ClusterOptions {
  uint64_t seed = 1;            // of uids, generated names and addresses
  size_t history_limit = 1000;  // events kept per resource
};

using Wake = std::function<void()>;

class Cluster {
 public:
  // Makes the value that an update wants from the current one.
  using Edit = std::function<Outcome<Value>(const Value& current, Arena& arena)>;
  struct Erasure {
    std::string uid = {};  // preconditions; empty: none
    std::string version = {};
    bool is_dry_run = false;
    int64_t grace_seconds = 0;
  };

  explicit Cluster(const ClusterOptions& options);

  Outcome<ObjectPtr> create(Write write, const Value& object);
  Outcome<ObjectPtr> update(Write write, const Edit& edit);
  // Server-side apply; creates what is missing.
  Outcome<ObjectPtr> apply(Write write, const Value& object, bool is_forced);
  // The last state. What has finalizers stays, with a deletionTimestamp.
  Outcome<ObjectPtr> erase(const KindPtr& kind, const kube::ObjectKey& key, const Erasure& how);
  // The object by its own words: created, or replaced when it is there.
  Outcome<ObjectPtr> put(const Value& object);

  Kinds kinds() const;
  // Null when it is not served.
  KindPtr kind(const kube::Gvr& gvr) const;
  KindPtr kind(const kube::Gvk& gvk) const;

  // `fn` sees the store under the lock.
  template <typename Fn>
  auto read(Fn fn) const {
    return state_.read([&](const State& state) { return fn(state.store); });
  }
  void forget_history(const std::string& resource);
  // "*": of all resources.
  size_t open_watches(const std::string& resource) const;
  void drop_watches(const std::string& resource);

  // Called after changes of the resource, from the changing thread, until unsubscribed.
  uint64_t subscribe(const std::string& resource, Wake wake);
  void unsubscribe(uint64_t id);

  template <typename Fn>
  auto with_access(Fn fn) {
    return state_.with([&](State& state) { return fn(state.access); });
  }
  // Wakes every watch, so that it meets its fault.
  void inject(InjectedFault fault);
  void clear_faults();
  std::optional<InjectedFault> fault_for_request(std::string_view verb, std::string_view resource);
  std::optional<InjectedFault> fault_for_watch(std::string_view resource);

  void count(const std::string& what);
  std::map<std::string, uint64_t> counters() const;

 private:
  struct Subscription {
    std::string resource;
    Wake wake;
  };
  struct State {
    explicit State(const ClusterOptions& options);

    Store store;
    Kinds kinds = builtin_kinds();
    Access access = {};
    Faults faults = {};
    std::map<std::string, uint64_t> counters = {};
    std::map<uint64_t, Subscription> subscriptions = {};
    uint64_t next_subscription = 1;
    std::set<std::string> touched = {};  // resources that changed since the lock was taken
    Random random;
  };

  template <typename Fn>
  auto change(Fn fn);
  static std::vector<Wake> due(State& state);
  static Outcome<ObjectPtr> create_in(State& state, const Write& write, const Value& object);
  static Outcome<ObjectPtr> update_in(State& state, const Write& write, const Edit& edit);
  static Outcome<ObjectPtr> kept(State& state, const Write& write, const Value& object,
                                 Arena& arena);
  static void remove(State& state, const KindPtr& kind, const kube::ObjectKey& key);
  static void empty_namespace(State& state, const std::string& ns);
  static void end_namespace(State& state, const std::string& ns);
  static void serve_custom(State& state, const Value& definition);
  static void unserve_custom(State& state, const std::string& resource);
  static void mark_deleted(State& state, const KindPtr& kind, const kube::ObjectKey& key,
                           const Erasure& how);
  static KindPtr kind_of(const State& state, const std::string& resource);

  Guarded<State> state_;
};

// The time now, as metadata carries it.
std::string now_text();

}  // namespace kollect::sandbox
