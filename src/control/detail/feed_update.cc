// How a feed follows what its lanes want and its lines found.
#include <algorithm>

#include "control/detail/feed.h"

namespace kollect::control {

namespace {

using kube::WatchState;

constexpr std::chrono::seconds kMostDoubt{10};
constexpr std::chrono::milliseconds kDoubtLook{100};

bool contains(const std::vector<LineScope>& scopes, const LineScope& scope) {
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool overlap(const LineScope& a, const LineScope& b) {
  return a.ns.empty() || b.ns.empty() || a.ns == b.ns;
}

}  // namespace

void Feed::update_at(Steady::time_point time) {
  if (update_ && update_time_ <= time) return;
  if (update_) parts_.loop.cancel_timer(*update_);
  update_time_ = time;
  update_ = parts_.loop.call_at(time, [this] {
    update_.reset();
    update();
  });
}

void Feed::update_soon() { update_at(Steady::now()); }

void Feed::update() {
  if (is_in_grace()) return judge_lanes();
  const Wish wanted = wish();
  for (const FeedLine* line : std::exchange(reopen_, {})) close(*line);
  for (const LineScope& scope : wanted.lines) {
    if (line_for(scope) == nullptr) open(scope);
  }
  if (resource_) access_.watch(resource_->gvr, wanted.reviews);
  if (may_retire(wanted)) retire_lines(wanted);
  release_versions();
  update_replay();
  judge_lanes();
  if (lines_.empty() && lanes_.empty()) parts_.listener.feed_idle();
  if (scope_gauge_) scope_gauge_->set(wide_line() != nullptr && is_namespaced() ? 1 : 0);
}

// Edits take targets away and bring them back: what is watched stays for a while.
bool Feed::is_in_grace() {
  const auto now = Steady::now();
  if (!index_.empty() || lines_.empty()) {
    idle_since_.reset();
    return false;
  }
  if (!idle_since_) idle_since_ = now;
  const auto end = *idle_since_ + options_.grace;
  if (now >= end) return false;
  update_at(end);
  return true;
}

// --- what is wanted

bool Feed::is_namespaced() const { return !resource_ || resource_->is_namespaced; }

// Whole once a line brings whole objects: those who need less are served as well.
kube::Part Feed::part() const {
  const bool is_whole =
      std::ranges::any_of(lanes_, [](const auto& lane) { return lane->needs_whole; }) ||
      std::ranges::any_of(lines_,
                          [](const auto& line) { return line->scope().part == kube::Part::whole; });
  return is_whole ? kube::Part::whole : kube::Part::metadata;
}

bool Feed::is_bounded_out(std::string_view ns) const {
  const auto& bounds = options_.watch_namespaces;
  return !bounds.empty() && std::ranges::find(bounds, ns) == bounds.end();
}

const FeedLine* Feed::wide_line() const { return line_at(""); }

const FeedLine* Feed::line_at(std::string_view ns) const {
  const FeedLine* found = nullptr;
  for (const auto& line : lines_) {
    if (line->scope().ns == ns && (found == nullptr || !found->is_synced())) found = line.get();
  }
  return found;
}

FeedLine* Feed::line_for(const LineScope& scope) const {
  const auto found =
      std::ranges::find_if(lines_, [&](const auto& line) { return line->scope() == scope; });
  return found == lines_.end() ? nullptr : found->get();
}

Feed::Wish Feed::wish() const {
  Wish wanted;
  if (index_.empty()) return wanted;
  const FeedLine* wide = wide_line();
  if (!is_namespaced()) {
    if (!index_.contains(kClusterStandIn) || is_bounded_out(kClusterStandIn)) return wanted;
    if (access_.of("") != Access::denied) wanted.lines.push_back({"", part()});
    wanted.reviews.insert("");
  } else if (!options_.watch_namespaces.empty()) {
    wish_for_namespaces(wanted, Unknown::open);
  } else if (index_.size() == 1 && wide == nullptr) {
    wish_for_namespaces(wanted, Unknown::open);
  } else {
    const bool is_denied = access_.of("") == Access::denied;
    if (!is_denied) wanted.lines.push_back({"", part()});
    wanted.reviews.insert("");
    if (is_denied || (wide != nullptr && wide->state_now() == WatchState::forbidden))
      wish_for_namespaces(wanted, Unknown::ask_first);
  }
  return wanted;
}

void Feed::wish_for_namespaces(Wish& wanted, Unknown unknown) const {
  for (const auto& [ns, cell] : index_) {
    if (is_bounded_out(ns)) continue;
    wanted.reviews.insert(ns);
    const Access access = access_.of(ns);
    const FeedLine* known = access == Access::unknown ? line_at(ns) : nullptr;
    const bool is_open = access == Access::allowed ||
                         (access == Access::unknown &&
                          (unknown == Unknown::open || (known != nullptr && known->is_synced())));
    if (is_open) wanted.lines.push_back({ns, part()});
  }
}

// --- lines

void Feed::learn(const kube::Watcher& watcher) {
  const kube::ApiResource* found = watcher.resource();
  if (found == nullptr || resource_ == *found) return;
  resource_ = *found;
  const metrics::SeriesKey key{
      .values = {resource_->gvr.group, resource_->gvr.version, resource_->gvr.resource}};
  writer_.set_meters(
      {.mismatches = parts_.metrics.counter(metrics::Metric::collect_namespace_mismatch, key),
       .resyncs = parts_.metrics.counter(metrics::Metric::informer_resync_dispatches, key)});
  objects_gauge_ = parts_.metrics.gauge(metrics::Metric::informer_objects, key);
  scope_gauge_ = parts_.metrics.gauge(metrics::Metric::informer_cluster_wide_scope, key);
}

void Feed::open(const LineScope& scope) {
  lines_.push_back(std::make_unique<FeedLine>(
      scope, FeedLine::Parts{*this, writer_, parts_.rows, objects_gauge_}));
  FeedLine& line = *lines_.back();
  line.id = parts_.session.start({.gvk = gvk_, .ns = scope.ns, .part = scope.part}, line,
                                 options_.watcher);
}

void Feed::close(const FeedLine& line) {
  const auto at = std::ranges::find_if(lines_, [&](const auto& one) { return one.get() == &line; });
  if (at == lines_.end()) return;
  if (const kube::Watcher* watcher = parts_.session.find(line.id))
    add_counts(watcher->counts(), retired_);
  parts_.session.stop(line.id);
  if (replay_line_ == at->get()) end_replay();
  if ((*at)->holds_versions) writer_.versions().end();
  lines_.erase(at);
}

// Not before the new lines know what there is, and not while one of them may have told a newer
// state of an object than the old one did afterwards.
bool Feed::may_retire(const Wish& wanted) {
  const bool all_decided = std::ranges::all_of(wanted.lines, [&](const LineScope& scope) {
    const FeedLine* line = line_for(scope);
    return line != nullptr && line->is_decided();
  });
  const bool is_superfluous = lines_.size() > wanted.lines.size();
  if (!all_decided || !is_superfluous) return false;
  for (const LineScope& scope : wanted.lines) {
    const FeedLine& line = *line_for(scope);
    const bool is_doubtful =
        line.holds_versions && writer_.versions().has_doubt_before(line.list_version());
    if (is_doubtful && !has_caught_up(line)) return false;
  }
  return true;
}

bool Feed::has_caught_up(const FeedLine& line) {
  const auto now = Steady::now();
  if (doubted_ != &line) doubt_since_ = now;
  doubted_ = &line;
  const bool all_there = std::ranges::all_of(lines_, [&](const auto& other) {
    const kube::Watcher* watcher = parts_.session.find(other->id);
    return watcher == nullptr || !overlap(other->scope(), line.scope()) ||
           version_number(watcher->resource_version()) >= line.list_version();
  });
  if (all_there) return true;
  if (now - doubt_since_ > kMostDoubt) {
    parts_.session.relist(line.id);
    return true;
  }
  update_at(now + kDoubtLook);
  return false;
}

void Feed::retire_lines(const Wish& wanted) {
  std::vector<const FeedLine*> leaving;
  for (const auto& line : lines_) {
    if (!contains(wanted.lines, line->scope())) leaving.push_back(line.get());
  }
  for (const FeedLine* line : leaving) close(*line);
  if (!leaving.empty()) deny_again();
}

// A list needs to know what other watches say only while there is one beside it.
void Feed::hold_versions(FeedLine& line) {
  if (line.holds_versions || !has_other(line)) return;
  line.holds_versions = true;
  writer_.versions().begin();
}

void Feed::release_versions() {
  for (const auto& line : lines_) {
    if (!line->holds_versions || has_other(*line)) continue;
    line->holds_versions = false;
    writer_.versions().end();
  }
}

bool Feed::has_other(const FeedLine& line) const {
  return std::ranges::any_of(lines_, [&](const auto& other) {
    return other.get() != &line && other->is_synced() && overlap(other->scope(), line.scope());
  });
}

// --- who is settled

void Feed::judge_lanes() {
  for (const auto& lane : lanes_) {
    const bool settled = is_settled(*lane);
    if (std::exchange(lane->is_settled, settled) != settled) parts_.listener.lane_changed(*lane);
  }
}

bool Feed::is_not_installed() const {
  return std::ranges::any_of(
      lines_, [](const auto& line) { return line->state_now() == WatchState::not_installed; });
}

bool Feed::is_settled(const Lane& lane) const {
  if (lane.namespaces.empty() || is_not_installed()) return true;
  if (!lane.due.empty() || !lane.replaying.empty() || access_.failing()) return false;
  const FeedLine* wide = wide_line();
  if (wide != nullptr && wide->is_synced() && wide->covers(lane)) return true;
  if (!is_namespaced() && !lane.namespaces.contains(kClusterStandIn)) return true;
  return std::ranges::all_of(lane.namespaces,
                             [&](const std::string& ns) { return is_covered(lane, ns); });
}

bool Feed::is_covered(const Lane& lane, std::string_view ns) const {
  if (is_bounded_out(ns)) return true;
  if (!is_namespaced()) return access_.of("") == Access::denied;
  if (access_.of(ns) == Access::denied) return true;
  const FeedLine* line = line_at(ns);
  return line != nullptr && line->is_synced() && line->covers(lane);
}

}  // namespace kollect::control
