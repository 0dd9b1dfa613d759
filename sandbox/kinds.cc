#include "sandbox/kinds.h"

#include <algorithm>

#include <fmt/format.h>

#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

// Flags of a row: n namespaced, s status, a in category "all", r review. Columns are
// "name=path/path;..."; each kind gets name and age as well.
struct Row {
  std::string_view api_version, kind, plural, short_names, flags;
  std::string_view columns = {};
  std::string_view defaults = {};
};

constexpr std::string_view kReplicas = R"({"spec":{"replicas":1}})";
constexpr std::string_view kReady = "Ready=.status.readyReplicas/.spec.replicas";

constexpr Row kRows[] = {
    {"v1", "Namespace", "namespaces", "ns", "s", "Status=.status.phase",
     R"({"status":{"phase":"Active"}})"},
    {"v1", "Pod", "pods", "po", "nsa",
     "Ready=.status.conditions[?(@.type=='Ready')].status;Status=.status.phase;"
     "Restarts=.status.containerStatuses[*].restartCount;Node=.spec.nodeName",
     R"({"status":{"phase":"Pending"}})"},
    {"v1", "Service", "services", "svc", "nsa",
     "Type=.spec.type;Cluster-IP=.spec.clusterIP;Port(s)=.spec.ports[*].port",
     R"({"spec":{"type":"ClusterIP","clusterIP":"10.96.0.1","sessionAffinity":"None"}})"},
    {"v1", "ConfigMap", "configmaps", "cm", "n"},
    {"v1", "Secret", "secrets", "", "n", "Type=.type", R"({"type":"Opaque"})"},
    {"v1", "Node", "nodes", "no", "s", "Ready=.status.conditions[?(@.type=='Ready')].status"},
    {"v1", "Event", "events", "ev", "n",
     "Type=.type;Reason=.reason;Object=.involvedObject.kind/.involvedObject.name;"
     "Message=.message"},
    {"v1", "ServiceAccount", "serviceaccounts", "sa", "n"},
    {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", "ns"},
    {"apps/v1", "Deployment", "deployments", "deploy", "nsa",
     "Ready=.status.readyReplicas/.spec.replicas;Up-to-date=.status.updatedReplicas;"
     "Available=.status.availableReplicas;Images=.spec.template.spec.containers[*].image",
     kReplicas},
    {"apps/v1", "ReplicaSet", "replicasets", "rs", "nsa", kReady, kReplicas},
    {"apps/v1", "StatefulSet", "statefulsets", "sts", "nsa", kReady, kReplicas},
    {"apps/v1", "DaemonSet", "daemonsets", "ds", "nsa",
     "Ready=.status.numberReady/.status.desiredNumberScheduled"},
    {"batch/v1", "Job", "jobs", "", "nsa", "Completions=.status.succeeded/.spec.completions"},
    {"batch/v1", "CronJob", "cronjobs", "cj", "nsa",
     "Schedule=.spec.schedule;Suspend=.spec.suspend"},
    {"networking.k8s.io/v1", "Ingress", "ingresses", "ing", "ns",
     "Class=.spec.ingressClassName;Hosts=.spec.rules[*].host"},
    {"coordination.k8s.io/v1", "Lease", "leases", "", "n", "Holder=.spec.holderIdentity"},
    {"discovery.k8s.io/v1", "EndpointSlice", "endpointslices", "", "n"},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", "crd crds",
     "s", "Group=.spec.group;Kind=.spec.names.kind",
     R"({"status":{"conditions":[{"type":"NamesAccepted","status":"True"},)"
     R"({"type":"Established","status":"True"}]}})"},
    {"authentication.k8s.io/v1", "TokenReview", "tokenreviews", "", "r"},
    {"authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "", "r"},
    {"authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews", "", "r"},
};

const Column kName{.name = "Name", .type = "string", .paths = {".metadata.name"}};
const Column kAge{.name = "Age", .type = "date", .paths = {".metadata.creationTimestamp"}};

Kind builtin(const Row& row) {
  const auto has = [&](char flag) { return row.flags.find(flag) != std::string_view::npos; };
  const auto version = *kube::parse_api_version(row.api_version);
  Kind kind{.gvr = {version.group, version.version, std::string(row.plural)},
            .name = std::string(row.kind),
            .short_names = split(row.short_names, ' '),
            .is_namespaced = has('n'),
            .has_status = has('s'),
            .is_review = has('r'),
            .columns = {kName},
            .defaults = std::string(row.defaults)};
  if (has('a')) kind.categories.emplace_back("all");
  for (const std::string& column : split(row.columns, ';')) {
    const size_t middle = column.find('=');
    kind.columns.push_back(
        {column.substr(0, middle), "string", split(column.substr(middle + 1), '/')});
  }
  kind.columns.push_back(kAge);
  return kind;
}

std::vector<std::string> texts(const Value& spec, std::string_view key) {
  std::vector<std::string> result;
  for (const Value& item : items_at(spec, {"names", key}))
    if (item.is_string()) result.emplace_back(item.as_string());
  return result;
}

Kind custom_kind(const Value& spec, const Value& version) {
  Kind kind{.gvr = {std::string(spec.text("group")), std::string(version.text("name")),
                    std::string(text_at(spec, {"names", "plural"}))},
            .name = std::string(text_at(spec, {"names", "kind"})),
            .short_names = texts(spec, "shortNames"),
            .categories = texts(spec, "categories"),
            .is_namespaced = spec.text("scope") == "Namespaced",
            .has_status = version.at({"subresources", "status"}) != nullptr,
            .is_custom = true,
            .columns = {kName}};
  for (const Value& column : items_at(version, {"additionalPrinterColumns"})) {
    kind.columns.push_back({std::string(column.text("name")),
                            std::string(column.text("type")),
                            {std::string(column.text("jsonPath"))}});
    if (const Value* wide = column.find("priority"))
      kind.columns.back().priority = plain_text(*wide);
  }
  if (kind.columns.size() == 1) kind.columns.push_back(kAge);
  return kind;
}

void add(Kinds& kinds, const Kind& kind) {
  kinds.emplace(kind.gvr, std::make_shared<const Kind>(kind));
}

}  // namespace

std::string Kind::resource() const {
  return gvr.group.empty() || is_review ? gvr.resource : gvr.resource + '.' + gvr.group;
}

Kinds builtin_kinds() {
  Kinds kinds;
  for (const Row& row : kRows) add(kinds, builtin(row));
  return kinds;
}

Kinds custom_kinds(const Value& definition) {
  Kinds kinds;
  for (const Value& version : items_at(definition, {"spec", "versions"})) {
    if (value_at(version, {"served"}) == Value::boolean(true))
      add(kinds, custom_kind(*definition.find("spec"), version));
  }
  return kinds;
}

Failure not_found(const Kind& kind, std::string_view name) {
  return {404, "NotFound", fmt::format("{} \"{}\" not found", kind.resource(), name)};
}

Failure invalid_object(const Kind& kind, std::string_view name, std::string_view what) {
  return {422, "Invalid", fmt::format("{} \"{}\" is invalid: {}", kind.name, name, what)};
}

Failure bad_request(std::string message) { return {400, "BadRequest", std::move(message)}; }

Failure unserved() { return {404, "NotFound", "the server could not find the requested resource"}; }

std::string status_text(const Failure& failure) {
  return fmt::format(R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure",)"
                     R"("message":{},"reason":"{}","code":{}}})",
                     quoted(failure.message), failure.reason, failure.code);
}

}  // namespace kollect::sandbox
