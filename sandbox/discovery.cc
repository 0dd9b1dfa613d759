// What the server says of itself: its version, what it serves, an OpenAPI document for each group.
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

using Texts = std::vector<std::string>;
// By version.
using Group = std::map<std::string, std::vector<KindPtr>>;

constexpr const char* kVerbs = R"(["create","delete","get","list","patch","update","watch"])";
constexpr const char* kReviewVerbs = R"(["create"])";
constexpr const char* kPartVerbs = R"(["get","patch","update"])";

// "api/v1", "apis/apps/v1".
std::string root_of(const Kind& kind) {
  return (kind.gvr.group.empty() ? "api/" : "apis/") + kind.gvr.api_version();
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return text;
}

std::string gvk_text(const Kind& kind) {
  return fmt::format(R"({{"group":{},"version":{},"kind":{}}})", quoted(kind.gvr.group),
                     quoted(kind.gvr.version), quoted(kind.name));
}

std::string resource_text(const KindPtr& kind) {
  const std::string status = fmt::format(
      R"({{"subresource":"status","responseKind":{},"verbs":{}}})", gvk_text(*kind), kPartVerbs);
  return fmt::format(
      R"({{"resource":{},"responseKind":{},"scope":"{}","singularResource":{},"verbs":{},)"
      R"("shortNames":[{}],"categories":[{}],"subresources":[{}]}})",
      quoted(kind->gvr.resource), gvk_text(*kind), kind->is_namespaced ? "Namespaced" : "Cluster",
      quoted(lower(kind->name)), kind->is_review ? kReviewVerbs : kVerbs,
      joined(kind->short_names, quoted), joined(kind->categories, quoted),
      kind->has_status ? status : "");
}

std::string version_text(const Group::value_type& version) {
  return fmt::format(R"({{"version":{},"freshness":"Current","resources":[{}]}})",
                     quoted(version.first), joined(version.second, resource_text));
}

// `is_core`: of /api, else of /apis.
std::string discovery(const Kinds& kinds, bool is_core) {
  std::map<std::string, Group> groups;
  for (const auto& [gvr, kind] : kinds)
    if (gvr.group.empty() == is_core) groups[gvr.group][gvr.version].push_back(kind);
  return fmt::format(R"({{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
                     R"("metadata":{{}},"items":[{}]}})",
                     joined(groups, [](const auto& group) {
                       return fmt::format(R"({{"metadata":{{"name":{}}},"versions":[{}]}})",
                                          quoted(group.first), joined(group.second, version_text));
                     }));
}

std::string openapi_index(const Kinds& kinds) {
  std::set<std::string> roots;
  for (const auto& [gvr, kind] : kinds) roots.insert(root_of(*kind));
  return fmt::format(R"({{"paths":{{{}}}}})", joined(roots, [](const std::string& root) {
                       return fmt::format(R"({}:{{"serverRelativeURL":{}}})", quoted(root),
                                          quoted("/openapi/v3/" + root));
                     }));
}

// No schemas: what kubectl reads here is whether the server validates fields itself. Empty when
// nothing is served below this root.
std::string openapi(const Kinds& kinds, const std::string& root) {
  Texts paths;
  for (const auto& [gvr, kind] : kinds) {
    if (root_of(*kind) != root) continue;
    paths.push_back(fmt::format(
        R"("/{}/{{name}}":{{"patch":{{"x-kubernetes-action":"patch",)"
        R"("x-kubernetes-group-version-kind":{},"parameters":[{{"name":"fieldValidation",)"
        R"("in":"query","schema":{{"type":"string"}}}}],"responses":{{}}}}}})",
        gvr.resource, gvk_text(*kind)));
  }
  if (paths.empty()) return {};
  return fmt::format(R"({{"openapi":"3.0.0","info":{{"title":"kollect-sandbox","version":"v1"}},)"
                     R"("paths":{{{}}}}})",
                     fmt::join(paths, ","));
}

}  // namespace

std::string server_document(const Kinds& kinds, const Texts& path) {
  if (path == Texts{"version"})
    return fmt::format(R"({{"major":"1","minor":"36","gitVersion":"{}"}})", kServerVersion);
  if (path == Texts{"api"} || path == Texts{"apis"}) return discovery(kinds, path[0] == "api");
  // In protobuf, for kubectl, which looks here for what is not served: its version, and no schemas.
  if (path == Texts{"openapi", "v2"}) return "\n\0032.0";
  if (path == Texts{"openapi", "v3"}) return openapi_index(kinds);
  if (path.size() < 4 || path[0] != "openapi") return {};
  return openapi(kinds, fmt::format("{}", fmt::join(path.begin() + 2, path.end(), "/")));
}

}  // namespace kollect::sandbox
