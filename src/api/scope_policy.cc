#include "api/scope_policy.h"

namespace kollect::api {

bool allows_kind(const Ceiling& ceiling, const Gvk& gvk) {
  const auto& allowed = ceiling.allowed_gvks;
  return allowed.empty() || std::any_of(allowed.begin(), allowed.end(),
                                        [&](const Gvk& each) { return same_kind(each, gvk); });
}

NamespaceVerdict judge_namespace(const Ceiling& ceiling, std::string_view namespace_name) {
  const auto& denied = ceiling.denied_namespaces;
  if (std::find(denied.begin(), denied.end(), namespace_name) != denied.end()) {
    return NamespaceVerdict::denied;
  }
  return permits(ceiling.allowed_namespaces, namespace_name) ? NamespaceVerdict::allowed
                                                             : NamespaceVerdict::outside;
}

bool permits(const std::vector<std::string>& allowed, std::string_view name) {
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), name) != allowed.end();
}

}  // namespace kollect::api
