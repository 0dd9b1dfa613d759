#include "sandbox/lifecycle.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/json_write.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kServerKept[] = {
    "uid",  "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
    "name", "namespace"};

struct Default {
  std::string_view kind;
  const char* object;
};

constexpr Default kDefaults[] = {
    {"Namespace", R"({"status":{"phase":"Active"}})"},
    {"Pod", R"({"status":{"phase":"Pending"}})"},
    {"Service",
     R"({"spec":{"type":"ClusterIP","clusterIP":"10.96.0.1","sessionAffinity":"None"}})"},
    {"Secret", R"({"type":"Opaque"})"},
    {"Deployment", R"({"spec":{"replicas":1}})"},
    {"ReplicaSet", R"({"spec":{"replicas":1}})"},
    {"StatefulSet", R"({"spec":{"replicas":1}})"},
};

std::string made_uid(Random& random) {
  const uint64_t high = random();
  const uint64_t low = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xfff, ((low >> 48) & 0x3fff) | 0x8000, low & 0xffff'ffff'ffff);
}

Value with_defaults(Arena& arena, const Kind& kind, const Value& object) {
  Value result = object;
  for (const Default& row : kDefaults) {
    if (row.kind == kind.name && !kind.is_custom)
      result = merge_patch(arena, *json::parse(row.object, arena), object);
  }
  if (kind.resource() != "namespaces") return result;
  return patched(arena, result,
                 fmt::format(R"({{"metadata":{{"labels":{{"kubernetes.io/metadata.name":{}}}}}}})",
                             quoted(kube::key_of(object).name)));
}

// What was given as stringData of a Secret, in data.
Value with_string_data(Arena& arena, const Kind& kind, const Value& object) {
  const Value* texts = object.find("stringData");
  if (kind.resource() != "secrets" || texts == nullptr || !texts->is_object()) return object;
  Value data = object.find("data") != nullptr ? *object.find("data") : Value::object({});
  for (const Member& text : texts->members()) {
    if (!text.value.is_string()) continue;
    const Value encoded = arena.string(base64_encode(text.value.as_string()));
    data = with(arena, data, text.key, &encoded);
  }
  return with(arena, with(arena, object, "data", &data), "stringData", nullptr);
}

bool is_of_kind(const Write& write, const Value& object) {
  return kube::gvk_of(object) == write.kind->gvk();
}

Failure other_kind(const Write& write, const Value& object) {
  return bad_request(fmt::format("the object must be of type {}: it says {}",
                                 write.kind->gvk().text(), kube::gvk_of(object).text()));
}

Value with_kept(Arena& arena, const Value& wanted, const Value& current) {
  const Value* given = wanted.find("metadata");
  Value metadata = given != nullptr ? *given : Value::object({});
  for (const std::string_view key : kServerKept)
    metadata = with(arena, metadata, key, current.at({"metadata", key}));
  return with(arena, wanted, "metadata", &metadata);
}

bool same_spec(const Value& a, const Value& b) {
  const Value* x = a.find("spec");
  const Value* y = b.find("spec");
  return x == nullptr || y == nullptr ? x == y : *x == *y;
}

}  // namespace

std::string now_text() { return rfc3339(system_clock().wall()); }

Outcome<Value> born(Arena& arena, const Write& write, const Value& object, Random& random) {
  if (!is_of_kind(write, object)) return other_kind(write, object);
  std::string name(text_at(object, {"metadata", "name"}));
  const std::string_view prefix = text_at(object, {"metadata", "generateName"});
  if (name.empty() && !prefix.empty()) name = fmt::format("{}{:05x}", prefix, random() & 0xfffff);
  if (name.empty()) {
    return invalid_object(*write.kind, "",
                          "metadata.name: Required value: name or generateName is required");
  }
  const std::string identity =
      fmt::format(R"({{"metadata":{{"name":{},"namespace":{},"uid":"{}","creationTimestamp":"{}",)"
                  R"("generation":{},"deletionTimestamp":null,"managedFields":null}}}})",
                  quoted(name), write.kind->is_namespaced ? quoted(write.key.ns) : "null",
                  made_uid(random), now_text(), object.find("spec") != nullptr ? "1" : "null");
  Value result = patched(arena, object, identity);
  if (write.kind->has_status && !write.keeps_status)
    result = with(arena, result, "status", nullptr);
  return with_defaults(arena, *write.kind, with_string_data(arena, *write.kind, result));
}

Outcome<Value> changed(Arena& arena, const Write& write, const Value& current,
                       const Value& wanted) {
  if (!is_of_kind(write, wanted)) return other_kind(write, wanted);
  const std::string_view version = kube::resource_version_of(wanted);
  const std::string_view uid = kube::uid_of(wanted);
  if ((!version.empty() && version != kube::resource_version_of(current)) ||
      (!uid.empty() && uid != kube::uid_of(current))) {
    return write_conflict(*write.kind, write.key.name,
                          "the object has been modified; please apply your changes to the latest "
                          "version and try again");
  }
  if (write.subresource == "status") return with(arena, current, "status", wanted.find("status"));
  Value result = with_string_data(arena, *write.kind, with_kept(arena, wanted, current));
  if (write.kind->has_status && !write.keeps_status)
    result = with(arena, result, "status", current.find("status"));
  if (same_spec(current, result)) return result;
  return patched(
      arena, result,
      fmt::format(R"({{"metadata":{{"generation":{}}}}})", kube::generation_of(current) + 1));
}

bool differs(Arena& arena, const Value& a, const Value& b) {
  const std::string bare = R"({"metadata":{"resourceVersion":null}})";
  return !(patched(arena, a, bare) == patched(arena, b, bare));
}

Outcome<Value> established(Arena& arena, const Kind& kind, const Value& definition) {
  const std::string_view plural = text_at(definition, {"spec", "names", "plural"});
  const std::string_view group = text_at(definition, {"spec", "group"});
  const std::string name = kube::key_of(definition).name;
  if (plural.empty() || group.empty() || text_at(definition, {"spec", "names", "kind"}).empty() ||
      items_at(definition, {"spec", "versions"}).empty())
    return invalid_object(kind, name, "spec: Required value: group, versions, plural and kind");
  if (name != fmt::format("{}.{}", plural, group)) {
    return invalid_object(kind, name,
                          "metadata.name: Invalid value: must be spec.names.plural.spec.group");
  }
  const auto condition = [](std::string_view type) {
    return fmt::format(
        R"({{"type":"{}","status":"True","reason":"Served","lastTransitionTime":"{}"}})", type,
        now_text());
  };
  return patched(arena, definition,
                 fmt::format(R"({{"status":{{"acceptedNames":{},"conditions":[{},{}]}}}})",
                             json::to_text(*definition.at({"spec", "names"})),
                             condition("NamesAccepted"), condition("Established")));
}

}  // namespace kollect::sandbox
