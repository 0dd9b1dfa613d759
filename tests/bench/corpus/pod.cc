#include <fmt/format.h>

#include "bench/corpus/managed_fields.h"
#include "bench/corpus/parts.h"

namespace kollect::bench {
namespace {

std::string status_members(const PodSpec& spec) {
  std::string out = R"("phase":"Running","conditions":[)";
  for (const std::string_view type : {"Initialized", "Ready", "ContainersReady", "PodScheduled"}) {
    out += fmt::format(
        R"({}{{"type":"{}","status":"True","lastProbeTime":null,"lastTransitionTime":"%changed%"}})",
        out.back() == '[' ? "" : ",", type);
  }
  out +=
      R"(],"hostIP":"%host_ip%","podIP":"%pod_ip%","podIPs":[{"ip":"%pod_ip%"}],"startTime":"%created%","containerStatuses":[)";
  size_t number = 10000000;
  for (const std::string& name : spec.container_names) {
    out += fmt::format(
        R"({}{{"name":"{}","state":{{"running":{{"startedAt":"%created%"}}}},"lastState":{{}},"ready":true,"restartCount":0,"image":"registry.example.com/{}:%tag%","imageID":"registry.example.com/{}@sha256:{}%hash%","containerID":"containerd://{}%hash%","started":true}})",
        out.back() == '[' ? "" : ",", name, name, name, number, number + 1);
    number += 2;
  }
  return out + R"(],"qosClass":"Burstable")";
}

}  // namespace

ObjectTemplate pod_template(uint64_t seed) {
  Random random(seed);
  const PodSpec spec = pod_spec(random);
  const std::string described = fmt::format(
      R"("generateName":"%app%-%replica_set%-","labels":{{{},"pod-template-hash":"%replica_set%"}},"annotations":{{{}}},"ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"%app%-%replica_set%","uid":"%owner_uid%","controller":true,"blockOwnerDeletion":true}}])",
      label_members(random), annotation_members(random));
  const std::string status = status_members(spec);
  const std::string created = managed_fields(
      {"kube-controller-manager", "Update", "v1", "%created%", ""},
      fmt::format(R"({{"metadata":{{{}}},"spec":{{{}}}}})", described, spec.members));
  const std::string reported = managed_fields({"kubelet", "Update", "v1", "%changed%", "status"},
                                              fmt::format(R"({{"status":{{{}}}}})", status));
  ObjectTemplate out;
  out.metadata = Template::compile(fmt::format(
      R"("metadata":{{"name":"%name%","namespace":"%ns%","uid":"%uid%","resourceVersion":"%version%","creationTimestamp":"%created%",{},"managedFields":[{},{}]}})",
      described, created, reported));
  out.rest = Template::compile(fmt::format(
      R"(,"spec":{{{},"nodeName":"%node%","tolerations":[{{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}},"status":{{{}}})",
      spec.members, status));
  return out;
}

}  // namespace kollect::bench
