// One list beside the watch, for lanes that must see again what is already there (W32 to W34).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/collector.h"
#include "control/detail/feed_line.h"
#include "kube/session.h"

namespace kollect::control {

// Adds what a watch has counted.
void add_counts(const kube::WatchCounts& counts, CollectorTotals& totals);

// What one list of a replay covers.
struct ReplayStep {
  LineScope scope;
  std::vector<Lane*> lanes;
};

// The loop's thread alone. Destroying it ends its lists.
class Replay {
 public:
  struct Parts {
    kube::Session& session;
    RowWriter& writer;
    Guarded<store::RowStore>& rows;
    LineOwner& owner;
  };
  // `done` is called with every step that ended, and what it brought.
  using Done = std::function<void(const ReplayStep& step, const ListRun::Ended& ended)>;

  Replay(const Parts& parts, Done done);
  ~Replay();

  void start(const kube::Gvk& gvk, std::vector<ReplayStep> steps,
             const kube::WatcherOptions& options);
  void forget(Lane& lane);
  bool is_done() const { return left_ == 0; }
  void add_to(CollectorTotals& totals) const;

 private:
  class Step;

  const Parts parts_;
  const Done done_;
  std::vector<std::unique_ptr<Step>> steps_;
  size_t left_ = 0;
};

}  // namespace kollect::control
