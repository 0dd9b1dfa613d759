#include <set>

#include <fmt/format.h>

#include "base/json_write.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

using Versions = std::map<std::string, std::set<std::string>>;  // group to versions

constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
constexpr std::string_view kVerbs[] = {"create", "delete", "deletecollection", "get",
                                       "list",   "patch",  "update",           "watch"};
constexpr std::string_view kPartVerbs[] = {"get", "patch", "update"};

// What discovery says of one resource; reviews are among them.
struct Entry {
  KindPtr kind;
  Value verbs;
};

Value texts(Arena& arena, const auto& list) {
  std::vector<Value> values;
  for (const auto& text : list) values.push_back(arena.string(text));
  return arena.array(values);
}

std::vector<Entry> entries(Arena& arena, const Cluster& cluster) {
  std::vector<Entry> result;
  for (const auto& [gvr, kind] : cluster.kinds()) result.push_back({kind, texts(arena, kVerbs)});
  const Value create = text_of("create");
  for (const ReviewKind& row : review_kinds()) {
    Kind kind{.gvr = {std::string(row.group), "v1", std::string(row.plural)},
              .name = std::string(row.kind),
              .singular = std::string(row.plural.substr(0, row.plural.size() - 1)),
              .is_namespaced = row.is_namespaced};
    result.push_back({std::make_shared<const Kind>(std::move(kind)), arena.array({&create, 1})});
  }
  return result;
}

Versions versions_of(const std::vector<Entry>& entries) {
  Versions versions;
  for (const Entry& entry : entries)
    versions[entry.kind->gvr.group].insert(entry.kind->gvr.version);
  return versions;
}

std::vector<std::string_view> parts_of(const Kind& kind) {
  std::vector<std::string_view> parts;
  if (kind.has_scale) parts.emplace_back("scale");
  if (kind.has_status) parts.emplace_back("status");
  return parts;
}

Value response_kind(Arena& arena, const Kind& kind, std::string_view part) {
  const bool is_scale = part == "scale";
  return object_of(arena,
                   {{"group", is_scale ? text_of("autoscaling") : arena.string(kind.gvr.group)},
                    {"version", is_scale ? text_of("v1") : arena.string(kind.gvr.version)},
                    {"kind", is_scale ? text_of("Scale") : arena.string(kind.name)}});
}

Value aggregated_resource(Arena& arena, const Entry& entry) {
  const Kind& kind = *entry.kind;
  std::vector<Value> parts;
  for (const std::string_view part : parts_of(kind)) {
    parts.push_back(object_of(arena, {{"subresource", text_of(part)},
                                      {"responseKind", response_kind(arena, kind, part)},
                                      {"verbs", texts(arena, kPartVerbs)}}));
  }
  return object_of(arena, {{"resource", arena.string(kind.gvr.resource)},
                           {"responseKind", response_kind(arena, kind, {})},
                           {"scope", text_of(kind.is_namespaced ? "Namespaced" : "Cluster")},
                           {"singularResource", arena.string(kind.singular)},
                           {"verbs", entry.verbs},
                           {"shortNames", texts(arena, kind.short_names)},
                           {"categories", texts(arena, kind.categories)},
                           {"subresources", arena.array(parts)}});
}

// `core`: of /api, else of /apis.
Value aggregated(Arena& arena, const Cluster& cluster, bool core) {
  const auto all = entries(arena, cluster);
  std::vector<Value> groups;
  for (const auto& [group, versions] : versions_of(all)) {
    if (group.empty() != core) continue;
    std::vector<Value> listed;
    for (const std::string& version : versions) {
      std::vector<Value> resources;
      for (const Entry& entry : all) {
        if (entry.kind->gvr.group == group && entry.kind->gvr.version == version)
          resources.push_back(aggregated_resource(arena, entry));
      }
      listed.push_back(object_of(arena, {{"version", arena.string(version)},
                                         {"freshness", text_of("Current")},
                                         {"resources", arena.array(resources)}}));
    }
    const Value name = arena.string(group);
    groups.push_back(object_of(
        arena, {{"metadata", core ? Value::object({}) : object_of(arena, {{"name", name}})},
                {"versions", arena.array(listed)}}));
  }
  return object_of(arena, {{"kind", text_of("APIGroupDiscoveryList")},
                           {"apiVersion", text_of("apidiscovery.k8s.io/v2")},
                           {"metadata", Value::object({})},
                           {"items", arena.array(groups)}});
}

