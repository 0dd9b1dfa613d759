#include <fmt/format.h>

#include "base/json_write.h"
#include "bench/corpus/managed_fields.h"
#include "bench/corpus/parts.h"

namespace kollect::bench {
namespace {

constexpr std::string_view kStatus =
    R"("observedGeneration":"%#generation%","replicas":"%#replicas%","updatedReplicas":"%#replicas%","readyReplicas":"%#replicas%","availableReplicas":"%#replicas%","conditions":[{"type":"Available","status":"True","lastUpdateTime":"%changed%","lastTransitionTime":"%created%","reason":"MinimumReplicasAvailable","message":"Deployment has minimum availability."},{"type":"Progressing","status":"True","lastUpdateTime":"%changed%","lastTransitionTime":"%created%","reason":"NewReplicaSetAvailable","message":"ReplicaSet \"%app%-%replica_set%\" has successfully progressed."}])";

std::string spec_members(Random& random, std::string_view labels) {
  return fmt::format(
      R"("selector":{{"matchLabels":{{"app.kubernetes.io/name":"%app%"}}}},"template":{{"metadata":{{"creationTimestamp":null,"labels":{{{}}},"annotations":{{{}}}}},"spec":{{{}}}}},"strategy":{{"type":"RollingUpdate","rollingUpdate":{{"maxUnavailable":1,"maxSurge":1}}}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600)",
      labels, annotation_members(random), pod_spec(random).members);
}

// What `kubectl apply` leaves in an annotation: the manifest as a string.
std::string applied_annotation(std::string_view labels) {
  std::string out = R"(,"kubectl.kubernetes.io/last-applied-configuration":)";
  json::append_string(
      out,
      fmt::format(
          R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"annotations":{{}},"labels":{{{}}},"name":"%name%","namespace":"%ns%"}},"spec":{{"replicas":3,"selector":{{"matchLabels":{{"app.kubernetes.io/name":"%app%"}}}},"template":{{"metadata":{{"labels":{{{}}}}},"spec":{{"containers":[{{"image":"registry.example.com/app:v1","name":"app"}}]}}}}}}}}
)",
          labels, labels));
  return out;
}

}  // namespace

ObjectTemplate deployment_template(uint64_t seed) {
  Random random(seed);
  const std::string labels = label_members(random);
  std::string annotations = annotation_members(random);
  if (random.percent(30)) annotations += applied_annotation(labels);
  const std::string spec = spec_members(random, labels);
  const std::string described =
      fmt::format(R"("labels":{{{}}},"annotations":{{"deployment.kubernetes.io/revision":"1",{}}})",
                  labels, annotations);
  const std::string applied = managed_fields(
      {"helm", "Update", "apps/v1", "%rolled%", ""},
      fmt::format(R"({{"metadata":{{{}}},"spec":{{"replicas":1,{}}}}})", described, spec));
  const std::string reported =
      managed_fields({"kube-controller-manager", "Update", "apps/v1", "%changed%", "status"},
                     fmt::format(R"({{"status":{{{}}}}})", kStatus));
  ObjectTemplate out;
  out.metadata = Template::compile(fmt::format(
      R"("metadata":{{"name":"%name%","namespace":"%ns%","uid":"%uid%","resourceVersion":"%version%","generation":"%#generation%","creationTimestamp":"%created%",{},"managedFields":[{},{}]}})",
      described, applied, reported));
  out.rest = Template::compile(
      fmt::format(R"(,"spec":{{"replicas":"%#replicas%",{}}},"status":{{{}}})", spec, kStatus));
  return out;
}

}  // namespace kollect::bench
