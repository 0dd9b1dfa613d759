// Who must see again what is already there.
#include <map>

#include "control/detail/feed.h"

namespace kollect::control {

namespace {

constexpr size_t kMostNarrowReplays = 8;

}  // namespace

void Feed::update_replay() {
  if (replay_ && (replay_->is_done() || !replay_line_->is_synced())) end_replay();
  if (replay_ || access_.failing()) return;
  while (!replay_look_.empty()) {
    for (FeedLine* line : lines_at(*replay_look_.begin())) {
      if (line->is_synced() && start_replay(*line)) return;
    }
    replay_look_.erase(replay_look_.begin());
  }
}

bool Feed::start_replay(FeedLine& line) {
  std::vector<ReplayStep> steps = replay_steps(line);
  if (steps.empty()) return false;
  writer_.versions().begin();
  ++replays_;
  replay_line_ = &line;
  for (const ReplayStep& step : steps) replay_lanes_.insert(step.lanes.begin(), step.lanes.end());
  replay_ = std::make_unique<Replay>(
      Replay::Parts{parts_.session, writer_, parts_.rows, *this},
      [this](const ReplayStep& step, const ListRun::Ended& ended) { replayed(step, ended); });
  replay_->start(gvk_, std::move(steps), options_.watcher);
  return true;
}

void Feed::end_replay() {
  if (!replay_) return;
  for (Lane* lane : std::exchange(replay_lanes_, {})) {
    touch(*lane);
    if (lane->replaying.empty()) continue;
    lane->replaying.clear();
    replay_line_->covered().erase(lane);
    touch(replay_line_->scope().ns);
  }
  replay_->add_to(retired_);
  replay_.reset();
  replay_line_ = nullptr;
  writer_.versions().end();
}

// A lane that this line has never listed needs all its namespaces, others those that are due. Few
// namespaces are listed one by one, many with one list.
std::vector<ReplayStep> Feed::replay_steps(FeedLine& line) {
  std::map<std::string, std::vector<Lane*>> by_namespace;
  std::vector<Lane*> lanes;
  const std::string& ns = line.scope().ns;
  for (Lane* lane : lanes_at(ns)) {
    if (!reaches(line, *lane)) continue;
    const auto& wanted = line.covers(*lane) ? lane->due : lane->namespaces;
    if (wanted.empty() || (!ns.empty() && !wanted.contains(ns))) continue;
    lanes.push_back(lane);
    if (!ns.empty()) by_namespace[ns].push_back(lane);
    if (!ns.empty()) continue;
    for (const std::string& one : wanted) {
      if (by_namespace.size() > kMostNarrowReplays) break;
      by_namespace[one].push_back(lane);
    }
  }
  if (lanes.empty()) return {};
  const bool is_narrow = is_namespaced() && by_namespace.size() <= kMostNarrowReplays;
  if (!is_narrow) return wide_step(line, std::move(lanes));
  std::vector<ReplayStep> steps;
  for (auto& [one, of_one] : by_namespace) {
    for (Lane* lane : of_one) {
      lane->due.erase(one);
      lane->replaying.insert(one);
    }
    steps.push_back({{one, line.scope().part}, std::move(of_one)});
  }
  cover(line, lanes);
  return steps;
}

void Feed::cover(FeedLine& line, const std::vector<Lane*>& lanes) {
  for (Lane* lane : lanes) {
    line.covered().insert(lane);
    lane->is_known = true;
  }
}

std::vector<ReplayStep> Feed::wide_step(FeedLine& line, std::vector<Lane*> lanes) {
  for (Lane* lane : lanes) {
    lane->due.clear();
    lane->replaying.insert("");
  }
  cover(line, lanes);
  return {{{"", line.scope().part}, std::move(lanes)}};
}

void Feed::replayed(const ReplayStep& step, const ListRun::Ended& ended) {
  const std::string& ns = step.scope.ns;
  for (Lane* lane : ended.complete) {
    if (ns.empty()) {
      lane->replaying.clear();
    } else {
      lane->replaying.erase(ns);
    }
    touch(*lane);
    parts_.listener.lane_changed(*lane);
  }
  for (Lane* lane : ended.spoiled) {
    lane->replaying.clear();
    touch(*lane);
    if (replay_line_ == nullptr) continue;
    replay_line_->covered().erase(lane);
    touch(replay_line_->scope().ns);
  }
  if (ended.erased > 0) parts_.workshop.rows_changed();
  update_soon();
}

}  // namespace kollect::control
