#include "sandbox/store.h"

#include <algorithm>

#include "base/json_write.h"
#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

ObjectPtr object_with(const Value& value, uint64_t version, Arena& arena) {
  const Value stamped =
      with_at(arena, value, {"metadata", "resourceVersion"}, arena.string(std::to_string(version)));
  return std::make_shared<const Object>(
      Object{kube::key_of(stamped), version, json::to_text(stamped)});
}

}  // namespace

const Shelf* Store::shelf(const std::string& resource) const {
  const auto found = shelves_.find(resource);
  return found == shelves_.end() ? nullptr : &found->second;
}

ObjectPtr Store::find(const std::string& resource, const kube::ObjectKey& key) const {
  const Shelf* kept = shelf(resource);
  if (kept == nullptr) return nullptr;
  const auto found = kept->objects.find(key);
  return found == kept->objects.end() ? nullptr : found->second;
}

ObjectPtr Store::put(const std::string& resource, const Value& object, Arena& arena) {
  Shelf& kept = shelves_[resource];
  const ObjectPtr made = object_with(object, ++version_, arena);
  ObjectPtr& place = kept.objects[made->key];
  record(kept, {version_, std::exchange(place, made), made, nullptr});
  return made;
}

void Store::erase(const std::string& resource, const kube::ObjectKey& key) {
  Shelf& kept = shelves_[resource];
  const auto found = kept.objects.find(key);
  if (found == kept.objects.end()) return;
  Arena arena;
  const auto last = json::parse(found->second->text, arena);
  ++version_;
  record(kept, {version_, found->second, nullptr, object_with(*last, version_, arena)});
  kept.objects.erase(found);
}

bool Store::as_of(const std::string& resource, uint64_t version,
                  std::vector<ObjectPtr>& out) const {
  const Shelf* kept = shelf(resource);
  if (kept == nullptr) return true;
  if (version < kept->forgotten) return false;
  std::map<kube::ObjectKey, ObjectPtr> then;  // what differs from now; null: was not there
  for (const Event& event : kept->history) {
    if (event.version <= version) continue;
    then.emplace((event.before ? event.before : event.after)->key, event.before);
  }
  auto old = then.begin();
  for (const auto& [key, now] : kept->objects) {
    for (; old != then.end() && old->first < key; ++old) {
      if (old->second) out.push_back(old->second);
    }
    const bool differs = old != then.end() && old->first == key;
    const ObjectPtr& seen = differs ? old->second : now;
    if (seen) out.push_back(seen);
    if (differs) ++old;
  }
  for (; old != then.end(); ++old) {
    if (old->second) out.push_back(old->second);
  }
  return true;
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

void Store::record(Shelf& shelf, Event event) {
  shelf.history.push_back(std::move(event));
  while (shelf.history.size() > history_limit_) {
    shelf.forgotten = shelf.history.front().version;
    shelf.history.pop_front();
  }
}

}  // namespace kollect::sandbox
