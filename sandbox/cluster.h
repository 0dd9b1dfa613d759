// The state of the sandbox behind one lock, and every way to change it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "kube/object.h"
#include "sandbox/edit.h"
#include "sandbox/faults.h"
#include "sandbox/kinds.h"

namespace kollect::sandbox {

// An object is kept once, as canonical JSON text; the history refers to it.
struct Object {
  kube::ObjectKey key;
  uint64_t version = 0;  // resourceVersion
  std::string text;
};
using ObjectPtr = std::shared_ptr<const Object>;

struct Event {
  ObjectPtr before;  // null: it came into being
  ObjectPtr after;   // with the version of the event; of an end the last state
  bool is_end = false;
};

// The objects of one resource.
struct Shelf {
  std::map<kube::ObjectKey, ObjectPtr> objects = {};
  std::deque<Event> history = {};  // oldest first
  uint64_t forgotten = 0;          // events up to this version are no longer known
};

class Store {
 public:
  explicit Store(size_t history_limit) : history_limit_(history_limit) {}

  // Of the newest change.
  uint64_t version() const { return version_; }
  const Shelf& shelf(const std::string& resource) const;
  ObjectPtr find(const std::string& resource, const kube::ObjectKey& key) const;
  // The object that is now kept, which carries the next version.
  ObjectPtr put(const std::string& resource, const Value& object);
  void erase(const std::string& resource, const kube::ObjectKey& key);
  // Drops the history; watches from older versions end with 410.
  void forget(const std::string& resource);
  // Every object of a namespace, whatever its resource.
  void erase_inside(const std::string& ns);

 private:
  ObjectPtr next(const Value& value);
  void record(Shelf& shelf, Event event) const;

  const size_t history_limit_;
  uint64_t version_ = 1;
  std::map<std::string, Shelf> shelves_;
};

// Who may do what; of the rules that fit the last decides, "*" fits everything. The resource is
// "pods", "deployments.apps" or "pods/status", the namespace of a cluster-wide request is "".
struct AccessRule {
  std::string user, verb, resource, ns;
  bool allows = false;
};

// What a user's token begins with; the name comes behind it. It is no secret: what the sandbox
// holds is none either.
inline constexpr std::string_view kTokenPrefix = "kollect-sandbox-token-of-";
// Empty for an unknown token.
std::string user_of(std::string_view token);

// A write as the request describes it.
struct Write {
  KindPtr kind;
  kube::ObjectKey key;  // the name is empty for a create
  std::string subresource = {};
  bool keeps_status = false;  // by the sandbox itself: status is written with the rest
};

// Not thread-safe: it lives inside the lock of Cluster.
class ClusterState {
 public:
  // Makes the value that an update wants from the current one. A write that changes nothing makes
  // no version.
  using Edit = std::function<Value(const Value& current, Arena& arena)>;
  struct Watch {
    std::string resource;
    std::function<void()> wake;
  };

  explicit ClusterState(size_t history_limit);

  Outcome<ObjectPtr> create(const Write& write, const Value& object);
  Outcome<ObjectPtr> update(const Write& write, const Edit& edit);
  // Server-side apply; creates what is missing. What the manager applied the last time and does not
  // any more goes.
  Outcome<ObjectPtr> apply(const Write& write, const std::string& manager, const Value& wanted);
  // The last state. What has finalizers stays, with a deletionTimestamp. `known`: the uid and the
  // version it must have, where they are given.
  Outcome<ObjectPtr> erase(const KindPtr& kind, const kube::ObjectKey& key,
                           const Value& known = {});
  // The object by its own words: created, or replaced when it is there.
  Outcome<ObjectPtr> put(const Value& object);

  // Whether it is allowed what the rule asks for, in which nothing is "*".
  bool allows(const AccessRule& asked) const;
  // The first fault that fits a request which is answered now, or a watch that is open; counts it.
  std::optional<InjectedFault> next_fault(std::string_view verb, std::string_view resource,
                                          bool is_open = false);
  // Null when it is not served.
  KindPtr kind(const kube::Gvr& gvr) const;
  KindPtr kind(const kube::Gvk& gvk) const;

  Store store;
  Kinds kinds = builtin_kinds();
  std::vector<AccessRule> rules = {};
  std::vector<InjectedFault> faults = {};
  std::map<std::pair<std::string, std::string>, uint64_t> counters = {};  // by verb and resource
  std::map<uint64_t, Watch> watches = {};                                 // open now

 private:
  Outcome<ObjectPtr> keep(const Kind& kind, const Value& object);
  void remove(const Kind& kind, const kube::ObjectKey& key);

  // What managers said of an object the last time they applied it.
  std::map<std::pair<std::string, kube::ObjectKey>, std::map<std::string, std::string>> applied_;
};

// Any thread may call any method; nothing blocks but the lock.
class Cluster : public Guarded<ClusterState> {
 public:
  using Guarded::Guarded;

  // As with(); wakes every watch after the lock is left.
  template <typename Fn>
  auto change(Fn fn) {
    struct Waking {
      Cluster& cluster;
      ~Waking() {
        const auto watches = cluster.read([](const ClusterState& state) { return state.watches; });
        for (const auto& [id, watch] : watches) watch.wake();
      }
    };
    const Waking waking{*this};
    return with(fn);
  }
};

}  // namespace kollect::sandbox
