#include "bench/replay/discovery.h"

namespace kollect::bench {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

constexpr std::string_view kVersion =
    R"({"major":"1","minor":"33","gitVersion":"v1.33.0-replay","gitCommit":"0","gitTreeState":"clean","buildDate":"2026-01-01T00:00:00Z","goVersion":"none","compiler":"none","platform":"linux/amd64"})";

constexpr std::string_view kCoreAggregated =
    R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[{"metadata":{"creationTimestamp":null},"versions":[{"version":"v1","freshness":"Current","resources":[)"
    R"({"resource":"configmaps","responseKind":{"group":"","version":"","kind":"ConfigMap"},"scope":"Namespaced","singularResource":"configmap","verbs":["get","list","watch"],"shortNames":["cm"]},)"
    R"({"resource":"namespaces","responseKind":{"group":"","version":"","kind":"Namespace"},"scope":"Cluster","singularResource":"namespace","verbs":["get","list","watch"],"shortNames":["ns"]},)"
    R"({"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},"scope":"Namespaced","singularResource":"pod","verbs":["get","list","watch"],"shortNames":["po"],"categories":["all"]}]}]}]})";

constexpr std::string_view kGroupsAggregated =
    R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[{"metadata":{"name":"apps","creationTimestamp":null},"versions":[{"version":"v1","freshness":"Current","resources":[)"
    R"({"resource":"deployments","responseKind":{"group":"","version":"","kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment","verbs":["get","list","watch"],"shortNames":["deploy"],"categories":["all"]}]}]},)"
    R"({"metadata":{"name":"authorization.k8s.io","creationTimestamp":null},"versions":[{"version":"v1","freshness":"Current","resources":[)"
    R"({"resource":"selfsubjectaccessreviews","responseKind":{"group":"","version":"","kind":"SelfSubjectAccessReview"},"scope":"Cluster","singularResource":"selfsubjectaccessreview","verbs":["create"]}]}]}]})";

constexpr std::string_view kApi =
    R"({"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[]})";

constexpr std::string_view kGroups =
    R"({"kind":"APIGroupList","apiVersion":"v1","groups":[)"
    R"({"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}},)"
    R"({"name":"authorization.k8s.io","versions":[{"groupVersion":"authorization.k8s.io/v1","version":"v1"}],"preferredVersion":{"groupVersion":"authorization.k8s.io/v1","version":"v1"}}]})";

constexpr std::string_view kCoreResources =
    R"({"kind":"APIResourceList","groupVersion":"v1","resources":[)"
    R"({"name":"configmaps","singularName":"configmap","namespaced":true,"kind":"ConfigMap","verbs":["get","list","watch"],"shortNames":["cm"]},)"
    R"({"name":"namespaces","singularName":"namespace","namespaced":false,"kind":"Namespace","verbs":["get","list","watch"],"shortNames":["ns"]},)"
    R"({"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list","watch"],"shortNames":["po"],"categories":["all"]}]})";

constexpr std::string_view kAppsResources =
    R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1","resources":[)"
    R"({"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment","verbs":["get","list","watch"],"shortNames":["deploy"],"categories":["all"]}]})";

constexpr std::string_view kReviewResources =
    R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"authorization.k8s.io/v1","resources":[)"
    R"({"name":"selfsubjectaccessreviews","singularName":"selfsubjectaccessreview","namespaced":false,"kind":"SelfSubjectAccessReview","verbs":["create"]}]})";

struct Path {
  std::string_view path;
  std::string_view body;
  std::string_view aggregated;
};
constexpr Path kPaths[] = {
    {"/version", kVersion, ""},
    {"/api", kApi, kCoreAggregated},
    {"/apis", kGroups, kGroupsAggregated},
    {"/api/v1", kCoreResources, ""},
    {"/apis/apps/v1", kAppsResources, ""},
    {"/apis/authorization.k8s.io/v1", kReviewResources, ""},
};

}  // namespace

DiscoveryText discovery(const Request& request) {
  const bool aggregated = request.accept.find("as=APIGroupDiscoveryList") != std::string::npos &&
                          request.accept.find("v=v2;") != std::string::npos;
  for (const Path& path : kPaths) {
    if (path.path != request.path) continue;
    if (aggregated && !path.aggregated.empty()) return {kAggregated, path.aggregated};
    return {kJson, path.body};
  }
  return {};
}

}  // namespace kollect::bench
