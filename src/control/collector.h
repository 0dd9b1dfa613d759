// The collection of one cluster: targets in, rows out.
//
// Who decides what to collect calls set() and remove(); the loop's thread watches, extracts and
// writes rows; a listener hears which inventories changed. One watch per resource serves every
// target on it. Below this header: detail/namespace_directory.h knows the namespaces,
// detail/feed.h is one resource, detail/row_writer.h is the path of an object.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "control/target_setup.h"
#include "kube/session.h"
#include "metrics/registry.h"
#include "store/row_store.h"

namespace kollect::control {

// How a target is doing. `reason` and `message` as conditions spell them (operator.md 1.3): empty
// when it just collects.
struct TargetReport {
  bool is_settled = false;  // W12: its rows are complete, or it is known why there are none
  bool is_degraded = false;
  std::string reason = {};
  std::string message = {};
  kube::WatchState watch = kube::WatchState::resolving;  // the worst of what it needs
  Steady::time_point watch_since = {};
  std::vector<std::string> matched_namespaces = {};
  std::vector<std::string> effective_namespaces = {};
  std::vector<std::string> forbidden_namespaces = {};
  bool is_kind_forbidden = false;  // a kind of the cluster that may not be read
  // Named in `spec.includedNamespaces`, and not there; they may come yet.
  std::vector<std::string> missing_namespaces = {};
  // Why namespaces that it asks for may be missing from all of these; empty when none can be.
  std::string namespace_trouble = {};
  // The server does not accept who asks, so that nothing is known.
  bool is_access_refused = false;
  size_t active_rules = 0;
  size_t extraction_failures = 0;
  std::string last_extraction_error = {};

  bool operator==(const TargetReport&) const = default;
};

// Calls come from the loop's thread, coalesced over CollectorOptions::flush; state decides, a call
// only wakes.
class CollectorListener {
 public:
  virtual ~CollectorListener() = default;
  virtual void rows_changed(std::span<const store::PartitionKey> partitions) = 0;
  virtual void target_changed(const TargetName& target) = 0;
};

struct CollectorOptions {
  std::vector<std::string> watch_namespaces = {};  // W25; empty: no boundary
  bool asks_for_access = true;                     // self access reviews (W26)
  std::chrono::milliseconds resync{std::chrono::hours(12)};
  std::chrono::milliseconds grace{60'000};  // until a watch without targets is stopped (W3)
  std::chrono::milliseconds flush{50};
  std::chrono::milliseconds review{30'000};
  std::chrono::milliseconds confirm{2'000};  // between two reviews that must agree
  // As many as connections that are at hand, less some for lists and reviews; 0: no bound. Over
  // HTTP/1.1 each watch holds a connection of its own.
  size_t most_watches = 0;
  // Of objects that watches tell while a list runs beside them; with more, the list begins anew.
  size_t most_versions = 50'000;
  kube::WatcherOptions watcher = {};
};

// All outlive the collector.
struct CollectorParts {
  net::Loop& loop;
  const kube::KubeClient& client;
  Guarded<store::RowStore>& rows;
  metrics::Registry& metrics;
  CollectorListener& listener;
  Log log = Log::off();
};

struct CollectorTotals {
  uint64_t bytes = 0;    // of bodies of lists and watches
  uint64_t objects = 0;  // lists and events
  uint64_t events = 0;
  uint64_t unreadable = 0;
  uint64_t lists = 0;
  uint64_t replays = 0;
  uint64_t looks = 0;  // at a namespace, to decide what is watched in it
  size_t watches = 0;  // open or on the way

  bool operator==(const CollectorTotals&) const = default;
};

// Made and ended on the loop's thread; what is marked so may be called from any thread.
class Collector {
 public:
  explicit Collector(const CollectorParts& parts, CollectorOptions options = {});
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // Any thread. Records what is wanted and returns; the same setup again costs nothing. A refusal
  // takes the target's rows away and counts it as settled.
  void set(const TargetName& target, PreparedTarget wanted);
  // Any thread. Its rows vanish.
  void remove(const TargetName& target);
  // Any thread. Every target that exists has been set once. Before, no partition is settled in the
  // store: a target that is not known yet may have rows there.
  void targets_known();
  // Any thread. Somebody reads this partition: it is settled in the store even when no target
  // collects into it, once that is known.
  void follow(const store::PartitionKey& partition);
  // Any thread. Nothing before the loop has seen the target.
  std::optional<TargetReport> report(const TargetName& target) const;
  // Any thread: whether everything that was set has been seen and is settled.
  bool is_settled() const;

  // The loop's thread.
  CollectorTotals totals() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace kollect::control
