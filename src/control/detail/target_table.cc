#include "control/detail/target_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace kollect::control {

namespace {

bool is_cluster(const TargetEntry& entry) {
  return entry.name.origin == store::Origin::cluster_target;
}

// Whether the target says this name, which may not have been a namespace yet.
bool is_named(const TargetEntry& entry, const std::string& ns) {
  return entry.name.namespace_name == ns ||
         std::ranges::binary_search(entry.setup->namespaces().included(), ns);
}

}  // namespace

bool TargetEntry::is_settled() const {
  if (refusal) return true;
  return is_resolved && (out_of_scope || std::ranges::all_of(lanes, [](const auto& lane) {
                           return lane.second->is_settled;
                         }));
}

const TargetEntry* TargetTable::find(const TargetName& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

bool TargetTable::set(const TargetName& name, PreparedTarget wanted) {
  TargetEntry& entry = entries_[name];
  entry.name = name;
  if (auto* refusal = std::get_if<Refusal>(&wanted)) {
    take_down(entry);
    entry.setup.reset();
    entry.refusal = std::move(*refusal);
    return true;
  }
  auto setup = std::get<std::shared_ptr<const TargetSetup>>(std::move(wanted));
  if (entry.setup && entry.setup->is_same(*setup)) return false;
  const bool is_other_kind = entry.setup && entry.setup->gvk() != setup->gvk();
  if (is_other_kind || entry.refusal) take_down(entry);
  entry.refusal.reset();
  entry.setup = std::move(setup);
  for (auto& [part, lane] : entry.lanes) entry.feed->change(*lane, entry.setup);
  if (directory_.is_ready()) resolve(entry);
  return true;
}

void TargetTable::remove(const TargetName& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  take_down(found->second);
  entries_.erase(found);
}

void TargetTable::resolve_all() {
  for (auto& [name, entry] : entries_) {
    if (entry.setup) resolve(entry);
  }
}

std::vector<TargetName> TargetTable::namespace_changed(const std::string& name,
                                                       const NamespaceFacts* facts) {
  std::vector<TargetName> touched;
  for (auto& [target, entry] : entries_) {
    if (!entry.setup) continue;
    const bool was_matched = entry.matched.contains(name);
    const bool was_out = entry.out_of_scope.has_value();
    if (facts == nullptr) {
      displace(entry, name);
    } else {
      place(entry, *facts);
    }
    if (judge_scope(entry) != was_out) resolve(entry);
    if (was_matched || entry.matched.contains(name) || is_named(entry, name))
      touched.push_back(target);
  }
  return touched;
}

void TargetTable::take_down(TargetEntry& entry) {
  while (!entry.lanes.empty()) drop_lane(entry, entry.lanes.begin()->first);
  entry.feed = nullptr;
  entry.matched.clear();
  entry.outside.clear();
  entry.out_of_scope.reset();
  entry.is_resolved = false;
}

void TargetTable::resolve(TargetEntry& entry) {
  std::vector<std::string> gone;
  for (const std::string& name : entry.matched) {
    if (directory_.find(name) == nullptr) gone.push_back(name);
  }
  for (const std::string& name : gone) displace(entry, name);
  entry.is_resolved = true;
  // First what is matched, so that a target out of its scope never has a row.
  for (const auto& [name, facts] : directory_.all()) {
    const NamespaceStanding standing = entry.setup->namespaces().judge(facts);
    if (standing == NamespaceStanding::unmatched) continue;
    entry.matched.insert(name);
    if (standing == NamespaceStanding::out_of_scope) entry.outside.insert(name);
  }
  if (judge_scope(entry)) {
    while (!entry.lanes.empty()) drop_lane(entry, entry.lanes.begin()->first);
    return;
  }
  if (!is_cluster(entry)) lane_of(entry, "");
  for (const auto& [name, facts] : directory_.all()) place(entry, facts);
}

// Whether the whole target is refused for its namespaces. Cluster targets are narrowed instead
// (F13).
bool TargetTable::judge_scope(TargetEntry& entry) const {
  entry.out_of_scope.reset();
  if (is_cluster(entry)) return false;
  const NamespaceChoice& choice = entry.setup->namespaces();
  const std::string& own = entry.name.namespace_name;
  const bool own_counts = entry.matched.empty() && !choice.is_in_scope(own);
  if (entry.outside.empty() && !own_counts) return false;
  const std::string& which = own_counts ? own : *entry.outside.begin();
  entry.out_of_scope =
      Refusal{"ScopeNamespaceDenied", fmt::format("the scope does not allow namespace {}", which)};
  return true;
}

void TargetTable::place(TargetEntry& entry, const NamespaceFacts& facts) {
  const NamespaceStanding standing = entry.setup->namespaces().judge(facts);
  if (standing == NamespaceStanding::unmatched) return displace(entry, facts.name);
  entry.matched.insert(facts.name);
  if (standing == NamespaceStanding::out_of_scope) {
    displace(entry, facts.name);
    entry.matched.insert(facts.name);
    entry.outside.insert(facts.name);
    return;
  }
  entry.outside.erase(facts.name);
  if (!entry.out_of_scope) enter(entry, facts);
}

void TargetTable::enter(TargetEntry& entry, const NamespaceFacts& facts) {
  Lane& lane = lane_of(entry, is_cluster(entry) ? facts.name : std::string());
  entry.feed->enter(lane, facts);
}

void TargetTable::displace(TargetEntry& entry, const std::string& name) {
  entry.matched.erase(name);
  entry.outside.erase(name);
  const auto lane = entry.lanes.find(is_cluster(entry) ? name : std::string());
  if (lane == entry.lanes.end()) return;
  if (is_cluster(entry)) return drop_lane(entry, name);
  entry.feed->leave(*lane->second, name);
}

Lane& TargetTable::lane_of(TargetEntry& entry, const std::string& part) {
  const auto known = entry.lanes.find(part);
  if (known != entry.lanes.end()) return *known->second;
  entry.feed = &feeds_(entry.setup->gvk());
  const std::string& ns = is_cluster(entry) ? part : entry.name.namespace_name;
  Lane& lane = entry.feed->add({entry.name.origin, ns, entry.name.name}, entry.name, entry.setup);
  entry.lanes.emplace(part, &lane);
  observer_.added(lane);
  return lane;
}

void TargetTable::drop_lane(TargetEntry& entry, const std::string& part) {
  const auto found = entry.lanes.find(part);
  Lane* lane = found->second;
  observer_.removed(*lane);
  entry.lanes.erase(found);
  entry.feed->remove(*lane);
}

}  // namespace kollect::control
