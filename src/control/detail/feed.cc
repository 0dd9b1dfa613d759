#include "control/detail/feed.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kollect::control {

namespace {

using kube::WatchState;

bool needs_whole_object(const TargetSetup& setup) {
  extract::Plan alone(setup.gvk());
  alone.add(setup.profile());
  setup.gates().add_to(alone);
  return !alone.is_metadata_only();
}

store::Schema schema_of(const TargetSetup& setup) {
  const api::Gvk& gvk = setup.gvk();
  return {.group = gvk.group,
          .version = gvk.version,
          .kind = gvk.kind,
          .attributes = setup.profile()->schema()};
}

}  // namespace

Feed::Feed(const FeedParts& parts, const CollectorOptions& options, api::Gvk gvk)
    : parts_(parts),
      options_(options),
      gvk_(std::move(gvk)),
      writer_(parts.workshop, index_,
              [this] {
                rebuild_plan();
                return plan_.get();
              }),
      access_({parts.loop, parts.session, parts.reviews},
              {options.review, options.confirm, options.asks_for_access}, *this) {
  plan_resync();
}

Feed::~Feed() {
  replay_.reset();
  for (const auto& [scope, line] : lines_) parts_.session.stop(line->id);
  lines_.clear();
  if (update_) parts_.loop.cancel_timer(*update_);
  if (resync_) parts_.loop.cancel_timer(*resync_);
}

// --- who collects

Lane& Feed::add(const store::TargetKey& key, const TargetName& target,
                std::shared_ptr<const TargetSetup> setup) {
  auto lane = std::make_unique<Lane>();
  lane->key = key;
  lane->target = target;
  lane->needs_whole = needs_whole_object(*setup);
  lane->rows = parts_.rows.with(
      [&](store::RowStore& rows) { return &rows.add_target(key, schema_of(*setup)); });
  lane->setup = std::move(setup);
  lane->hears_since = writer_.versions().now();
  whole_lanes_ += lane->needs_whole ? 1 : 0;
  touch(*lane);
  lanes_.push_back(std::move(lane));
  writer_.drop_plan();
  writer_.set_lane_count(lanes_.size());
  update_soon();
  return *lanes_.back();
}

void Feed::change(Lane& lane, std::shared_ptr<const TargetSetup> setup) {
  whole_lanes_ -= lane.needs_whole ? 1 : 0;
  lane.setup = std::move(setup);
  lane.needs_whole = needs_whole_object(*lane.setup);
  whole_lanes_ += lane.needs_whole ? 1 : 0;
  lane.due.clear();
  lane.replaying.clear();
  lane.hears_since = writer_.versions().now();
  lane.hears_namespace_since.clear();
  parts_.rows.with(
      [&](store::RowStore& rows) { rows.add_target(lane.key, schema_of(*lane.setup)); });
  forget_at_lines(lane);
  writer_.drop_plan();
  touch(lane);
  for (const std::string& ns : lane.namespaces) touch(ns);
  update_soon();
}

void Feed::remove(Lane& lane) {
  whole_lanes_ -= lane.needs_whole ? 1 : 0;
  forget_at_lines(lane);
  for (const std::string& ns : lane.namespaces) {
    drop_from_index(lane, ns);
    touch(ns);
  }
  touched_lanes_.erase(&lane);
  const size_t erased =
      parts_.rows.with([&](store::RowStore& rows) { return rows.remove_target(*lane.rows); });
  if (erased > 0) parts_.workshop.rows_changed();
  std::erase_if(lanes_, [&](const auto& other) { return other.get() == &lane; });
  writer_.drop_plan();
  writer_.set_lane_count(lanes_.size());
  update_soon();
}

// A line knows only lanes that it reaches.
void Feed::forget_at_lines(Lane& lane) {
  for (FeedLine* line : lines_at("")) line->forget(lane);
  for (const std::string& ns : lane.namespaces) {
    for (FeedLine* line : lines_at(ns)) line->forget(lane);
  }
  if (replay_) replay_->forget(lane);
  replay_lanes_.erase(&lane);
  lane.is_known = false;
}

void Feed::enter(Lane& lane, const NamespaceFacts& facts) {
  if (!lane.namespaces.insert(facts.name).second) return;
  NamespaceCell& cell = index_[facts.name];
  cell.facts = facts;
  const auto behind = std::ranges::upper_bound(cell.lanes, lane.profile, {}, &Lane::profile);
  cell.lanes.insert(behind, &lane);
  lane.hears_namespace_since[facts.name] = writer_.versions().now();
  if (lane.is_known) make_due(lane, facts.name);
  touch(facts.name);
  touch(lane);
  update_soon();
}

