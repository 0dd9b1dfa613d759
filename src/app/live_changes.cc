#include "app/live_changes.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "app/collect_table.h"

namespace kollect::app {

namespace {

constexpr size_t kValueWidth = 32;

std::string prefix_of(store::Origin origin, std::string_view target_namespace) {
  return fmt::format("{}/{}/", static_cast<int>(origin), target_namespace);
}

std::string key_of(const store::TargetKey& target, std::string_view uid) {
  return prefix_of(target.origin, target.namespace_name) + fmt::format("{}/{}", target.name, uid);
}

std::string target_text(const store::TargetKey& target) {
  return target.namespace_name.empty() ? target.name : target.namespace_name + '/' + target.name;
}

std::string object_text(std::string_view ns, std::string_view name) {
  return ns.empty() ? std::string(name) : fmt::format("{}/{}", ns, name);
}

std::string_view value_of(const store::Row& row, const std::string& attribute) {
  const auto& names = row.place().schema->attributes;
  const auto found = std::ranges::find(names, attribute);
  return found == names.end() ? std::string_view()
                              : row.value(static_cast<size_t>(found - names.begin()));
}

// Of a long value the end: images differ there.
std::string shown(std::string_view value) { return clipped_front(readable(value), kValueWidth); }

std::string values_text(const store::Row& row) {
  std::string text;
  const auto& names = row.place().schema->attributes;
  for (size_t i = 0; i < names.size(); ++i) {
    if (row.value(i).empty()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", names[i], shown(row.value(i)));
  }
  return text;
}

}  // namespace

std::string difference(const store::Row& before, const store::Row& after) {
  std::string text;
  for (const std::string& name : after.place().schema->attributes) {
    const std::string_view was = value_of(before, name);
    const std::string_view is = value_of(after, name);
    if (was == is) continue;
    text += fmt::format("{}{} {} → {}", text.empty() ? "" : ", ", name, shown(was), shown(is));
  }
  return text;
}

void LiveChanges::begin(const std::vector<Ref<store::Row>>& rows) {
  for (const auto& row : rows) {
    const store::TargetKey& target = *row->place().target;
    rows_.insert_or_assign(key_of(target, row->uid()), row);
  }
}

void LiveChanges::take(const PartitionChange& change, Wall::time_point now) {
  if (change.delta.scope == store::Delta::Scope::everything) forget_others(change);
  for (const store::ErasedRow& row : change.delta.erased) {
    rows_.erase(key_of(row.target, row.uid));
    add({LiveChange::Sign::erased, now, target_text(row.target),
         object_text(row.namespace_name, row.name), ""});
  }
  for (const auto& row : change.delta.upserts) upsert(row, now);
}

void LiveChanges::forget_others(const PartitionChange& change) {
  std::unordered_set<std::string> present;
  for (const auto& row : change.delta.upserts)
    present.insert(key_of(*row->place().target, row->uid()));
  const auto& [origin, ns] = change.partition;
  const std::string prefix = prefix_of(origin, ns);
  std::erase_if(rows_, [&](const auto& entry) {
    return entry.first.starts_with(prefix) && !present.contains(entry.first);
  });
}

void LiveChanges::upsert(const Ref<store::Row>& row, Wall::time_point now) {
  const store::Place& place = row->place();
  Ref<store::Row>& known = rows_[key_of(*place.target, row->uid())];
  const bool is_new = !known;
  if (!is_new && known->hash() == row->hash()) return;
  add({is_new ? LiveChange::Sign::added : LiveChange::Sign::changed, now,
       target_text(*place.target), object_text(place.namespace_name, row->name()),
       is_new ? values_text(*row) : difference(*known, *row)});
  known = row;
}

void LiveChanges::add(LiveChange change) {
  ++total_;
  ++by_target_[change.target];
  last_.push_front(std::move(change));
  if (last_.size() > kept_) last_.pop_back();
}

size_t LiveChanges::of_target(const std::string& target) const {
  const auto found = by_target_.find(target);
  return found == by_target_.end() ? 0 : found->second;
}

}  // namespace kollect::app
