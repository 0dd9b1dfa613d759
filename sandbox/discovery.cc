#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json_write.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

using Versions = std::map<std::string, std::set<std::string>>;  // group to versions
using Texts = std::vector<std::string>;

constexpr const char* kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
constexpr const char* kVerbs =
    R"(["create","delete","deletecollection","get","list","patch","update","watch"])";
constexpr const char* kPartVerbs = R"(["get","patch","update"])";

// What discovery says of one resource; reviews are among them.
struct Entry {
  KindPtr kind;
  std::string verbs = kVerbs;
};

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

std::string joined(const Texts& texts) { return fmt::format("{}", fmt::join(texts, ",")); }

std::string list_of(const Texts& texts) {
  Texts all;
  for (const std::string& text : texts) all.push_back(quoted(text));
  return '[' + joined(all) + ']';
}

std::vector<Entry> entries(const Cluster& cluster) {
  std::vector<Entry> result;
  for (const auto& [gvr, kind] : cluster.kinds()) result.push_back({kind});
  for (const ReviewKind& row : review_kinds()) {
    Kind kind{.gvr = {std::string(row.group), "v1", std::string(row.plural)},
              .name = std::string(row.kind),
              .singular = std::string(row.plural.substr(0, row.plural.size() - 1)),
              .is_namespaced = row.is_namespaced};
    result.push_back({std::make_shared<const Kind>(std::move(kind)), R"(["create"])"});
  }
  return result;
}

Versions versions_of(const std::vector<Entry>& entries) {
  Versions versions;
  for (const Entry& entry : entries)
    versions[entry.kind->gvr.group].insert(entry.kind->gvr.version);
  return versions;
}

Texts parts_of(const Kind& kind) {
  Texts parts;
  if (kind.has_scale) parts.emplace_back("scale");
  if (kind.has_status) parts.emplace_back("status");
  return parts;
}

std::string gvk_text(const Kind& kind, std::string_view part = {}) {
  if (part == "scale") return R"({"group":"autoscaling","version":"v1","kind":"Scale"})";
  return fmt::format(R"({{"group":{},"version":{},"kind":{}}})", quoted(kind.gvr.group),
                     quoted(kind.gvr.version), quoted(kind.name));
}

std::string aggregated_resource(const Entry& entry) {
  const Kind& kind = *entry.kind;
  Texts parts;
  for (const std::string& part : parts_of(kind)) {
    parts.push_back(fmt::format(R"({{"subresource":"{}","responseKind":{},"verbs":{}}})", part,
                                gvk_text(kind, part), kPartVerbs));
  }
  return fmt::format(
      R"({{"resource":{},"responseKind":{},"scope":"{}","singularResource":{},"verbs":{},)"
      R"("shortNames":{},"categories":{},"subresources":[{}]}})",
      quoted(kind.gvr.resource), gvk_text(kind), kind.is_namespaced ? "Namespaced" : "Cluster",
      quoted(kind.singular), entry.verbs, list_of(kind.short_names), list_of(kind.categories),
      joined(parts));
}

std::string plain_resource(const Entry& entry, const std::string& part) {
  const Kind& kind = *entry.kind;
  const std::string name = kind.gvr.resource + (part.empty() ? "" : '/' + part);
  return fmt::format(
      R"({{"name":{},"singularName":{},"namespaced":{},"kind":{},"verbs":{},"shortNames":{},)"
      R"("categories":{}}})",
      quoted(name), quoted(part.empty() ? kind.singular : ""), kind.is_namespaced,
      quoted(part == "scale" ? "Scale" : kind.name), part.empty() ? entry.verbs : kPartVerbs,
      list_of(part.empty() ? kind.short_names : Texts()),
      list_of(part.empty() ? kind.categories : Texts()));
}

Texts resources_of(const Cluster& cluster, const kube::GroupVersion& wanted, bool is_plain) {
  Texts resources;
  for (const Entry& entry : entries(cluster)) {
    const kube::Gvr& gvr = entry.kind->gvr;
    if (gvr.group != wanted.group || gvr.version != wanted.version) continue;
    resources.push_back(is_plain ? plain_resource(entry, {}) : aggregated_resource(entry));
    for (const std::string& part : is_plain ? parts_of(*entry.kind) : Texts())
      resources.push_back(plain_resource(entry, part));
  }
  return resources;
}

// `is_core`: of /api, else of /apis.
std::string aggregated(const Cluster& cluster, bool is_core) {
  Texts groups;
  for (const auto& [group, versions] : versions_of(entries(cluster))) {
    if (group.empty() != is_core) continue;
    Texts listed;
    for (const std::string& version : versions) {
      listed.push_back(fmt::format(R"({{"version":{},"freshness":"Current","resources":[{}]}})",
                                   quoted(version),
                                   joined(resources_of(cluster, {group, version}, false))));
    }
    groups.push_back(fmt::format(R"({{"metadata":{{"name":{}}},"versions":[{}]}})", quoted(group),
                                 joined(listed)));
  }
  return fmt::format(R"({{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
                     R"("metadata":{{}},"items":[{}]}})",
                     joined(groups));
}

std::string group_text(const std::string& group, const std::set<std::string>& versions) {
  Texts listed;
  for (const std::string& version : versions) {
    listed.push_back(fmt::format(R"({{"groupVersion":{},"version":{}}})",
                                 quoted(group + '/' + version), quoted(version)));
  }
  return fmt::format(R"({{"kind":"APIGroup","apiVersion":"v1","name":{},"versions":[{}],)"
                     R"("preferredVersion":{}}})",
                     quoted(group), joined(listed), listed.back());
}

