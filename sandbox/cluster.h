// The state of the sandbox behind one lock, and every way to change it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "sandbox/access.h"
#include "sandbox/faults.h"
#include "sandbox/lifecycle.h"
#include "sandbox/store.h"

namespace kollect::sandbox {

// Not thread-safe: it lives inside the lock of Cluster.
class ClusterState {
 public:
  // Makes the value that an update wants from the current one.
  using Edit = std::function<Outcome<Value>(const Value& current, Arena& arena)>;

  ClusterState(uint64_t seed, size_t history_limit);

  Outcome<ObjectPtr> create(const Write& write, const Value& object);
  Outcome<ObjectPtr> update(const Write& write, const Edit& edit);
  // Server-side apply; creates what is missing. What the manager applied the last time and does not
  // any more goes.
  Outcome<ObjectPtr> apply(const Write& write, const std::string& manager, const Value& wanted);
  // The last state. What has finalizers stays, with a deletionTimestamp.
  Outcome<ObjectPtr> erase(const KindPtr& kind, const kube::ObjectKey& key);
  // The object by its own words: created, or replaced when it is there.
  Outcome<ObjectPtr> put(const Value& object);

  // Null when it is not served.
  KindPtr kind(const kube::Gvr& gvr) const;
  KindPtr kind(const kube::Gvk& gvk) const;
  const Kinds& kinds() const { return kinds_; }
  const Store& store() const { return store_; }
  void forget_history(const std::string& resource) { store_.forget(resource); }

  Access access = {};
  Faults faults = {};
  std::map<std::string, uint64_t> counters = {};  // "list pods"

 private:
  Outcome<ObjectPtr> keep(const Kind& kind, const Value& object, Arena& arena);
  void mark_deleted(const Kind& kind, const Value& object, Arena& arena);
  void remove(const Kind& kind, const kube::ObjectKey& key);
  void end_namespace(const std::string& ns);
  void unserve(const std::string& resource);

  Store store_;
  Kinds kinds_ = builtin_kinds();
  Random random_;
  std::map<std::string, std::string> applied_ = {};  // what a manager said of an object
};

// Any thread may call any method; nothing blocks but the lock.
class Cluster {
 public:
  using Wake = std::function<void()>;

  Cluster(uint64_t seed, size_t history_limit) : guarded_(seed, history_limit) {}

  template <typename Fn>
  auto read(Fn fn) const {
    return guarded_.read([&](const Guts& guts) { return fn(guts.state); });
  }
  // Wakes every subscriber after the lock is left; `fn` returns a value.
  template <typename Fn>
  auto change(Fn fn) {
    std::map<uint64_t, Subscription> watches;
    auto result = guarded_.with([&](Guts& guts) {
      watches = guts.watches;
      return fn(guts.state);
    });
    for (const auto& [id, watch] : watches) watch.wake();
    return result;
  }
  // The same, when there is nothing to see for those who wait.
  template <typename Fn>
  auto with(Fn fn) {
    return guarded_.with([&](Guts& guts) { return fn(guts.state); });
  }

  // `wake` is called after every change, from the changing thread, until unsubscribed.
  uint64_t subscribe(const std::string& resource, Wake wake);
  void unsubscribe(uint64_t id);
  // "*": of all resources.
  size_t open_watches(const std::string& resource) const;

 private:
  struct Subscription {
    std::string resource;
    Wake wake;
  };
  struct Guts {
    Guts(uint64_t seed, size_t history_limit) : state(seed, history_limit) {}

    ClusterState state;
    std::map<uint64_t, Subscription> watches = {};
    uint64_t next_id = 1;
  };

  Guarded<Guts> guarded_;
};

}  // namespace kollect::sandbox
