#include "sandbox/kinds.h"

#include <algorithm>

#include "base/json_write.h"
#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

// Flags of a row: n namespaced, s status, c scale, g generation, a in category "all".
struct Row {
  std::string_view api_version, kind, plural, short_names, flags;
  std::string_view selectable = {};
};

constexpr Row kRows[] = {
    {"v1", "Namespace", "namespaces", "ns", "s", "status.phase"},
    {"v1", "Pod", "pods", "po", "nsga",
     "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName status.phase "
     "status.podIP status.nominatedNodeName spec.hostNetwork"},
    {"v1", "Service", "services", "svc", "nsa", "spec.clusterIP spec.type"},
    {"v1", "ConfigMap", "configmaps", "cm", "n"},
    {"v1", "Secret", "secrets", "", "n", "type"},
    {"v1", "Node", "nodes", "no", "s", "spec.unschedulable"},
    {"v1", "Event", "events", "ev", "n",
     "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid "
     "involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath reason "
     "reportingComponent source type"},
    {"v1", "ServiceAccount", "serviceaccounts", "sa", "n"},
    {"v1", "Endpoints", "endpoints", "ep", "n"},
    {"v1", "PersistentVolume", "persistentvolumes", "pv", "s"},
    {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", "ns"},
    {"v1", "ResourceQuota", "resourcequotas", "quota", "ns"},
    {"v1", "LimitRange", "limitranges", "limits", "n"},
    {"v1", "ReplicationController", "replicationcontrollers", "rc", "nscga", "status.replicas"},
    {"apps/v1", "Deployment", "deployments", "deploy", "nscga"},
    {"apps/v1", "ReplicaSet", "replicasets", "rs", "nscga", "status.replicas"},
    {"apps/v1", "StatefulSet", "statefulsets", "sts", "nscga"},
    {"apps/v1", "DaemonSet", "daemonsets", "ds", "nsga"},
    {"apps/v1", "ControllerRevision", "controllerrevisions", "", "n"},
    {"batch/v1", "Job", "jobs", "", "nsga", "status.successful"},
    {"batch/v1", "CronJob", "cronjobs", "cj", "nsga"},
    {"autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", "nsa"},
    {"networking.k8s.io/v1", "Ingress", "ingresses", "ing", "nsg"},
    {"networking.k8s.io/v1", "IngressClass", "ingressclasses", "", "g"},
    {"networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", "netpol", "ng"},
    {"policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", "nsg"},
    {"rbac.authorization.k8s.io/v1", "Role", "roles", "", "n"},
    {"rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", "", "n"},
    {"rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", "", ""},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", "", ""},
    {"coordination.k8s.io/v1", "Lease", "leases", "", "n"},
    {"discovery.k8s.io/v1", "EndpointSlice", "endpointslices", "", "n"},
    {"storage.k8s.io/v1", "StorageClass", "storageclasses", "sc", ""},
    {"events.k8s.io/v1", "Event", "events", "ev", "n", "reason type"},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", "crd crds",
     "sg"},
};

struct ColumnRow {
  std::string_view kind, name, source;
  int priority = 0;
  std::string_view type = "string";
};

constexpr ColumnRow kColumns[] = {
    {"Pod", "Ready", "ready"},
    {"Pod", "Status", "pod-status"},
    {"Pod", "Restarts", "restarts", 0, "integer"},
    {"Pod", "Age", "age"},
    {"Pod", "IP", ".status.podIP", 1},
    {"Pod", "Node", ".spec.nodeName", 1},
    {"Deployment", "Ready", "replicas"},
    {"Deployment", "Up-to-date", ".status.updatedReplicas", 0, "integer"},
    {"Deployment", "Available", ".status.availableReplicas", 0, "integer"},
    {"Deployment", "Age", "age"},
    {"Deployment", "Containers", "containers", 1},
    {"Deployment", "Images", "images", 1},
    {"Deployment", "Selector", "selector", 1},
    {"ReplicaSet", "Desired", ".spec.replicas", 0, "integer"},
    {"ReplicaSet", "Current", ".status.replicas", 0, "integer"},
    {"ReplicaSet", "Ready", ".status.readyReplicas", 0, "integer"},
    {"ReplicaSet", "Age", "age"},
    {"StatefulSet", "Ready", "replicas"},
    {"StatefulSet", "Age", "age"},
    {"DaemonSet", "Desired", ".status.desiredNumberScheduled", 0, "integer"},
    {"DaemonSet", "Current", ".status.currentNumberScheduled", 0, "integer"},
    {"DaemonSet", "Ready", ".status.numberReady", 0, "integer"},
    {"DaemonSet", "Up-to-date", ".status.updatedNumberScheduled", 0, "integer"},
    {"DaemonSet", "Available", ".status.numberAvailable", 0, "integer"},
    {"DaemonSet", "Age", "age"},
    {"Job", "Status", "job-status"},
    {"Job", "Completions", "completions"},
    {"Job", "Age", "age"},
    {"CronJob", "Schedule", ".spec.schedule"},
    {"CronJob", "Suspend", ".spec.suspend"},
    {"CronJob", "Last Schedule", ".status.lastScheduleTime", 0, "date"},
    {"CronJob", "Age", "age"},
    {"Service", "Type", "service-type"},
    {"Service", "Cluster-IP", ".spec.clusterIP"},
    {"Service", "External-IP", "external-ip"},
    {"Service", "Port(s)", "service-ports"},
    {"Service", "Age", "age"},
    {"Service", "Selector", "selector", 1},
    {"Ingress", "Class", ".spec.ingressClassName"},
    {"Ingress", "Hosts", "hosts"},
    {"Ingress", "Address", "address"},
    {"Ingress", "Ports", "ingress-ports"},
    {"Ingress", "Age", "age"},
    {"NetworkPolicy", "Pod-Selector", "pod-selector"},
    {"NetworkPolicy", "Age", "age"},
    {"ConfigMap", "Data", "data", 0, "integer"},
    {"ConfigMap", "Age", "age"},
    {"Secret", "Type", ".type"},
    {"Secret", "Data", "data", 0, "integer"},
    {"Secret", "Age", "age"},
    {"Namespace", "Status", ".status.phase"},
    {"Namespace", "Age", "age"},
    {"Node", "Status", "node-status"},
    {"Node", "Roles", "node-roles"},
    {"Node", "Age", "age"},
    {"Node", "Version", ".status.nodeInfo.kubeletVersion"},
    {"Event", "Last Seen", ".lastTimestamp", 0, "date"},
    {"Event", "Type", ".type"},
    {"Event", "Reason", ".reason"},
    {"Event", "Object", "event-object"},
    {"Event", "Message", ".message"},
    {"Lease", "Holder", ".spec.holderIdentity"},
    {"Lease", "Age", "age"},
    {"Role", "Created At", ".metadata.creationTimestamp"},
    {"ClusterRole", "Created At", ".metadata.creationTimestamp"},
    {"RoleBinding", "Role", "role-ref"},
    {"RoleBinding", "Age", "age"},
    {"ClusterRoleBinding", "Role", "role-ref"},
    {"ClusterRoleBinding", "Age", "age"},
    {"CustomResourceDefinition", "Created At", ".metadata.creationTimestamp"},
};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) result.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::vector<Column> builtin_columns(std::string_view kind) {
  std::vector<Column> columns;
  for (const ColumnRow& row : kColumns) {
    if (row.kind == kind)
      columns.push_back(
          {std::string(row.name), std::string(row.type), row.priority, std::string(row.source)});
  }
  if (columns.empty()) columns.push_back({.name = "Age", .source = "age"});
  return columns;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return result;
}