void Feed::drop_from_index(const Lane& lane, const std::string& ns) {
  const auto cell = index_.find(ns);
  std::erase(cell->second.lanes, &lane);
  if (cell->second.lanes.empty()) index_.erase(cell);
}

// Objects of the cluster live in one namespace only, as far as lanes go.
void Feed::make_due(Lane& lane, const std::string& ns) {
  if (!is_namespaced() && ns != kClusterStandIn) return;
  lane.due.insert(ns);
  lane.hears_namespace_since[ns] = writer_.versions().now();
}

void Feed::leave(Lane& lane, const std::string& namespace_name) {
  if (lane.namespaces.erase(namespace_name) == 0) return;
  lane.due.erase(namespace_name);
  lane.replaying.erase(namespace_name);
  lane.forbidden.erase(namespace_name);
  lane.served.erase(namespace_name);
  lane.hears_namespace_since.erase(namespace_name);
  for (FeedLine* line : lines_at(namespace_name)) line->forget(lane);
  drop_from_index(lane, namespace_name);
  erase_rows(lane, namespace_name);
  touch(namespace_name);
  touch(lane);
  update_soon();
}

void Feed::facts_changed(const NamespaceFacts& facts) {
  const auto found = index_.find(facts.name);
  if (found == index_.end()) return;
  NamespaceCell& cell = found->second;
  const bool says_otherwise = cell.facts.watch != facts.watch;
  cell.facts = facts;
  for (Lane* lane : cell.lanes) {
    if (says_otherwise || lane->setup->gates().reads_namespace_labels())
      make_due(*lane, facts.name);
    touch(*lane);
  }
  touch(facts.name);
  update_soon();
}

void Feed::rebuild_plan() {
  plan_ = std::make_unique<extract::Plan>(gvk_);
  std::map<const extract::CompiledProfile*, size_t> numbers;
  for (const auto& lane : lanes_) {
    const auto [at, is_new] = numbers.try_emplace(lane->setup->profile().get(), 0);
    if (is_new) at->second = plan_->add(lane->setup->profile());
    lane->profile = at->second;
    lane->setup->gates().add_to(*plan_);
  }
  for (auto& [name, cell] : index_) std::ranges::stable_sort(cell.lanes, {}, &Lane::profile);
}

// --- rows that leave

std::string Feed::row_namespace(const std::string& ns) const {
  return is_namespaced() ? ns : std::string();
}

void Feed::erase_rows(Lane& lane, const std::string& ns) {
  const std::string of_rows = row_namespace(ns);
  const size_t erased = parts_.rows.with(
      [&](store::RowStore& rows) { return rows.erase_namespace(*lane.rows, of_rows); });
  lane.failures.clear_namespace(of_rows);
  if (erased > 0) parts_.workshop.rows_changed();
  parts_.listener.lane_changed(lane);
}

void Feed::clear_rows() {
  for (const auto& lane : lanes_) {
    const size_t erased = parts_.rows.with([&](store::RowStore& rows) {
      rows.begin_list(*lane->rows);
      return rows.sweep(*lane->rows);
    });
    lane->failures.clear_all();
    lane->forbidden.clear();
    touch(*lane);
    if (erased > 0) parts_.workshop.rows_changed();
  }
}

void Feed::deny(const std::string& scope) {
  const std::string ns = is_namespaced() ? scope : std::string(kClusterStandIn);
  const auto cell = index_.find(ns);
  if (cell == index_.end()) return;
  for (Lane* lane : cell->second.lanes) {
    if (lane->forbidden.insert(ns).second) {
      parts_.workshop.forbidden.add();
      parts_.log.warn("skipped:forbidden", {{"target", lane->target.text()},
                                            {"namespace", row_namespace(ns)},
                                            {"kind", gvk_.text()}});
    }
    lane->due.erase(ns);
    touch(*lane);
    erase_rows(*lane, ns);
  }
}

// A watch that goes may have brought objects of namespaces that were denied meanwhile.
void Feed::deny_again() {
  for (auto& [ns, cell] : index_) {
    if (access_.of(row_namespace(ns)) != Access::denied) continue;
    for (Lane* lane : cell.lanes) erase_rows(*lane, ns);
  }
}

// --- what lines tell

