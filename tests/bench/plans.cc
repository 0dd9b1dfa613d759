#include "bench/plans.h"

#include <array>

namespace kollect::bench {
namespace {

constexpr std::array<NamedPath, 8> kSimple = {{
    {"name", "$.metadata.name"},
    {"namespace", "$.metadata.namespace"},
    {"tier", "$.metadata.labels.tier"},
    {"node", "$.spec.nodeName"},
    {"account", "$.spec.serviceAccountName"},
    {"images", "$.spec.containers[*].image"},
    {"phase", "$.status.phase"},
    {"address", "$.status.podIP"},
}};

constexpr std::array<NamedPath, 8> kShort = {{
    {"tier", "$.metadata.labels.tier"},
    {"node", "$.spec.nodeName"},
    {"priority", "$.spec.priority"},
    {"phase", "$.status.phase"},
    {"address", "$.status.podIP"},
    {"quality", "$.status.qosClass"},
    {"ready", "$.status.containerStatuses[0].ready"},
    {"restarts", "$.status.containerStatuses[0].restartCount"},
}};

constexpr std::array<NamedPath, 3> kMixed = {{
    {"image", "$.spec.template.spec.containers[0].image"},
    {"replicas", "$.spec.replicas"},
    {"available", "cel:object.status.availableReplicas >= object.spec.replicas ? 'yes' : 'no'"},
}};

api::Gvk gvk_of(Resource resource) {
  switch (resource) {
    case Resource::pods:
      return {"", "v1", "Pod"};
    case Resource::deployments:
      return {"apps", "v1", "Deployment"};
    case Resource::configmaps:
      return {"", "v1", "ConfigMap"};
    case Resource::namespaces:
      break;
  }
  return {"", "v1", "Namespace"};
}

}  // namespace

std::span<const NamedPath> simple_attributes() { return kSimple; }
std::span<const NamedPath> short_attributes() { return kShort; }
std::span<const NamedPath> mixed_attributes() { return kMixed; }

api::ProfileSpec profile_of(Resource resource, std::span<const NamedPath> attributes) {
  api::ProfileSpec spec;
  spec.target_gvk = gvk_of(resource);
  for (const auto& [name, path] : attributes) {
    api::Attribute attribute;
    attribute.name = name;
    attribute.path = path;
    spec.attributes.push_back(std::move(attribute));
  }
  return spec;
}

Result<extract::Plan> plan_of(Resource resource, std::span<const NamedPath> attributes) {
  const api::ProfileSpec spec = profile_of(resource, attributes);
  auto profile = extract::compile_profile(spec, {});
  if (!profile) return profile.error();
  extract::Plan out(spec.target_gvk);
  out.add(*std::move(profile));
  return out;
}

}  // namespace kollect::bench
