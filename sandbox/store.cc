#include <fmt/format.h>

#include "base/json_write.h"
#include "sandbox/cluster.h"

namespace kollect::sandbox {

const Shelf& Store::shelf(const std::string& resource) const {
  static const Shelf kNothing;
  const auto found = shelves_.find(resource);
  return found == shelves_.end() ? kNothing : found->second;
}

ObjectPtr Store::find(const std::string& resource, const kube::ObjectKey& key) const {
  const Shelf& kept = shelf(resource);
  const auto found = kept.objects.find(key);
  return found == kept.objects.end() ? nullptr : found->second;
}

ObjectPtr Store::next(const Value& value) {
  Arena arena;
  const Value stamped = patched(
      arena, value, fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}}}})", ++version_));
  return std::make_shared<const Object>(
      Object{kube::key_of(stamped), version_, json::to_text(stamped)});
}

ObjectPtr Store::put(const std::string& resource, const Value& object) {
  Shelf& kept = shelves_[resource];
  const ObjectPtr made = next(object);
  ObjectPtr& place = kept.objects[made->key];
  record(kept, {std::exchange(place, made), made});
  return made;
}

void Store::erase(const std::string& resource, const kube::ObjectKey& key) {
  Shelf& kept = shelves_[resource];
  const auto found = kept.objects.find(key);
  if (found == kept.objects.end()) return;
  Arena arena;
  record(kept, {found->second, next(*json::parse(found->second->text, arena)), true});
  kept.objects.erase(found);
}

void Store::forget(const std::string& resource) {
  Shelf& kept = shelves_[resource];
  kept.history.clear();
  kept.forgotten = version_;
}

std::vector<std::pair<std::string, kube::ObjectKey>> Store::contents(const std::string& ns) const {
  std::vector<std::pair<std::string, kube::ObjectKey>> result;
  for (const auto& [resource, kept] : shelves_) {
    const auto begin = kept.objects.lower_bound({ns, ""});
    for (auto at = begin; at != kept.objects.end() && at->first.ns == ns; ++at)
      result.emplace_back(resource, at->first);
  }
  return result;
}

void Store::record(Shelf& shelf, Event event) const {
  shelf.history.push_back(std::move(event));
  while (shelf.history.size() > history_limit_) {
    shelf.forgotten = shelf.history.front().after->version;
    shelf.history.pop_front();
  }
}

}  // namespace kollect::sandbox
