#include "control/detail/replay.h"

namespace kollect::control {

class Replay::Step final : public kube::WatchReader {
 public:
  Step(Replay& replay, ReplayStep what) : replay_(replay), what_(std::move(what)) {}

  void begin_list() override {
    run_.begin(replay_.parts_.rows, replay_.parts_.owner.next_ticket(), what_.lanes);
  }
  void object(kube::ObjectChange change, std::string_view bytes) override {
    const Status taken = replay_.parts_.writer.take(
        {.change = change, .bytes = bytes, .part = what_.scope.part, .ticket = run_.ticket()});
    if (!taken) replay_.parts_.owner.unreadable(taken.error());
  }
  void end_list() override {
    const ListRun::Ended ended = run_.end(replay_.parts_.rows, what_.scope.ns);
    --replay_.left_;
    replay_.done_(what_, ended);
  }
  void state(const kube::WatchReport&) override {}
  void unreadable(const Error& error) override { replay_.parts_.owner.unreadable(error); }

  void forget(Lane& lane) {
    std::erase(what_.lanes, &lane);
    run_.forget(lane);
  }

  kube::WatchId id{};

 private:
  Replay& replay_;
  ReplayStep what_;
  ListRun run_;
};

Replay::Replay(const Parts& parts, Done done) : parts_(parts), done_(std::move(done)) {}

Replay::~Replay() {
  for (const auto& step : steps_) parts_.session.stop(step->id);
}

void Replay::start(const kube::Gvk& gvk, std::vector<ReplayStep> steps,
                   const kube::WatcherOptions& options) {
  left_ = steps.size();
  for (ReplayStep& what : steps) {
    kube::WatchSpec spec{.gvk = gvk,
                         .ns = what.scope.ns,
                         .part = what.scope.part,
                         .then = kube::WatchSpec::Then::stop};
    steps_.push_back(std::make_unique<Step>(*this, std::move(what)));
    steps_.back()->id = parts_.session.start(std::move(spec), *steps_.back(), options);
  }
}

void add_counts(const kube::WatchCounts& counts, CollectorTotals& totals) {
  totals.bytes += counts.bytes;
  totals.objects += counts.listed + counts.events;
  totals.events += counts.events;
  totals.unreadable += counts.unreadable;
  totals.lists += counts.lists;
}

void Replay::add_to(CollectorTotals& totals) const {
  for (const auto& step : steps_) {
    if (const kube::Watcher* watcher = parts_.session.find(step->id))
      add_counts(watcher->counts(), totals);
  }
}

void Replay::forget(Lane& lane) {
  for (const auto& step : steps_) step->forget(lane);
}

}  // namespace kollect::control
