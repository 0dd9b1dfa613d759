#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

// Group to version to what it has, each in the order in which discovery shows them.
using Groups = std::map<std::string, std::map<std::string, std::vector<KindPtr>>>;
using Texts = std::vector<std::string>;

constexpr const char* kVerbs = R"(["create","delete","get","list","patch","update","watch"])";
constexpr const char* kReviewVerbs = R"(["create"])";
constexpr const char* kPartVerbs = R"(["get","patch","update"])";

Groups groups_of(const Kinds& kinds) {
  Groups groups;
  for (const auto& [gvr, kind] : kinds) groups[gvr.group][gvr.version].push_back(kind);
  return groups;
}

std::string joined(const Texts& texts) { return fmt::format("{}", fmt::join(texts, ",")); }

std::string list_of(Texts texts) {
  for (std::string& text : texts) text = quoted(text);
  return '[' + joined(texts) + ']';
}

std::string gvk_text(const Kind& kind) {
  return fmt::format(R"({{"group":{},"version":{},"kind":{}}})", quoted(kind.gvr.group),
                     quoted(kind.gvr.version), quoted(kind.name));
}

std::string aggregated_resource(const Kind& kind) {
  const std::string status = fmt::format(
      R"({{"subresource":"status","responseKind":{},"verbs":{}}})", gvk_text(kind), kPartVerbs);
  return fmt::format(
      R"({{"resource":{},"responseKind":{},"scope":"{}","singularResource":{},"verbs":{},)"
      R"("shortNames":{},"categories":{},"subresources":[{}]}})",
      quoted(kind.gvr.resource), gvk_text(kind), kind.is_namespaced ? "Namespaced" : "Cluster",
      quoted(kind.singular), kind.is_review ? kReviewVerbs : kVerbs, list_of(kind.short_names),
      list_of(kind.categories), kind.has_status ? status : "");
}

std::string plain_resource(const Kind& kind) {
  return fmt::format(
      R"({{"name":{},"singularName":{},"namespaced":{},"kind":{},"verbs":{},"shortNames":{}}})",
      quoted(kind.gvr.resource), quoted(kind.singular), kind.is_namespaced, quoted(kind.name),
      kind.is_review ? kReviewVerbs : kVerbs, list_of(kind.short_names));
}

// `is_core`: of /api, else of /apis.
std::string aggregated(const Groups& groups, bool is_core) {
  Texts all;
  for (const auto& [group, versions] : groups) {
    if (group.empty() != is_core) continue;
    Texts listed;
    for (const auto& [version, kinds] : versions) {
      Texts resources;
      for (const KindPtr& kind : kinds) resources.push_back(aggregated_resource(*kind));
      listed.push_back(fmt::format(R"({{"version":{},"freshness":"Current","resources":[{}]}})",
                                   quoted(version), joined(resources)));
    }
    all.push_back(fmt::format(R"({{"metadata":{{"name":{}}},"versions":[{}]}})", quoted(group),
                              joined(listed)));
  }
  return fmt::format(R"({{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
                     R"("metadata":{{}},"items":[{}]}})",
                     joined(all));
}

std::string group_list(const Groups& groups) {
  Texts all;
  for (const auto& [group, versions] : groups) {
    if (group.empty()) continue;
    Texts listed;
    for (const auto& [version, kinds] : versions) {
      listed.push_back(fmt::format(R"({{"groupVersion":{},"version":{}}})",
                                   quoted(group + '/' + version), quoted(version)));
    }
    all.push_back(fmt::format(R"({{"name":{},"versions":[{}],"preferredVersion":{}}})",
                              quoted(group), joined(listed), listed.front()));
  }
  return fmt::format(R"({{"kind":"APIGroupList","apiVersion":"v1","groups":[{}]}})", joined(all));
}

std::string resource_list(const std::vector<KindPtr>& kinds) {
  Texts resources;
  for (const KindPtr& kind : kinds) resources.push_back(plain_resource(*kind));
  return fmt::format(
      R"({{"kind":"APIResourceList","apiVersion":"v1","groupVersion":{},"resources":[{}]}})",
      quoted(kinds.front()->gvr.api_version()), joined(resources));
}

std::string openapi_index(const Groups& groups) {
  Texts paths;
  for (const auto& [group, versions] : groups) {
    for (const auto& [version, kinds] : versions) {
      const std::string path = group.empty() ? "api/" + version : "apis/" + group + '/' + version;
      paths.push_back(fmt::format(R"({}:{{"serverRelativeURL":{}}})", quoted(path),
                                  quoted("/openapi/v3/" + path)));
    }
  }
  return fmt::format(R"({{"paths":{{{}}}}})", joined(paths));
}

// No schemas: what kubectl reads here is whether the server validates fields itself.
std::string openapi(const std::vector<KindPtr>& kinds) {
  Texts paths;
  for (const KindPtr& kind : kinds) {
    paths.push_back(fmt::format(
        R"("/{}/{{name}}":{{"patch":{{"x-kubernetes-action":"patch",)"
        R"("x-kubernetes-group-version-kind":{},"parameters":[{{"name":"fieldValidation",)"
        R"("in":"query","schema":{{"type":"string"}}}}],"responses":{{}}}}}})",
        kind->gvr.resource, gvk_text(*kind)));
  }
  return fmt::format(R"({{"openapi":"3.0.0","info":{{"title":"kollect-sandbox","version":"v1"}},)"
                     R"("paths":{{{}}}}})",
                     joined(paths));
}

}  // namespace

std::string server_document(const Kinds& kinds, const Call& call) {
  const Groups groups = groups_of(kinds);
  std::vector<std::string> path = call.path;
  if (path == Texts{"version"})
    return fmt::format(R"({{"major":"1","minor":"36","gitVersion":"{}"}})", kServerVersion);
  if (path == Texts{"openapi", "v3"}) return openapi_index(groups);
  const bool is_openapi = path.size() > 2 && path[0] == "openapi";
  if (is_openapi) path.erase(path.begin(), path.begin() + 2);
  const bool is_core = !path.empty() && path[0] == "api";
  if (!is_core && (path.empty() || path[0] != "apis")) return {};
  if (path.size() == 1) {
    if (call.header("Accept").find("as=APIGroupDiscoveryList") != std::string_view::npos)
      return aggregated(groups, is_core);
    return is_core ? R"({"kind":"APIVersions","versions":["v1"]})" : group_list(groups);
  }
  if (path.size() != (is_core ? 2U : 3U)) return {};
  const auto group = groups.find(is_core ? "" : path[1]);
  if (group == groups.end() || !group->second.contains(path.back())) return {};
  const auto& found = group->second.at(path.back());
  return is_openapi ? openapi(found) : resource_list(found);
}

}  // namespace kollect::sandbox
