// One cluster collected by one thread: everything that `kollect collect` runs, driven step by step
// by its caller.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "app/collect_plan.h"
#include "app/collect_verdict.h"
#include "control/collector.h"
#include "kube/client.h"
#include "net/loop.h"
#include "store/row_store.h"

namespace kollect::app {

// What changed in one target namespace since the last time it was asked for.
struct PartitionChange {
  store::PartitionKey partition;
  store::Delta delta;
  bool is_first = false;  // nothing was handed out before
};

// Everything belongs to the thread that makes it and steps it.
class CollectSession final : private control::CollectorListener {
 public:
  CollectSession(kube::ClusterAccess access, const Log& log);
  ~CollectSession() override;

  // Asks the server who it is, as a first contact; `answer` is set when it has answered or failed.
  // Fault::denied: it does not know us.
  void greet(std::chrono::milliseconds timeout);
  const std::optional<Status>& greeting() const { return greeting_; }

  void collect(const CollectPlan& plan);
  // Waits for something to happen, at most so long, and handles it.
  void step(std::chrono::milliseconds longest);

  // Everything that was set is settled.
  bool is_settled() const;
  std::vector<TargetState> targets() const;
  control::CollectorTotals totals() const;
  store::Counts counts() const;

  // All rows, in canonical order.
  std::vector<Ref<store::Row>> rows() const;
  // Everything up to now is known: from here on changes are kept until they are taken. A namespace
  // that had no target before begins with everything.
  void follow();
  std::vector<PartitionChange> take_changes();

 private:
  struct Cursor {
    store::RowStore::SubscriberId subscriber = 0;
    std::optional<uint64_t> sequence;  // none: nothing was handed out
  };

  void rows_changed(std::span<const store::PartitionKey> partitions) override;
  void target_changed(const control::TargetName& target) override;
  std::set<store::PartitionKey> partitions() const;
  Cursor& cursor_of(const store::PartitionKey& key);
  PartitionChange change_of(const store::PartitionKey& key);
  size_t rows_of(const TargetState& target) const;
  void log_states();

  // In the order of their needs.
  const Log log_;
  kube::KubeClient client_;
  const size_t connections_;
  net::Loop loop_;
  Guarded<store::RowStore> rows_;
  metrics::Registry metrics_;
  std::optional<Status> greeting_;
  std::vector<TargetState> targets_;  // without reports and rows
  std::map<store::PartitionKey, Cursor> cursors_;
  std::set<store::PartitionKey> changed_;
  std::set<control::TargetName> reported_;  // since they were logged
  kube::Session greeter_;
  control::Collector collector_;
};

}  // namespace kollect::app
