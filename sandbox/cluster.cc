#include "sandbox/cluster.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_write.h"

namespace kollect::sandbox {

namespace {

constexpr const char* kNamespaces = "namespaces";
constexpr const char* kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";

bool has_finalizers(const Value& object) {
  const Value* list = object.at({"metadata", "finalizers"});
  return list != nullptr && list->is_array() && !list->items().empty();
}

Value condition(Arena& arena, std::string_view type, std::string_view reason,
                std::string_view message) {
  return object_of(arena, {{"type", text_of(type)},
                           {"status", text_of("True")},
                           {"reason", text_of(reason)},
                           {"message", text_of(message)},
                           {"lastTransitionTime", arena.string(now_text())}});
}

// The status that the real server gives a definition once it serves it.
Value established(Arena& arena, const Value& definition) {
  const Value conditions[] = {
      condition(arena, "NamesAccepted", "NoConflicts", "no conflicts found"),
      condition(arena, "Established", "InitialNamesAccepted",
                "the initial names have been accepted")};
  Value names = *definition.at({"spec", "names"});
  if (names.find("listKind") == nullptr) {
    names = with(arena, names, "listKind", arena.string(std::string(names.text("kind")) + "List"));
  }
  std::vector<Value> stored;
  for (const Value& version : definition.at({"spec", "versions"})->items()) {
    const Value* storage = version.find("storage");
    if (storage != nullptr && *storage == Value::boolean(true))
      stored.push_back(text_of(version.text("name")));
  }
  const Value status = object_of(arena, {{"acceptedNames", names},
                                         {"conditions", arena.array(conditions)},
                                         {"storedVersions", arena.array(stored)}});
  return with(arena, definition, "status", status);
}

std::string definition_fault(const Value& definition) {
  const Value* spec = definition.find("spec");
  const Value* versions = definition.at({"spec", "versions"});
  if (spec == nullptr || text_at(*spec, {"names", "plural"}).empty() ||
      text_at(*spec, {"names", "kind"}).empty() || spec->text("group").empty())
    return "spec: Required value: group, names.plural and names.kind";
  if (versions == nullptr || !versions->is_array() || versions->items().empty())
    return "spec.versions: Required value";
  const std::string name =
      fmt::format("{}.{}", text_at(*spec, {"names", "plural"}), spec->text("group"));
  if (kube::key_of(definition).name != name)
    return "metadata.name: Invalid value: must be spec.names.plural+\".\"+spec.group";
  return {};
}

// What a dry run would have kept.
ObjectPtr unkept(const Value& object, uint64_t version) {
  return std::make_shared<const Object>(
      Object{kube::key_of(object), version, json::to_text(object)});
}

}  // namespace

std::string now_text() { return rfc3339(system_clock().wall()); }

Cluster::State::State(const ClusterOptions& options)
    : store(options.history_limit), random(options.seed) {}

Cluster::Cluster(const ClusterOptions& options) : state_(options) {
  for (const char* name : {"default", "kube-node-lease", "kube-public", "kube-system"}) {
    Arena arena;
    const Value metadata = object_of(arena, {{"name", text_of(name)}});
    put(object_of(
        arena,
        {{"apiVersion", text_of("v1")}, {"kind", text_of("Namespace")}, {"metadata", metadata}}));
  }
}

// Runs `fn` under the lock, and then wakes who waits for what it changed.
template <typename Fn>
auto Cluster::change(Fn fn) {
  std::vector<Wake> wakes;
  auto result = state_.with([&](State& state) {
    auto made = fn(state);
    wakes = due(state);
    return made;
  });
  for (const Wake& wake : wakes) wake();
  return result;
}

std::vector<Wake> Cluster::due(State& state) {
  std::vector<Wake> wakes;
  for (const auto& [id, subscription] : state.subscriptions) {
    if (state.touched.contains(subscription.resource)) wakes.push_back(subscription.wake);
  }
  state.touched.clear();
  return wakes;
}

// --- writing

Outcome<ObjectPtr> Cluster::create(Write write, const Value& object) {
  return change([&](State& state) { return create_in(state, write, object); });
}

Outcome<ObjectPtr> Cluster::update(Write write, const Edit& edit) {
  return change([&](State& state) { return update_in(state, write, edit); });
}

Outcome<ObjectPtr> Cluster::apply(Write write, const Value& object, bool is_forced) {
  write.owner.is_apply = true;
  const Edit merge = [&](const Value& current, Arena& arena) -> Outcome<Value> {
    Applied merged = applied(arena, current, object, write.owner, write.kind->is_custom);
    if (merged.conflicts.empty() || is_forced) return merged.object;
    return Failure{
        409, "Conflict",
        fmt::format("Apply failed with {} conflict{}: {}", merged.conflicts.size(),
                    merged.conflicts.size() == 1 ? "" : "s", fmt::join(merged.conflicts, ", "))};
  };
  return change([&](State& state) {
    return state.store.find(write.kind->resource(), write.key) ? update_in(state, write, merge)
                                                               : create_in(state, write, object);
  });
}

Outcome<ObjectPtr> Cluster::put(const Value& object) {
  const KindPtr type = kind(kube::gvk_of(object));
  if (!type) {
    return bad_request(fmt::format("no kind {} is served: apply its definition first",
                                   kube::gvk_of(object).text()));
  }
  Write write{.kind = type,
              .key = kube::key_of(object),
              .owner = {.manager = "kollect-sandbox", .time = now_text()},
              .keeps_status = true};
  if (!type->is_namespaced) write.key.ns.clear();
  if (type->is_namespaced && write.key.ns.empty()) write.key.ns = "default";
  const Edit replace = [&](const Value&, Arena& arena) -> Outcome<Value> {
    return without_at(arena, without_at(arena, object, {"metadata", "resourceVersion"}),
                      {"metadata", "uid"});
  };
  return change([&](State& state) {
    return state.store.find(type->resource(), write.key) ? update_in(state, write, replace)
                                                         : create_in(state, write, object);
  });
}

Outcome<ObjectPtr> Cluster::create_in(State& state, const Write& write, const Value& object) {
  Arena arena;
  const KindPtr& kind = write.kind;
  auto made = born(arena, write, object, state.random);
  if (const Failure* failure = failure_of(made)) return *failure;
  Value value = std::get<Value>(made);
  const kube::ObjectKey key = kube::key_of(value);
  if (kind->is_namespaced) {
    const ObjectPtr ns = state.store.find(kNamespaces, {"", key.ns});
    if (!ns) return not_found(kind_of(state, kNamespaces), key.ns);
    if (kube::is_being_deleted(*json::parse(ns->text, arena))) {
      return Failure{403, "Forbidden",
                     fmt::format("{} \"{}\" is forbidden: unable to create new content in "
                                 "namespace {} because it is being terminated",
                                 kind->resource(), key.name, key.ns),
                     kind, key.name};
    }
  }
  if (state.store.find(kind->resource(), key)) return already_exists(kind, key.name);
  if (kind->resource() == kDefinitions) {
    if (const std::string fault = definition_fault(value); !fault.empty())
      return invalid_object(kind, key.name, fault);
    value = established(arena, value);
  }
  return kept(state, write, value, arena);
}

Outcome<ObjectPtr> Cluster::update_in(State& state, const Write& write, const Edit& edit) {
  Arena arena;
  const std::string resource = write.kind->resource();
  const ObjectPtr old = state.store.find(resource, write.key);
  if (!old) return not_found(write.kind, write.key.name);
  Value current = *json::parse(old->text, arena);
  if (write.kind->is_custom)
    current = with(arena, current, "apiVersion", arena.string(write.kind->gvk().api_version()));
  const auto edited = edit(current, arena);
  if (const Failure* failure = failure_of(edited)) return *failure;
  const auto next = changed(arena, write, current, std::get<Value>(edited));
  if (const Failure* failure = failure_of(next)) return *failure;
  Value value = std::get<Value>(next);
  if (!differs(arena, current, value)) return old;
  if (resource == kDefinitions) {
    if (const std::string fault = definition_fault(value); !fault.empty())
      return invalid_object(write.kind, write.key.name, fault);
    value = established(arena, value);
  }
  auto stored = kept(state, write, value, arena);
  if (!write.is_dry_run && kube::is_being_deleted(value) && !has_finalizers(value) &&
      resource != kNamespaces)
    remove(state, write.kind, write.key);
  return stored;
}

Outcome<ObjectPtr> Cluster::kept(State& state, const Write& write, const Value& object,
                                 Arena& arena) {
  if (write.is_dry_run) return unkept(object, state.store.version());
  const std::string resource = write.kind->resource();
  const ObjectPtr stored = state.store.put(resource, object, arena);
  state.touched.insert(resource);
  if (resource == kDefinitions) serve_custom(state, object);
  return stored;
}

// --- removing

Outcome<ObjectPtr> Cluster::erase(const KindPtr& kind, const kube::ObjectKey& key,
                                  const Erasure& how) {
  return change([&](State& state) -> Outcome<ObjectPtr> {
    const std::string resource = kind->resource();
    const ObjectPtr object = state.store.find(resource, key);
    if (!object) return not_found(kind, key.name);
    Arena arena;
    const Value value = *json::parse(object->text, arena);
    const bool is_other = !how.uid.empty() && how.uid != kube::uid_of(value);
    const bool is_newer = !how.version.empty() && how.version != kube::resource_version_of(value);
    if (is_other || is_newer)
      return write_conflict(kind, key.name, "Precondition failed: UID or resourceVersion differs");
    if (how.is_dry_run) return object;
    if (resource == kNamespaces) {
      mark_deleted(state, kind, key, how);
      empty_namespace(state, key.name);
    } else if (has_finalizers(value)) {
      mark_deleted(state, kind, key, how);
    } else {
      // A pod on a node is first told to end, as watchers of a real cluster see it.
      if (resource == "pods" && how.grace_seconds > 0) mark_deleted(state, kind, key, how);
      remove(state, kind, key);
    }
    const ObjectPtr left = state.store.find(resource, key);
    return left ? left : object;
  });
}

void Cluster::mark_deleted(State& state, const KindPtr& kind, const kube::ObjectKey& key,
                           const Erasure& how) {
  Arena arena;
  Value value = *json::parse(state.store.find(kind->resource(), key)->text, arena);
  if (kube::is_being_deleted(value)) return;
  value = with_at(arena, value, {"metadata", "deletionTimestamp"}, arena.string(now_text()));
  value = with_at(arena, value, {"metadata", "deletionGracePeriodSeconds"},
                  Value::integer(how.grace_seconds));
  if (kind->resource() == kNamespaces)
    value = with_at(arena, value, {"status", "phase"}, text_of("Terminating"));
  state.store.put(kind->resource(), value, arena);
  state.touched.insert(kind->resource());
}

void Cluster::remove(State& state, const KindPtr& kind, const kube::ObjectKey& key) {
  state.store.erase(kind->resource(), key);
  state.touched.insert(kind->resource());
  if (kind->resource() == kDefinitions) unserve_custom(state, key.name);
  if (kind->is_namespaced) end_namespace(state, key.ns);
}

void Cluster::empty_namespace(State& state, const std::string& ns) {
  for (const auto& [resource, key] : state.store.contents(ns)) {
    const KindPtr kind = kind_of(state, resource);
    const ObjectPtr object = state.store.find(resource, key);
    if (!kind || !object) continue;
    Arena arena;
    if (has_finalizers(*json::parse(object->text, arena))) {
      mark_deleted(state, kind, key, {});
    } else {
      state.store.erase(resource, key);
      state.touched.insert(resource);
    }
  }
  end_namespace(state, ns);
}

// A namespace that is being deleted goes with the last object in it.
void Cluster::end_namespace(State& state, const std::string& ns) {
  const ObjectPtr object = state.store.find(kNamespaces, {"", ns});
  if (!object || !state.store.contents(ns).empty()) return;
  Arena arena;
  const Value value = *json::parse(object->text, arena);
  if (!kube::is_being_deleted(value) || has_finalizers(value)) return;
  state.store.erase(kNamespaces, {"", ns});
  state.touched.insert(kNamespaces);
}

// --- kinds

void Cluster::serve_custom(State& state, const Value& definition) {
  const std::string resource = kube::key_of(definition).name;
  std::erase_if(state.kinds, [&](const auto& row) {
    return row.second->is_custom && row.second->resource() == resource;
  });
  for (Kind& kind : custom_kinds(definition)) {
    const kube::Gvr gvr = kind.gvr;
    state.kinds.emplace(gvr, std::make_shared<const Kind>(std::move(kind)));
  }
  state.touched.insert(resource);
}

void Cluster::unserve_custom(State& state, const std::string& resource) {
  std::vector<kube::ObjectKey> keys;
  if (const Shelf* shelf = state.store.shelf(resource)) {
    for (const auto& [key, object] : shelf->objects) keys.push_back(key);
  }
  for (const kube::ObjectKey& key : keys) state.store.erase(resource, key);
  std::erase_if(state.kinds, [&](const auto& row) {
    return row.second->is_custom && row.second->resource() == resource;
  });
  state.touched.insert(resource);
}

KindPtr Cluster::kind_of(const State& state, const std::string& resource) {
  for (const auto& [gvr, kind] : state.kinds) {
    if (kind->resource() == resource) return kind;
  }
  return nullptr;
}

Kinds Cluster::kinds() const {
  return state_.read([](const State& state) { return state.kinds; });
}

KindPtr Cluster::kind(const kube::Gvr& gvr) const {
  return state_.read([&](const State& state) -> KindPtr {
    const auto found = state.kinds.find(gvr);
    return found == state.kinds.end() ? nullptr : found->second;
  });
}

KindPtr Cluster::kind(const kube::Gvk& gvk) const {
  return state_.read([&](const State& state) -> KindPtr {
    for (const auto& [gvr, kind] : state.kinds) {
      if (kind->gvk() == gvk) return kind;
    }
    return nullptr;
  });
}

// --- watches, faults, counters

void Cluster::forget_history(const std::string& resource) {
  change([&](State& state) {
    state.store.forget(resource);
    state.touched.insert(resource);
    return true;
  });
}

size_t Cluster::open_watches(const std::string& resource) const {
  return state_.read([&](const State& state) {
    return static_cast<size_t>(std::ranges::count_if(state.subscriptions, [&](const auto& row) {
      return resource == "*" || row.second.resource == resource;
    }));
  });
}

void Cluster::drop_watches(const std::string& resource) {
  const int open = static_cast<int>(open_watches(resource));
  if (open > 0)
    inject({.kind = FaultKind::drop, .verb = "watch", .resource = resource, .times = open});
}

uint64_t Cluster::subscribe(const std::string& resource, Wake wake) {
  return state_.with([&](State& state) {
    state.subscriptions.emplace(state.next_subscription, Subscription{resource, std::move(wake)});
    return state.next_subscription++;
  });
}

void Cluster::unsubscribe(uint64_t id) {
  state_.with([&](State& state) { return state.subscriptions.erase(id); });
}

void Cluster::inject(InjectedFault fault) {
  change([&](State& state) {
    state.faults.add(std::move(fault));
    for (const auto& [id, subscription] : state.subscriptions)
      state.touched.insert(subscription.resource);
    return true;
  });
}

void Cluster::clear_faults() {
  change([&](State& state) {
    state.faults.clear();
    for (const auto& [id, subscription] : state.subscriptions)
      state.touched.insert(subscription.resource);
    return true;
  });
}

std::optional<InjectedFault> Cluster::fault_for_request(std::string_view verb,
                                                        std::string_view resource) {
  return state_.with([&](State& state) { return state.faults.take_for_request(verb, resource); });
}

std::optional<InjectedFault> Cluster::fault_for_watch(std::string_view resource) {
  return state_.with([&](State& state) { return state.faults.take_for_watch(resource); });
}

void Cluster::count(const std::string& what) {
  state_.update([&](State& state) { return ++state.counters[what]; });
}

std::map<std::string, uint64_t> Cluster::counters() const {
  return state_.read([](const State& state) { return state.counters; });
}

}  // namespace kollect::sandbox