Value group_value(Arena& arena, const std::string& group, const std::set<std::string>& versions) {
  std::vector<Value> listed;
  for (const std::string& version : versions) {
    listed.push_back(object_of(arena, {{"groupVersion", arena.string(group + '/' + version)},
                                       {"version", arena.string(version)}}));
  }
  return object_of(arena, {{"name", arena.string(group)},
                           {"versions", arena.array(listed)},
                           {"preferredVersion", listed.back()}});
}

Value group_list(Arena& arena, const Cluster& cluster) {
  std::vector<Value> groups;
  for (const auto& [group, versions] : versions_of(entries(arena, cluster))) {
    if (!group.empty()) groups.push_back(group_value(arena, group, versions));
  }
  return object_of(arena, {{"kind", text_of("APIGroupList")},
                           {"apiVersion", text_of("v1")},
                           {"groups", arena.array(groups)}});
}

Value plain_resource(Arena& arena, const Entry& entry, std::string_view part) {
  const Kind& kind = *entry.kind;
  const std::string name =
      part.empty() ? kind.gvr.resource : fmt::format("{}/{}", kind.gvr.resource, part);
  Value value =
      object_of(arena, {{"name", arena.string(name)},
                        {"singularName", part.empty() ? arena.string(kind.singular) : text_of("")},
                        {"namespaced", Value::boolean(kind.is_namespaced)},
                        {"kind", part == "scale" ? text_of("Scale") : arena.string(kind.name)},
                        {"verbs", part.empty() ? entry.verbs : texts(arena, kPartVerbs)}});
  if (!part.empty()) return value;
  value = with(arena, value, "shortNames", texts(arena, kind.short_names));
  return with(arena, value, "categories", texts(arena, kind.categories));
}

// No resources: the group version is not served.
Value resource_list(Arena& arena, const Cluster& cluster, const kube::GroupVersion& wanted) {
  std::vector<Value> resources;
  for (const Entry& entry : entries(arena, cluster)) {
    const kube::Gvr& gvr = entry.kind->gvr;
    if (gvr.group != wanted.group || gvr.version != wanted.version) continue;
    resources.push_back(plain_resource(arena, entry, {}));
    for (const std::string_view part : parts_of(*entry.kind))
      resources.push_back(plain_resource(arena, entry, part));
  }
  if (resources.empty()) return Value();
  return object_of(arena, {{"kind", text_of("APIResourceList")},
                           {"apiVersion", text_of("v1")},
                           {"groupVersion", arena.string(wanted.text())},
                           {"resources", arena.array(resources)}});
}

// --- OpenAPI v3: enough for clients to see what may be patched and that fields are validated here

Value openapi_index(Arena& arena, const Cluster& cluster) {
  std::vector<Member> paths;
  for (const auto& [group, versions] : versions_of(entries(arena, cluster))) {
    for (const std::string& version : versions) {
      const std::string path =
          group.empty() ? "api/" + version : fmt::format("apis/{}/{}", group, version);
      const Value url = arena.string("/openapi/v3/" + path);
      paths.push_back({arena.copy(path), object_of(arena, {{"serverRelativeURL", url}})});
    }
  }
  return object_of(arena, {{"paths", arena.object(paths)}});
}

Value parameter(Arena& arena, std::string_view name) {
  return object_of(arena, {{"name", text_of(name)},
                           {"in", text_of("query")},
                           {"schema", object_of(arena, {{"type", text_of("string")}})}});
}

Value operation(Arena& arena, const Value& gvk, std::string_view action) {
  const Value parameters[] = {parameter(arena, "dryRun"), parameter(arena, "fieldManager"),
                              parameter(arena, "fieldValidation")};
  return object_of(arena, {{"x-kubernetes-action", text_of(action)},
                           {"x-kubernetes-group-version-kind", gvk},
                           {"parameters", arena.array(parameters)},
                           {"responses", Value::object({})}});
}

