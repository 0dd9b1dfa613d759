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
  for (const auto& line : lines_) parts_.session.stop(line->id);
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
  lanes_.push_back(std::move(lane));
  writer_.drop_plan();
  writer_.set_lane_count(lanes_.size());
  update_soon();
  return *lanes_.back();
}

void Feed::change(Lane& lane, std::shared_ptr<const TargetSetup> setup) {
  lane.setup = std::move(setup);
  lane.needs_whole = needs_whole_object(*lane.setup);
  lane.due.clear();
  lane.replaying.clear();
  lane.hears_since = writer_.versions().now();
  parts_.rows.with(
      [&](store::RowStore& rows) { rows.add_target(lane.key, schema_of(*lane.setup)); });
  for (const auto& line : lines_) line->forget(lane);
  if (replay_) replay_->forget(lane);
  writer_.drop_plan();
  update_soon();
}

void Feed::remove(Lane& lane) {
  for (const std::string& name : lane.namespaces) drop_from_index(lane, name);
  for (const auto& line : lines_) line->forget(lane);
  if (replay_) replay_->forget(lane);
  const size_t erased =
      parts_.rows.with([&](store::RowStore& rows) { return rows.remove_target(*lane.rows); });
  if (erased > 0) parts_.workshop.rows_changed();
  std::erase_if(lanes_, [&](const auto& other) { return other.get() == &lane; });
  writer_.drop_plan();
  writer_.set_lane_count(lanes_.size());
  update_soon();
}

void Feed::enter(Lane& lane, const NamespaceFacts& facts) {
  if (!lane.namespaces.insert(facts.name).second) return;
  NamespaceCell& cell = index_[facts.name];
  cell.facts = facts;
  const auto behind = std::ranges::upper_bound(cell.lanes, lane.profile, {}, &Lane::profile);
  cell.lanes.insert(behind, &lane);
  const bool is_known =
      std::ranges::any_of(lines_, [&](const auto& line) { return line->knows(lane); });
  if (is_known) make_due(lane, facts.name);
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
  lane.hears_since = writer_.versions().now();
}

void Feed::leave(Lane& lane, const std::string& namespace_name) {
  if (lane.namespaces.erase(namespace_name) == 0) return;
  lane.due.erase(namespace_name);
  lane.replaying.erase(namespace_name);
  lane.forbidden.erase(namespace_name);
  drop_from_index(lane, namespace_name);
  erase_rows(lane, namespace_name);
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
  }
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
  std::vector<Lane*> joined;
  for (const auto& lane : lanes_) {
    if (!reaches(line, *lane)) continue;
    joined.push_back(lane.get());
    const bool was_due =
        line.scope().ns.empty() ? !lane->due.empty() : lane->due.erase(line.scope().ns) > 0;
    if (line.scope().ns.empty()) lane->due.clear();
    if (was_due) line.covered().erase(lane.get());  // until this list has ended
  }
  return joined;
}

bool Feed::reaches(const FeedLine& line, const Lane& lane) const {
  if (lane.needs_whole && line.scope().part == kube::Part::metadata) return false;
  return line.scope().ns.empty() ? !lane.namespaces.empty()
                                 : lane.namespaces.contains(line.scope().ns);
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
  update_soon();
}

void Feed::state_changed(FeedLine& line) {
  const kube::Watcher* watcher = parts_.session.find(line.id);
  if (watcher != nullptr) learn(*watcher);
  if (line.state_now() == WatchState::not_installed) {
    clear_rows();
    parts_.listener.installation_changed();
  }
  if (line.state_now() == WatchState::forbidden) access_.doubt(line.scope().ns);
  for (const auto& lane : lanes_) parts_.listener.lane_changed(*lane);
  update_soon();
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
  if (now == Access::denied) {
    if (!scope.empty() || !is_namespaced()) deny(scope);
  } else {
    const std::string ns = is_namespaced() ? scope : std::string(kClusterStandIn);
    for (const auto& lane : lanes_) lane->forbidden.erase(ns);
    for (const auto& line : lines_) {
      // Its next try is up to half a minute away; a new one starts at once.
      const bool waits = line->scope().ns == scope && line->state_now() == WatchState::forbidden;
      if (waits && before == Access::denied) reopen_.insert(line.get());
    }
  }
  for (const auto& lane : lanes_) parts_.listener.lane_changed(*lane);
  update_soon();
}

void Feed::access_failing_changed() {
  const bool is_failing = access_.failing().has_value();
  writer_.set_access_failing(is_failing);
  if (is_failing) parts_.workshop.unreviewed.add();
  if (!is_failing && writer_.take_skipped()) {
    for (const auto& line : lines_) line->covered().clear();
  }
  for (const auto& lane : lanes_) parts_.listener.lane_changed(*lane);
  update_soon();
}

}  // namespace kollect::control