std::string group_list(const Cluster& cluster) {
  Texts groups;
  for (const auto& [group, versions] : versions_of(entries(cluster))) {
    if (!group.empty()) groups.push_back(group_text(group, versions));
  }
  return fmt::format(R"({{"kind":"APIGroupList","apiVersion":"v1","groups":[{}]}})",
                     joined(groups));
}

// Empty: the group version is not served.
std::string resource_list(const Cluster& cluster, const kube::GroupVersion& wanted) {
  const Texts resources = resources_of(cluster, wanted, true);
  if (resources.empty()) return {};
  return fmt::format(
      R"({{"kind":"APIResourceList","apiVersion":"v1","groupVersion":{},"resources":[{}]}})",
      quoted(wanted.text()), joined(resources));
}

// --- OpenAPI v3: enough for clients to see what may be patched and that fields are validated here

std::string openapi_index(const Cluster& cluster) {
  Texts paths;
  for (const auto& [group, versions] : versions_of(entries(cluster))) {
    for (const std::string& version : versions) {
      const std::string path =
          group.empty() ? "api/" + version : fmt::format("apis/{}/{}", group, version);
      paths.push_back(fmt::format(R"({}:{{"serverRelativeURL":{}}})", quoted(path),
                                  quoted("/openapi/v3/" + path)));
    }
  }
  return fmt::format(R"({{"paths":{{{}}}}})", joined(paths));
}

std::string operations(const std::string& path, const std::string& gvk, const Texts& methods) {
  Texts all;
  for (const std::string& method : methods) {
    all.push_back(
        fmt::format(R"("{0}":{{"x-kubernetes-action":"{0}","x-kubernetes-group-version-kind":{1},)"
                    R"("parameters":[{2}],"responses":{{}}}})",
                    method, gvk,
                    R"({"name":"dryRun","in":"query","schema":{"type":"string"}},)"
                    R"({"name":"fieldValidation","in":"query","schema":{"type":"string"}})"));
  }
  return fmt::format("{}:{{{}}}", quoted(path), joined(all));
}

std::string openapi(const Cluster& cluster, const kube::GroupVersion& wanted) {
  Texts paths, schemas;
  const std::string root =
      wanted.group.empty() ? "/api/" + wanted.version : "/apis/" + wanted.text();
  for (const auto& [gvr, kind] : cluster.kinds()) {
    if (gvr.group != wanted.group || gvr.version != wanted.version) continue;
    const std::string gvk = gvk_text(*kind);
    const std::string all =
        root + (kind->is_namespaced ? "/namespaces/{namespace}/" : "/") + gvr.resource;
    paths.push_back(operations(all, gvk, {"get", "post"}));
    paths.push_back(operations(all + "/{name}", gvk, {"get", "put", "patch", "delete"}));
    json::Arena arena;
    const auto given =
        json::parse(kind->schema.empty() ? R"({"type":"object"})" : kind->schema, arena);
    const auto names = json::parse('[' + gvk + ']', arena);
    schemas.push_back(
        quoted(fmt::format("{}.{}.{}", gvr.group, gvr.version, kind->name)) + ':' +
        json::to_text(with(arena, *given, "x-kubernetes-group-version-kind", *names)));
  }
  if (paths.empty()) return {};
  return fmt::format(
      R"({{"openapi":"3.0.0","info":{{"title":"kollect-sandbox","version":"v1"}},"paths":{{{}}},)"
      R"("components":{{"schemas":{{{}}}}}}})",
      joined(paths), joined(schemas));
}

std::string server_version(const std::string& version) {
  return fmt::format(
      R"({{"major":"1","minor":"36","gitVersion":"{}","gitCommit":"","gitTreeState":"",)"
      R"("buildDate":"1970-01-01T00:00:00Z","goVersion":"","compiler":"","platform":""}})",
      version);
}

// Empty when the path describes nothing that is served.
std::string document(const Cluster& cluster, const Call& call, const std::string& version) {
  const auto& path = call.path;
  const size_t size = path.size();
  if (path[0] == "version") return server_version(version);
  if (path[0] == "openapi") {
    if (size == 2 && path[1] == "v3") return openapi_index(cluster);
    if (size == 4 && path[2] == "api") return openapi(cluster, {"", path[3]});
    return size == 5 && path[2] == "apis" ? openapi(cluster, {path[3], path[4]}) : "";
  }
  const bool is_core = path[0] == "api";
  if (size == 1 && call.header("Accept").find("as=APIGroupDiscoveryList") != std::string_view::npos)
    return aggregated(cluster, is_core);
  if (is_core && size == 1) return R"({"kind":"APIVersions","versions":["v1"]})";
  if (is_core) return resource_list(cluster, {"", path[1]});
  if (size == 1) return group_list(cluster);
  if (size == 3) return resource_list(cluster, {path[1], path[2]});
  const auto versions = versions_of(entries(cluster));
  const auto found = versions.find(path[1]);
  return found == versions.end() ? "" : group_text(path[1], found->second);
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
  const std::string text = document(cluster, call, version);
  if (text.empty()) {
    reply = refusal({404, "NotFound", "the server could not find the requested resource"});
    return true;
  }
  reply = reply_with(200, text + '\n');
  if (text.starts_with(R"({"kind":"APIGroupDiscoveryList")"))
    reply.response.headers.set("Content-Type", kAggregated);
  return true;
}

}  // namespace kollect::sandbox