Value openapi(Arena& arena, const Cluster& cluster, const kube::GroupVersion& wanted) {
  std::vector<Member> paths, schemas;
  const std::string root =
      wanted.group.empty() ? "/api/" + wanted.version : "/apis/" + wanted.text();
  for (const auto& [gvr, kind] : cluster.kinds()) {
    if (gvr.group != wanted.group || gvr.version != wanted.version) continue;
    const Value gvk = response_kind(arena, *kind, {});
    const std::string all = fmt::format(
        "{}{}/{}", root, kind->is_namespaced ? "/namespaces/{namespace}" : "", gvr.resource);
    paths.push_back({arena.copy(all), object_of(arena, {{"get", operation(arena, gvk, "list")},
                                                        {"post", operation(arena, gvk, "post")}})});
    paths.push_back({arena.copy(all + "/{name}"),
                     object_of(arena, {{"get", operation(arena, gvk, "get")},
                                       {"put", operation(arena, gvk, "put")},
                                       {"patch", operation(arena, gvk, "patch")}})});
    Value schema =
        object_of(arena, {{"type", text_of("object")},
                          {"x-kubernetes-preserve-unknown-fields", Value::boolean(true)}});
    if (!kind->schema.empty()) schema = *json::parse(kind->schema, arena);
    schemas.push_back(
        {arena.copy(fmt::format("{}.{}.{}", gvr.group, gvr.version, kind->name)),
         with(arena, schema, "x-kubernetes-group-version-kind", arena.array({&gvk, 1}))});
  }
  if (paths.empty()) return Value();
  const Value info =
      object_of(arena, {{"title", text_of("kollect-sandbox")}, {"version", text_of("v1")}});
  return object_of(arena, {{"openapi", text_of("3.0.0")},
                           {"info", info},
                           {"paths", arena.object(paths)},
                           {"components", object_of(arena, {{"schemas", arena.object(schemas)}})}});
}

Value server_version(Arena& arena, const std::string& version) {
  return object_of(arena, {{"major", text_of("1")},
                           {"minor", text_of("36")},
                           {"gitVersion", arena.string(version)},
                           {"gitCommit", text_of("")},
                           {"gitTreeState", text_of("")},
                           {"buildDate", text_of("1970-01-01T00:00:00Z")},
                           {"goVersion", text_of("none")},
                           {"compiler", text_of("none")},
                           {"platform", text_of("kollect-sandbox")}});
}

// Null when the path describes nothing that is served.
Value document(Arena& arena, const Cluster& cluster, const Call& call, const std::string& version) {
  const auto& path = call.path;
  const size_t size = path.size();
  if (path[0] == "version") return server_version(arena, version);
  if (path[0] == "openapi") {
    if (size == 2 && path[1] == "v3") return openapi_index(arena, cluster);
    if (size == 4 && path[2] == "api") return openapi(arena, cluster, {"", path[3]});
    if (size == 5 && path[2] == "apis") return openapi(arena, cluster, {path[3], path[4]});
    return Value();
  }
  if (path[0] == "api" && size == 1) {
    const Value v1 = text_of("v1");
    return object_of(arena,
                     {{"kind", text_of("APIVersions")}, {"versions", arena.array({&v1, 1})}});
  }
  if (path[0] == "api") return resource_list(arena, cluster, {"", path[1]});
  if (size == 1) return group_list(arena, cluster);
  if (size == 3) return resource_list(arena, cluster, {path[1], path[2]});
  const auto versions = versions_of(entries(arena, cluster));
  const auto found = versions.find(path[1]);
  if (found == versions.end()) return Value();
  const Value group = group_value(arena, path[1], found->second);
  return with(arena, with(arena, group, "kind", text_of("APIGroup")), "apiVersion", text_of("v1"));
}

}  // namespace

bool describe_server(const Cluster& cluster, const Call& call, const std::string& version,
                     net::Reply& reply) {
  const auto& path = call.path;
  const size_t size = path.size();
  const bool is_ours =
      size > 0 && (path[0] == "version" || path[0] == "openapi" ||
                   (path[0] == "api" && size <= 2) || (path[0] == "apis" && size <= 3));
  if (!is_ours || call.http->method != "GET") return false;
  Arena arena;
  const bool is_aggregated =
      size == 1 && path[0].starts_with("api") &&
      call.header("Accept").find("as=APIGroupDiscoveryList") != std::string_view::npos;
  const Value value = is_aggregated ? aggregated(arena, cluster, path[0] == "api")
                                    : document(arena, cluster, call, version);
  if (value.is_null()) {
    reply = refusal({404, "NotFound", "the server could not find the requested resource"});
    return true;
  }
  reply = reply_with(200, json::to_text(value) + '\n');
  if (is_aggregated) reply.response.headers.set("Content-Type", std::string(kAggregated));
  return true;
}

}  // namespace kollect::sandbox
