#include <fmt/format.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "sandbox/cluster.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kServerKept[] = {
    "uid",  "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
    "name", "namespace",         "resourceVersion"};

Value with_defaults(Arena& arena, const Kind& kind, const Value& object) {
  const Value result = merge_patch(arena, *json::parse(kind.defaults, arena), object);
  if (kind.resource() != "namespaces") return result;
  return patched(arena, result,
                 fmt::format(R"({{"metadata":{{"labels":{{"kubernetes.io/metadata.name":{}}}}}}})",
                             quoted(kube::key_of(object).name)));
}

Value with_kept(Arena& arena, const Value& wanted, const Value& current) {
  Value metadata = value_at(wanted, {"metadata"});
  for (const std::string_view key : kServerKept)
    metadata = with(arena, metadata, key, value_at(current, {"metadata", key}));
  return with(arena, wanted, "metadata", metadata);
}

}  // namespace

std::string now_text() { return rfc3339(system_clock().wall()); }

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

Outcome<Value> changed(Arena& arena, const Write& write, const Value& current,
                       const Value& wanted) {
  const std::string_view version = kube::resource_version_of(wanted);
  if (!version.empty() && version != kube::resource_version_of(current)) {
    return Failure{409, "Conflict",
                   fmt::format("Operation cannot be fulfilled on {} \"{}\": the object has been "
                               "modified; please apply your changes to the latest version",
                               write.kind->resource(), write.key.name)};
  }
  if (write.subresource == "status")
    return with(arena, current, "status", value_at(wanted, {"status"}));
  Value result = with_kept(arena, wanted, current);
  if (write.kind->has_status && !write.keeps_status)
    result = with(arena, result, "status", value_at(current, {"status"}));
  if (value_at(current, {"spec"}) == value_at(result, {"spec"})) return result;
  return patched(
      arena, result,
      fmt::format(R"({{"metadata":{{"generation":{}}}}})", kube::generation_of(current) + 1));
}

Outcome<Value> established(Arena& arena, const Kind& kind, const Value& definition) {
  const std::string name = kube::key_of(definition).name;
  if (name != fmt::format("{}.{}", text_at(definition, {"spec", "names", "plural"}),
                          text_at(definition, {"spec", "group"})))
    return invalid_object(kind, name, "metadata.name: must be spec.names.plural+\".\"+spec.group");
  const auto condition = [now = now_text()](std::string_view type) {
    return fmt::format(R"({{"type":"{}","status":"True","lastTransitionTime":"{}"}})", type, now);
  };
  return patched(arena, definition,
                 fmt::format(R"({{"status":{{"acceptedNames":{},"conditions":[{},{}]}}}})",
                             json::to_text(*definition.at({"spec", "names"})),
                             condition("NamesAccepted"), condition("Established")));
}

}  // namespace kollect::sandbox
