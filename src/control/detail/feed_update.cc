// How a feed follows what its lanes want and its lines found.
#include <algorithm>

#include "control/detail/feed.h"

namespace kollect::control {

namespace {

using kube::WatchState;

constexpr std::chrono::seconds kCrowdLook{1};

template <typename Set, typename Key>
void put(Set& set, const Key& key, bool is_in) {
  if (is_in) {
    set.insert(key);
  } else {
    set.erase(key);
  }
}

}  // namespace

void Feed::touch(const std::string& ns) {
  touched_.insert(ns);
  replay_look_.insert(ns);
  replay_look_.insert(std::string());
}

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
  if (writer_.versions().is_full()) start_over();
  if (is_in_grace()) return judge_lanes();
  if (const Reach now = reach(); now != reach_) {
    reach_ = now;
    touch_all();
  }
  for (const LineScope& scope : std::exchange(reopen_, {})) close(scope);
  look_at_crowd();
  look_at_touched();
  retire_lines();
  release_versions();
  update_replay();
  judge_lanes();
  if (lines_.empty() && lanes_.empty()) parts_.listener.feed_idle();
  if (scope_gauge_) scope_gauge_->set(wide_line() != nullptr && is_namespaced() ? 1 : 0);
  if (!crowded_out_.empty()) update_at(crowd_look_);
}

// Edits take targets away and bring them back: what is watched stays for a while.
bool Feed::is_in_grace() {
  const auto now = Steady::now();
  if (is_wanted() || lines_.empty()) {
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

// Whether there are objects that some lane would take.
bool Feed::is_wanted() const {
  return is_namespaced() ? !index_.empty() : index_.contains(kClusterStandIn);
}

// Whole once a line brings whole objects: those who need less are served as well.
kube::Part Feed::part() const {
  return whole_lanes_ + whole_lines_ > 0 ? kube::Part::whole : kube::Part::metadata;
}

bool Feed::is_bounded_out(std::string_view ns) const {
  const auto& bounds = options_.watch_namespaces;
  return !bounds.empty() && std::ranges::find(bounds, ns) == bounds.end();
}

Feed::Reach Feed::reach() const {
  Reach out{.part = part()};
  if (!is_wanted()) return out;
  const bool is_denied = access_.of("") == Access::denied;
  const FeedLine* wide = wide_line();
  if (!is_namespaced()) {
    out.reviews_wide = !is_bounded_out(kClusterStandIn);
    out.wide = out.reviews_wide && !is_denied;
  } else if (!options_.watch_namespaces.empty() || (index_.size() == 1 && wide == nullptr)) {
    out.narrow = true;
  } else {
    out.reviews_wide = true;
    out.wide = !is_denied;
    out.narrow = is_denied || (wide != nullptr && wide->state_now() == WatchState::forbidden);
    out.unknown = Unknown::ask_first;
  }
  return out;
}

bool Feed::wants_review(const std::string& ns) const {
  if (!resource_) return false;
  if (ns.empty()) return reach_.reviews_wide;
  return reach_.narrow && index_.contains(ns) && !is_bounded_out(ns);
}

bool Feed::wants_line(const std::string& ns) const {
  if (ns.empty()) return reach_.wide;
  if (!reach_.narrow || !index_.contains(ns) || is_bounded_out(ns)) return false;
  const Access access = access_.of(ns);
  if (access != Access::unknown) return access == Access::allowed;
  return reach_.unknown == Unknown::open || line_at(ns) != nullptr;
}

void Feed::look_at_touched() {
  Names touched = std::exchange(touched_, {});
  if (std::exchange(is_all_touched_, false)) {
    touched.insert(std::string());
    for (const auto& [ns, cell] : index_) touched.insert(ns);
    for (const auto& [scope, line] : lines_) touched.insert(scope.ns);
    for (const auto& lane : lanes_) touch(*lane);
    replay_look_ = touched;
  }
  for (const std::string& ns : touched) look_at(ns);
}

void Feed::look_at(const std::string& ns) {
  ++looks_;
  const LineScope scope{ns, reach_.part};
  const bool is_wanted_here = wants_line(ns);
  if (is_wanted_here && line_for(scope) == nullptr) open(scope);
  if (wants_review(ns)) {
    access_.watch(ns);
  } else {
    access_.forget(ns);
  }
  const FeedLine* line = is_wanted_here ? line_for(scope) : nullptr;
  put(undecided_, ns, is_wanted_here && (line == nullptr || !line->is_decided()));
  put(crowded_out_, ns, is_wanted_here && line == nullptr);
  for (const FeedLine* at : lines_at(ns)) put(leaving_, at->scope(), at != line);
  if (ns.empty()) return;
  if (!index_.contains(ns)) return close_at(ns);
  for (Lane* lane : lanes_at(ns)) {
    put(lane->served, ns, is_served(ns, *lane));
    touch(*lane);
  }
}

// Others may have ended meanwhile, of other resources too.
void Feed::look_at_crowd() {
  const auto now = Steady::now();
  if (now < crowd_look_) return;
  for (const std::string& ns : crowded_out_) touch(ns);
  crowd_look_ = now + kCrowdLook;
}

// --- who is settled

void Feed::judge_lanes() {
  if (std::exchange(was_not_installed_, is_not_installed()) != is_not_installed()) {
    for (const auto& lane : lanes_) touch(*lane);
  }
  for (Lane* lane : std::exchange(touched_lanes_, {})) {
    const bool settled = is_settled(*lane);
    if (std::exchange(lane->is_settled, settled) != settled) parts_.listener.lane_changed(*lane);
  }
}

bool Feed::is_settled(const Lane& lane) const {
  if (lane.namespaces.empty() || is_not_installed()) return true;
  if (!lane.due.empty() || !lane.replaying.empty() || access_.failing()) return false;
  if (covers("", lane)) return true;
  if (is_namespaced()) return lane.served.size() == lane.namespaces.size();
  return !lane.namespaces.contains(kClusterStandIn) || is_bounded_out(kClusterStandIn) ||
         access_.of("") == Access::denied;
}

bool Feed::covers(const std::string& ns, const Lane& lane) const {
  return std::ranges::any_of(
      lines_at(ns), [&](const FeedLine* line) { return line->is_synced() && line->covers(lane); });
}

bool Feed::is_served(const std::string& ns, const Lane& lane) const {
  return is_bounded_out(ns) || access_.of(ns) == Access::denied || covers(ns, lane);
}

}  // namespace kollect::control