Kind kind_of(const Row& row) {
  const auto has = [&](char flag) { return row.flags.find(flag) != std::string_view::npos; };
  const auto version = *kube::parse_api_version(row.api_version);
  Kind kind{.gvr = {version.group, version.version, std::string(row.plural)},
            .name = std::string(row.kind),
            .singular = lower(row.kind),
            .short_names = words(row.short_names),
            .is_namespaced = has('n'),
            .has_status = has('s'),
            .has_scale = has('c'),
            .has_generation = has('g'),
            .columns = builtin_columns(row.kind),
            .selectable = words(row.selectable)};
  if (has('a')) kind.categories.emplace_back("all");
  return kind;
}

std::vector<std::string> texts(const Value* list) {
  std::vector<std::string> result;
  if (list == nullptr || !list->is_array()) return result;
  for (const Value& item : list->items()) {
    if (item.is_string()) result.emplace_back(item.as_string());
  }
  return result;
}

std::vector<Column> custom_columns(const Value& version) {
  std::vector<Column> columns;
  if (const Value* given = version.find("additionalPrinterColumns");
      given != nullptr && given->is_array()) {
    for (const Value& column : given->items()) {
      columns.push_back({std::string(column.text("name")), std::string(column.text("type")),
                         static_cast<int>(int_at(column, {"priority"})),
                         std::string(column.text("jsonPath"))});
    }
  }
  if (columns.empty()) columns.push_back({.name = "Age", .source = "age"});
  return columns;
}

Kind custom_kind(const Value& spec, const Value& version) {
  const Value* names = spec.find("names");
  const Value* schema = version.at({"schema", "openAPIV3Schema"});
  Kind kind{.gvr = {std::string(spec.text("group")), std::string(version.text("name")),
                    std::string(text_at(spec, {"names", "plural"}))},
            .name = std::string(text_at(spec, {"names", "kind"})),
            .singular = std::string(text_at(spec, {"names", "singular"})),
            .short_names = texts(names->find("shortNames")),
            .categories = texts(names->find("categories")),
            .is_namespaced = spec.text("scope") == "Namespaced",
            .has_status = version.at({"subresources", "status"}) != nullptr,
            .has_scale = version.at({"subresources", "scale"}) != nullptr,
            .has_generation = true,
            .is_custom = true,
            .columns = custom_columns(version),
            .schema = schema != nullptr ? json::to_text(*schema) : std::string()};
  if (kind.singular.empty()) kind.singular = lower(kind.name);
  if (const Value* fields = version.find("selectableFields");
      fields != nullptr && fields->is_array()) {
    for (const Value& field : fields->items())
      kind.selectable.emplace_back(field.text("jsonPath").substr(1));
  }
  return kind;
}

}  // namespace

std::string Kind::resource() const {
  return gvr.group.empty() ? gvr.resource : gvr.resource + '.' + gvr.group;
}

Kinds builtin_kinds() {
  Kinds kinds;
  for (const Row& row : kRows) {
    auto kind = std::make_shared<const Kind>(kind_of(row));
    kinds.emplace(kind->gvr, kind);
  }
  return kinds;
}

std::vector<Kind> custom_kinds(const Value& definition) {
  std::vector<Kind> kinds;
  const Value* spec = definition.find("spec");
  const Value* versions = definition.at({"spec", "versions"});
  const Value* names = definition.at({"spec", "names"});
  if (versions == nullptr || !versions->is_array() || names == nullptr) return kinds;
  for (const Value& version : versions->items()) {
    const Value* served = version.find("served");
    if (served != nullptr && *served == Value::boolean(true))
      kinds.push_back(custom_kind(*spec, version));
  }
  return kinds;
}

}  // namespace kollect::sandbox
