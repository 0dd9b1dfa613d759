// What a feed says of itself and of its lanes.
#include <algorithm>
#include <array>
#include <random>

#include <fmt/format.h>

#include "control/detail/feed.h"

namespace kollect::control {

namespace {

using kube::WatchState;

// What a user should hear of first.
constexpr std::array<WatchState, 6> kByGravity = {WatchState::retrying,  WatchState::not_installed,
                                                  WatchState::forbidden, WatchState::resolving,
                                                  WatchState::listing,   WatchState::live};

ptrdiff_t mildness(WatchState state) {
  return std::ranges::find(kByGravity, state) - kByGravity.begin();
}

}  // namespace

// Over a watch of everything that is complete, the others do not matter; beside others, one that is
// not brings nothing.
const FeedLine* Feed::worst_line(const Lane& lane) const {
  const FeedLine* wide = wide_line();
  if (wide != nullptr && (wide->is_synced() || lines_.size() == 1)) return wide;
  for (const WatchState state : kByGravity) {
    if (const FeedLine* line = line_in(state, lane)) return line;
  }
  return wide;
}

// The shorter way to one of its own: along the namespaces of the lane, or along the lines in this
// state.
const FeedLine* Feed::line_in(WatchState state, const Lane& lane) const {
  const auto in_state = tally_.by_state.find(state);
  if (in_state == tally_.by_state.end()) return nullptr;
  const auto is_it = [&](const FeedLine* line) {
    return line->state_now() == state && !line->scope().ns.empty() && reaches(*line, lane);
  };
  if (in_state->second.size() <= lane.namespaces.size()) {
    const auto found = std::ranges::find_if(in_state->second, is_it);
    return found == in_state->second.end() ? nullptr : *found;
  }
  for (const std::string& ns : lane.namespaces) {
    for (const FeedLine* line : lines_at(ns)) {
      if (is_it(line)) return line;
    }
  }
  return nullptr;
}

void Feed::describe(const Lane& lane, TargetReport& report) const {
  report.extraction_failures += lane.failures.size();
  if (lane.failures.size() > 0) report.last_extraction_error = lane.failures.last_message();
  if (is_namespaced()) {
    report.forbidden_namespaces.insert(report.forbidden_namespaces.end(), lane.forbidden.begin(),
                                       lane.forbidden.end());
  } else if (!lane.forbidden.empty()) {
    report.is_kind_forbidden = true;
  }
  const FeedLine* line = worst_line(lane);
  if (line == nullptr) return;
  if (report.watch_since == Steady::time_point() ||
      mildness(line->state_now()) < mildness(report.watch)) {
    report.watch = line->state_now();
    report.watch_since = line->since();
  }
  const bool is_crowded_out = std::ranges::any_of(
      crowded_out_, [&](const std::string& ns) { return lane.namespaces.contains(ns); });
  const std::string why = line->why() ? line->why()->text() : std::string();
  if (const auto failing = access_.failing()) {
    report.is_degraded = true;
    report.reason = "AccessCheckFailed";
    report.message =
        fmt::format("whether {} may be listed cannot be told: {}", gvk_.text(), failing->text());
  } else if (line->state_now() == WatchState::not_installed) {
    report.is_degraded = true;
    report.reason = "InformerRegistrationFailed";
    report.message = why;
  } else if (line->state_now() == WatchState::retrying ||
             (line->state_now() == WatchState::resolving && line->why())) {
    // Discovery that fails brings as little as a list that does.
    report.watch = WatchState::retrying;
    report.is_access_refused = line->why() && line->why()->fault == Fault::denied;
    report.reason = "Progressing";
    report.message = why;
  } else if (is_crowded_out) {
    report.reason = "Progressing";
    report.message = fmt::format(
        "{} namespaces wait to be watched: {} watches are open, and this process may hold no more "
        "connections; raise its limit of open files (ulimit -n)",
        crowded_out_.size(), parts_.session.size());
  } else if (line->state_now() == WatchState::forbidden && report.message.empty()) {
    report.message = why;
  }
}

void Feed::add_to(CollectorTotals& totals) const {
  totals.bytes += retired_.bytes;
  totals.objects += retired_.objects;
  totals.events += retired_.events;
  totals.unreadable += retired_.unreadable + unreadable_;
  totals.lists += retired_.lists;
  totals.replays += replays_;
  totals.watches += lines_.size();
  totals.looks += looks_;
  for (const auto& [scope, line] : lines_) {
    if (const kube::Watcher* watcher = parts_.session.find(line->id))
      add_counts(watcher->counts(), totals);
  }
  if (replay_) replay_->add_to(totals);
}

// A backstop: the list is taken anew and compared (W17).
void Feed::plan_resync() {
  std::uniform_real_distribution<double> jitter(0.9, 1.1);
  std::random_device seed;
  const auto wait = std::chrono::duration_cast<Steady::duration>(options_.resync * jitter(seed));
  resync_ = parts_.loop.call_at(Steady::now() + wait, [this] {
    for (const auto& [scope, line] : lines_) {
      if (line->is_synced()) parts_.session.relist(line->id);
    }
    plan_resync();
  });
}

}  // namespace kollect::control
