// Opening and closing the watches of a feed, so that nothing is lost when one takes over from
// others.
#include <algorithm>

#include "control/detail/feed.h"

namespace kollect::control {

namespace {

constexpr std::chrono::seconds kMostDoubt{10};
constexpr std::chrono::milliseconds kDoubtLook{100};

}  // namespace

FeedLine* Feed::line_for(const LineScope& scope) const {
  const auto found = lines_.find(scope);
  return found == lines_.end() ? nullptr : found->second.get();
}

std::vector<FeedLine*> Feed::lines_at(const std::string& ns) const {
  std::vector<FeedLine*> found;
  for (const kube::Part part : {kube::Part::whole, kube::Part::metadata}) {
    if (FeedLine* line = line_for({ns, part})) found.push_back(line);
  }
  return found;
}

const FeedLine* Feed::line_at(const std::string& ns) const {
  const FeedLine* found = nullptr;
  for (const FeedLine* line : lines_at(ns)) {
    if (found == nullptr || !found->is_synced()) found = line;
  }
  return found;
}

void Feed::learn(const kube::Watcher& watcher) {
  const kube::ApiResource* found = watcher.resource();
  if (found == nullptr || resource_ == *found) return;
  resource_ = *found;
  access_.set_resource(resource_->gvr);
  if (!is_namespaced()) parts_.listener.stand_in_wanted();
  touch_all();
  const metrics::SeriesKey key{
      .values = {resource_->gvr.group, resource_->gvr.version, resource_->gvr.resource}};
  writer_.set_meters(
      {.mismatches = parts_.metrics.counter(metrics::Metric::collect_namespace_mismatch, key),
       .resyncs = parts_.metrics.counter(metrics::Metric::informer_resync_dispatches, key)});
  objects_gauge_ = parts_.metrics.gauge(metrics::Metric::informer_objects, key);
  scope_gauge_ = parts_.metrics.gauge(metrics::Metric::informer_cluster_wide_scope, key);
}

void Feed::open(const LineScope& scope) {
  if (options_.most_watches > 0 && parts_.session.size() >= options_.most_watches) return;
  auto& line = lines_[scope];
  line = std::make_unique<FeedLine>(
      scope, FeedLine::Parts{*this, writer_, parts_.rows, tally_, objects_gauge_});
  whole_lines_ += scope.part == kube::Part::whole ? 1 : 0;
  line->id = parts_.session.start({.gvk = gvk_, .ns = scope.ns, .part = scope.part}, *line,
                                  options_.watcher);
}

void Feed::close(const LineScope& scope) {
  const auto at = lines_.find(scope);
  if (at == lines_.end()) return;
  FeedLine& line = *at->second;
  if (const kube::Watcher* watcher = parts_.session.find(line.id))
    add_counts(watcher->counts(), retired_);
  parts_.session.stop(line.id);
  if (replay_line_ == &line) end_replay();
  if (doubted_ == &line) doubted_ = nullptr;
  if (holding_.erase(scope) > 0) writer_.versions().end();
  whole_lines_ -= scope.part == kube::Part::whole ? 1 : 0;
  leaving_.erase(scope);
  lines_.erase(at);
  may_release_ = true;
  touch_lanes_of(scope);
}

// Nobody collects there any more, so there is nothing to hand over.
void Feed::close_at(const std::string& ns) {
  for (const FeedLine* line : lines_at(ns)) close(LineScope(line->scope()));
}

// Not before the new lines know what there is, and not while one of them may have told a newer
// state of an object than the old one did afterwards.
bool Feed::may_retire() {
  if (leaving_.empty() || !undecided_.empty()) return false;
  for (const LineScope& scope : holding_) {
    if (leaving_.contains(scope)) continue;
    const FeedLine& line = *lines_.at(scope);
    if (writer_.versions().has_doubt_before(line.list_version()) && !has_caught_up(line))
      return false;
  }
  return true;
}

bool Feed::has_caught_up(const FeedLine& line) {
  const auto now = Steady::now();
  if (doubted_ != &line) doubt_since_ = now;
  doubted_ = &line;
  const auto is_there = [&](const FeedLine* other) {
    const kube::Watcher* watcher = parts_.session.find(other->id);
    return watcher == nullptr || version_number(watcher->resource_version()) >= line.list_version();
  };
  const std::string& ns = line.scope().ns;
  const bool all_there =
      ns.empty() ? std::ranges::all_of(
                       lines_, [&](const auto& entry) { return is_there(entry.second.get()); })
                 : std::ranges::all_of(lines_at(ns), is_there) &&
                       std::ranges::all_of(lines_at(""), is_there);
  if (all_there) return true;
  if (now - doubt_since_ > kMostDoubt) {
    parts_.session.relist(line.id);
    return true;
  }
  update_at(now + kDoubtLook);
  return false;
}

void Feed::retire_lines() {
  if (!may_retire()) return;
  for (const LineScope& scope : std::exchange(leaving_, {})) close(scope);
  deny_again();
  update_soon();
}

// A list needs to know what other watches say only while there is one beside it.
void Feed::hold_versions(const FeedLine& line) {
  if (holding_.contains(line.scope()) || !has_other(line)) return;
  holding_.insert(line.scope());
  writer_.versions().begin();
}

void Feed::release_versions() {
  if (!std::exchange(may_release_, false)) return;
  const size_t released = std::erase_if(
      holding_, [&](const LineScope& scope) { return !has_other(*lines_.at(scope)); });
  for (size_t i = 0; i < released; ++i) writer_.versions().end();
}

bool Feed::has_other(const FeedLine& line) const {
  if (line.scope().ns.empty()) return tally_.synced > (line.is_synced() ? 1U : 0U);
  const auto is_other = [&](const FeedLine* other) { return other != &line && other->is_synced(); };
  return std::ranges::any_of(lines_at(line.scope().ns), is_other) ||
         std::ranges::any_of(lines_at(""), is_other);
}

// More was said beside a list than is kept: what leans on it begins anew.
void Feed::start_over() {
  end_replay();
  for (const LineScope& scope : holding_) {
    const FeedLine& line = *lines_.at(scope);
    if (line.is_synced()) {
      parts_.session.relist(line.id);
    } else {
      reopen_.insert(scope);
    }
  }
  writer_.versions().forget();
}

}  // namespace kollect::control