std::vector<Lane*> Feed::lanes_of(FeedLine& line) {
  hold_versions(line);
  const std::string& ns = line.scope().ns;
  std::vector<Lane*> joined;
  for (Lane* lane : lanes_at(ns)) {
    if (!reaches(line, *lane)) continue;
    joined.push_back(lane);
    lane->is_known = true;
    touch(*lane);
    const bool was_due = ns.empty() ? !lane->due.empty() : lane->due.erase(ns) > 0;
    if (ns.empty()) lane->due.clear();
    if (was_due) line.covered().erase(lane);  // until this list has ended
  }
  touch(ns);
  return joined;
}

bool Feed::reaches(const FeedLine& line, const Lane& lane) const {
  if (lane.needs_whole && line.scope().part == kube::Part::metadata) return false;
  return line.scope().ns.empty() ? !lane.namespaces.empty()
                                 : lane.namespaces.contains(line.scope().ns);
}

// Those that a line of this namespace may reach.
std::vector<Lane*> Feed::lanes_at(const std::string& ns) const {
  std::vector<Lane*> lanes;
  if (!ns.empty()) {
    const auto cell = index_.find(ns);
    return cell == index_.end() ? lanes : cell->second.lanes;
  }
  for (const auto& lane : lanes_) lanes.push_back(lane.get());
  return lanes;
}

void Feed::list_ended(FeedLine& line, const ListRun::Ended& ended) {
  const kube::Watcher* watcher = parts_.session.find(line.id);
  if (watcher != nullptr) line.set_list_version(version_number(watcher->resource_version()));
  if (ended.erased > 0) parts_.workshop.rows_changed();
  for (Lane* lane : ended.complete) {
    if (line.scope().ns.empty()) {
      lane->forbidden.clear();
    } else {
      lane->forbidden.erase(line.scope().ns);
    }
    parts_.listener.lane_changed(*lane);
  }
  touch_lanes_of(line.scope());
  update_soon();
}

void Feed::state_changed(FeedLine& line) {
  const std::string& ns = line.scope().ns;
  const kube::Watcher* watcher = parts_.session.find(line.id);
  if (watcher != nullptr) learn(*watcher);
  if (line.state_now() == WatchState::not_installed) {
    if (ns.empty() || !is_namespaced()) clear_rows();
    for (Lane* lane : lanes_at(ns)) {
      if (ns.empty()) continue;
      lane->forbidden.erase(ns);
      erase_rows(*lane, ns);
    }
    parts_.listener.installation_changed();
  }
  if (line.state_now() == WatchState::forbidden) access_.doubt(ns);
  if (!line.is_synced()) may_release_ = true;
  for (Lane* lane : lanes_at(ns)) parts_.listener.lane_changed(*lane);
  touch_lanes_of(line.scope());
  update_soon();
}

void Feed::touch_lanes_of(const LineScope& scope) {
  touch(scope.ns);
  for (Lane* lane : lanes_at(scope.ns)) touch(*lane);
}

void Feed::unreadable(const Error& error) {
  ++unreadable_;
  const auto now = Steady::now();
  if (now - unreadable_told_ < std::chrono::seconds(1)) return;
  unreadable_told_ = now;
  parts_.log.error("an object was skipped", error, {{"kind", gvk_.text()}});
}

// --- what reviews tell

void Feed::access_changed(const std::string& scope, Access before, Access now) {
  const std::vector<Lane*> lanes = lanes_at(is_namespaced() ? scope : std::string(kClusterStandIn));
  if (now == Access::denied) {
    if (!scope.empty() || !is_namespaced()) deny(scope);
  } else {
    const std::string ns = is_namespaced() ? scope : std::string(kClusterStandIn);
    for (Lane* lane : lanes) lane->forbidden.erase(ns);
    for (const FeedLine* line : lines_at(scope)) {
      // Its next try is up to half a minute away; a new one starts at once.
      if (line->state_now() == WatchState::forbidden && before == Access::denied)
        reopen_.insert(line->scope());
    }
  }
  for (Lane* lane : lanes) {
    touch(*lane);
    parts_.listener.lane_changed(*lane);
  }
  touch(scope);
  update_soon();
}

void Feed::access_failing_changed() {
  const bool is_failing = access_.failing().has_value();
  writer_.set_access_failing(is_failing);
  if (is_failing) parts_.workshop.unreviewed.add();
  if (!is_failing && writer_.take_skipped()) {
    for (const auto& [scope, line] : lines_) line->covered().clear();
  }
  for (const auto& lane : lanes_) parts_.listener.lane_changed(*lane);
  touch_all();
  update_soon();
}

}  // namespace kollect::control
