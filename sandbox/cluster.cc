#include "sandbox/cluster.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/json_write.h"

namespace kollect::sandbox {

namespace {

constexpr const char* kNamespaces = "namespaces";
constexpr const char* kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";

constexpr std::string_view kServerKept[] = {
    "uid",  "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
    "name", "namespace",         "resourceVersion"};

bool has_finalizers(const Value& object) {
  return !items_at(object, {"metadata", "finalizers"}).empty();
}

bool fits(std::string_view pattern, std::string_view text) {
  return pattern == "*" || pattern == text;
}

// --- an object between request and store

std::string now_text() { return rfc3339(system_clock().wall()); }

Value with_defaults(Arena& arena, const Kind& kind, const Value& object) {
  if (kind.defaults.empty()) return object;
  const Value result = merged(arena, *json::parse(kind.defaults, arena), object);
  if (kind.resource() != "namespaces") return result;
  return patched(arena, result,
                 fmt::format(R"({{"metadata":{{"labels":{{"kubernetes.io/metadata.name":{}}}}}}})",
                             quoted(kube::key_of(object).name)));
}

// A new object: name made if only generateName is given, uid, creationTimestamp, generation,
// defaults. No two share a number.
Outcome<Value> born(Arena& arena, const Write& write, const Value& object, uint64_t number) {
  std::string name(text_at(object, {"metadata", "name"}));
  const std::string_view prefix = text_at(object, {"metadata", "generateName"});
  if (name.empty() && !prefix.empty()) name = fmt::format("{}{:05x}", prefix, number);
  if (name.empty()) {
    return invalid_object(*write.kind, "",
                          "metadata.name: Required value: name or generateName is required");
  }
  const std::string identity = fmt::format(
      R"({{"metadata":{{"name":{},"namespace":{},"uid":"00000000-0000-4000-8000-{:012x}",)"
      R"("creationTimestamp":"{}","generation":{},"deletionTimestamp":null,"managedFields":null}}}})",
      quoted(name), write.kind->is_namespaced ? quoted(write.key.ns) : "null", number, now_text(),
      object.find("spec") != nullptr ? "1" : "null");
  Value result = patched(arena, object, identity);
  if (write.kind->has_status && !write.keeps_status) result = with(arena, result, "status", {});
  return with_defaults(arena, *write.kind, result);
}

// Why a client that knows the object by another uid or version may not change it.
std::optional<Failure> conflict(const Kind& kind, const Value& known, const Value& current) {
  for (const std::string_view key : {"uid", "resourceVersion"}) {
    const std::string_view wanted = known.text(key);
    if (wanted.empty() || wanted == text_at(current, {"metadata", key})) continue;
    return Failure{409, "Conflict",
                   fmt::format("Operation cannot be fulfilled on {} \"{}\": the object has been "
                               "modified; please apply your changes to the latest version",
                               kind.resource(), kube::key_of(current).name)};
  }
  return {};
}

// The object after an update: what a client may not change stays, the uid and the version must be
// the current ones where they are given, the generation grows with the spec.
Outcome<Value> changed(Arena& arena, const Write& write, const Value& current,
                       const Value& wanted) {
  Value metadata = value_at(wanted, {"metadata"});
  if (const auto refused = conflict(*write.kind, metadata, current)) return *refused;
  if (write.subresource == "status")
    return with(arena, current, "status", value_at(wanted, {"status"}));
  for (const std::string_view key : kServerKept)
    metadata = with(arena, metadata, key, value_at(current, {"metadata", key}));
  Value result = with(arena, wanted, "metadata", metadata);
  if (write.kind->has_status && !write.keeps_status)
    result = with(arena, result, "status", value_at(current, {"status"}));
  result = with_defaults(arena, *write.kind, result);
  if (value_at(current, {"spec"}) == value_at(result, {"spec"})) return result;
  return patched(
      arena, result,
      fmt::format(R"({{"metadata":{{"generation":{}}}}})", kube::generation_of(current) + 1));
}

}  // namespace

std::string user_of(std::string_view token) {
  return token.starts_with(kTokenPrefix) ? std::string(token.substr(kTokenPrefix.size())) : "";
}

ClusterState::ClusterState(size_t history_limit) : store(history_limit) {
  Arena arena;
  const Value space = *json::parse(R"({"apiVersion":"v1","kind":"Namespace"})", arena);
  for (const char* name : {"default", "kube-system"})
    std::ignore =
        put(patched(arena, space, fmt::format(R"({{"metadata":{{"name":"{}"}}}})", name)));
}

// --- objects and their history

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
  ObjectPtr made = next(object);
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

void Store::erase_inside(const std::string& ns) {
  for (const auto& [resource, kept] : shelves_) {
    auto at = kept.objects.lower_bound({ns, ""});
    while (at != kept.objects.end() && at->first.ns == ns) erase(resource, (at++)->first);
  }
}

void Store::record(Shelf& shelf, Event event) const {
  shelf.history.push_back(std::move(event));
  while (shelf.history.size() > history_limit_) {
    shelf.forgotten = shelf.history.front().after->version;
    shelf.history.pop_front();
  }
}

// --- writing

Outcome<ObjectPtr> ClusterState::create(const Write& write, const Value& object) {
  Arena arena;
  const Kind& kind = *write.kind;
  const auto made = born(arena, write, object, store.version() + 1);
  if (!made) return made.failure();
  const kube::ObjectKey key = kube::key_of(*made);
  if (kind.is_namespaced && !store.find(kNamespaces, {"", key.ns}))
    return Failure{404, "NotFound", fmt::format("namespaces \"{}\" not found", key.ns)};
  if (store.find(kind.resource(), key)) {
    return Failure{409, "AlreadyExists",
                   fmt::format("{} \"{}\" already exists", kind.resource(), key.name)};
  }
  return keep(kind, *made);
}

Outcome<ObjectPtr> ClusterState::update(const Write& write, const Edit& edit) {
  Arena arena;
  const Kind& kind = *write.kind;
  const ObjectPtr old = store.find(kind.resource(), write.key);
  if (!old) return not_found(kind, write.key.name);
  Value current = *json::parse(old->text, arena);
  // All versions of a custom kind are kept together.
  current = with(arena, current, "apiVersion", arena.string(kind.gvk().api_version()));
  const auto next = changed(arena, write, current, edit(current, arena));
  if (!next) return next.failure();
  if (*next == current) return old;
  auto kept = keep(kind, *next);
  if (kept && kube::is_being_deleted(*next) && !has_finalizers(*next)) remove(kind, write.key);
  return kept;
}

Outcome<ObjectPtr> ClusterState::apply(const Write& write, const std::string& manager,
                                       const Value& wanted) {
  const std::pair object(write.kind->resource(), write.key);
  const std::string part = manager + '/' + write.subresource;
  const Edit merge = [&](const Value& current, Arena& arena) {
    const std::string said = applied_[object][part];
    const Value left =
        said.empty() ? current : pruned(arena, current, *json::parse(said, arena), wanted);
    return merged(arena, left, wanted, write.kind->is_custom ? Merge::plain : Merge::strategic);
  };
  auto kept =
      store.find(object.first, object.second) ? update(write, merge) : create(write, wanted);
  if (kept) applied_[object][part] = json::to_text(wanted);
  return kept;
}

Outcome<ObjectPtr> ClusterState::put(const Value& object) {
  const KindPtr type = kind(kube::gvk_of(object));
  if (!type) return bad_request(fmt::format("no kind {} is served", kube::gvk_of(object).text()));
  Write write{.kind = type, .key = kube::key_of(object), .keeps_status = true};
  if (!type->is_namespaced) write.key.ns.clear();
  if (type->is_namespaced && write.key.ns.empty()) write.key.ns = "default";
  if (!store.find(type->resource(), write.key)) return create(write, object);
  return update(write, [&](const Value&, Arena& arena) {
    return patched(arena, object, R"({"metadata":{"uid":null,"resourceVersion":null}})");
  });
}

Outcome<ObjectPtr> ClusterState::keep(const Kind& kind, const Value& object) {
  if (kube::gvk_of(object) != kind.gvk()) {
    return bad_request(fmt::format("the object must be of type {}: it says {}", kind.gvk().text(),
                                   kube::gvk_of(object).text()));
  }
  if (kind.resource() != kDefinitions) return store.put(kind.resource(), object);
  const std::string resource = kube::key_of(object).name;
  Kinds served = custom_kinds(object);
  if (!served.empty() && served.begin()->second->resource() != resource)
    return invalid_object(kind, resource,
                          "metadata.name: must be spec.names.plural+\".\"+spec.group");
  std::erase_if(kinds, [&](const auto& row) { return row.second->resource() == resource; });
  kinds.merge(served);
  return store.put(kind.resource(), object);
}

// --- removing

Outcome<ObjectPtr> ClusterState::erase(const KindPtr& kind, const kube::ObjectKey& key,
                                       const Value& known) {
  const ObjectPtr object = store.find(kind->resource(), key);
  if (!object) return not_found(*kind, key.name);
  Arena arena;
  const Value value = *json::parse(object->text, arena);
  if (const auto refused = conflict(*kind, known, value)) return *refused;
  if (!has_finalizers(value)) {
    remove(*kind, key);
    return object;
  }
  if (kube::is_being_deleted(value)) return object;
  return store.put(
      kind->resource(),
      patched(arena, value,
              fmt::format(R"({{"metadata":{{"deletionTimestamp":"{}"}}}})", now_text())));
}

void ClusterState::remove(const Kind& kind, const kube::ObjectKey& key) {
  store.erase(kind.resource(), key);
  applied_.erase({kind.resource(), key});
  if (kind.resource() == kDefinitions) {
    const auto objects = store.shelf(key.name).objects;
    for (const auto& [inside, object] : objects) store.erase(key.name, inside);
    std::erase_if(kinds, [&](const auto& row) { return row.second->resource() == key.name; });
  }
  if (kind.resource() == kNamespaces) store.erase_inside(key.name);
}

// --- asking

bool ClusterState::allows(const AccessRule& asked) const {
  bool allowed = true;
  for (const AccessRule& rule : rules) {
    if (fits(rule.user, asked.user) && fits(rule.verb, asked.verb) &&
        fits(rule.resource, asked.resource) && fits(rule.ns, asked.ns))
      allowed = rule.allows;
  }
  return allowed;
}

std::optional<InjectedFault> ClusterState::next_fault(std::string_view verb,
                                                      std::string_view resource, bool is_open) {
  const auto found = std::ranges::find_if(faults, [&](const InjectedFault& fault) {
    const bool is_met = is_open           ? fault.kind >= FaultKind::drop
                        : verb == "watch" ? fault.kind < FaultKind::drop
                                          : fault.kind < FaultKind::error_frame;
    return is_met && fits(fault.verb, verb) && fits(fault.resource, resource);
  });
  if (found == faults.end()) return {};
  const InjectedFault fault = *found;
  if (fault.kind != FaultKind::hold && found->times > 0 && --found->times == 0) faults.erase(found);
  return fault;
}

KindPtr ClusterState::kind(const kube::Gvr& gvr) const {
  const auto found = kinds.find(gvr);
  return found == kinds.end() ? nullptr : found->second;
}

KindPtr ClusterState::kind(const kube::Gvk& gvk) const {
  const auto found =
      std::ranges::find(kinds, gvk, [](const auto& row) { return row.second->gvk(); });
  return found == kinds.end() ? nullptr : found->second;
}

}  // namespace kollect::sandbox
