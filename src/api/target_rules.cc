#include <fmt/format.h>

#include "api/common_rules.h"
#include "api/kind.h"
#include "api/rules.h"
#include "api/scalar.h"
#include "api/scope_policy.h"

namespace kollect::api {
namespace {

void check_rule(const Path& path, const ResourceRule& rule, const ExpressionCheck& expressions,
                Findings& findings) {
  check_rule_gvk(path / "gvk", rule.gvk, findings);
  check_selector(path / "namespaceSelector", rule.namespace_selector, findings);
  check_labels(path / "matchLabels", rule.match_labels, findings);
  check_requirements(path / "matchExpressions", rule.match_expressions, findings);
  const std::string_view policy = trimmed(rule.match_policy);
  if (policy.empty()) return;
  const auto facts = expressions.cel(policy);
  if (!facts) findings.invalid(path / "matchPolicy", policy, facts.error().message);
}

void check_filter(const CollectionFilter& filter, const ExpressionCheck& expressions,
                  Findings& findings) {
  const Path spec("spec");
  check_selector(spec / "namespaceSelector", filter.namespace_selector, findings);
  check_selector(spec / "namespaceExcludeSelector", filter.namespace_exclude_selector, findings);
  check_unique(spec / "includedNamespaces", filter.included_namespaces, findings);
  check_unique(spec / "excludedNamespaces", filter.excluded_namespaces, findings);
  for (size_t i = 0; i < filter.resource_rules.size(); ++i) {
    check_rule((spec / "resourceRules")[i], filter.resource_rules[i], expressions, findings);
  }
}

// A scope's ceiling with the words that name it.
struct NamedCeiling {
  const Ceiling& ceiling;
  std::string name;
};

void check_kind(const Path& path, const Gvk& gvk, const NamedCeiling& scope, Findings& findings) {
  if (allows_kind(scope.ceiling, gvk)) return;
  findings.plain(path, fmt::format("{} is not in allowedGVKs of {}", text(gvk), scope.name));
}

// Rule kinds and included namespaces; the profile's kind when the profile exists.
void check_ceiling(const CollectionFilter& filter, const std::optional<Profile>& profile,
                   const NamedCeiling& scope, Findings& findings) {
  const Path spec("spec");
  for (size_t i = 0; i < filter.resource_rules.size(); ++i) {
    check_kind((spec / "resourceRules")[i] / "gvk", filter.resource_rules[i].gvk, scope, findings);
  }
  if (profile) check_kind(spec / "profileRef", profile->spec.target_gvk, scope, findings);
  for (size_t i = 0; i < filter.included_namespaces.size(); ++i) {
    const std::string& name = filter.included_namespaces[i];
    const NamespaceVerdict verdict = judge_namespace(scope.ceiling, name);
    if (verdict == NamespaceVerdict::allowed) continue;
    findings.plain(
        (spec / "includedNamespaces")[i],
        verdict == NamespaceVerdict::denied
            ? fmt::format("namespace {} is in deniedNamespaces of {}", quoted(name), scope.name)
            : fmt::format("namespace {} is not in allowedNamespaces of {}", quoted(name),
                          scope.name));
  }
}

void warn_inert_rules(const CollectionFilter& filter, const Profile& profile, Findings& findings) {
  for (size_t i = 0; i < filter.resource_rules.size(); ++i) {
    const Gvk& gvk = filter.resource_rules[i].gvk;
    if (same_kind(gvk, profile.spec.target_gvk)) continue;
    findings.warn(
        fmt::format("spec.resourceRules[{}] never matches: it names {}, profile {} reads {}", i,
                    text(gvk), quoted(profile.metadata.name), text(profile.spec.target_gvk)));
  }
}

void warn_unused_selection(const TargetSpec& spec, Findings& findings) {
  if (spec.filter.resource_rules.empty()) return;
  if (spec.label_selector)
    findings.warn("spec.labelSelector has no effect beside spec.resourceRules");
  if (!spec.names.empty()) findings.warn("spec.names has no effect beside spec.resourceRules");
}

// A namespaced target that names no namespaces collects from all that it is allowed.
void warn_cluster_wide(const TargetSpec& spec, const std::optional<Scope>& scope,
                       const AdmissionPolicy& policy, Findings& findings) {
  const bool is_bounded = spec.filter.namespace_selector ||
                          !spec.filter.included_namespaces.empty() ||
                          !policy.default_included_namespaces.empty() || policy.tenant_mode ||
                          (scope && !scope->spec.ceiling.allowed_namespaces.empty());
  if (is_bounded) return;
  findings.warn(
      "spec has neither namespaceSelector nor includedNamespaces: this target collects from every "
      "namespace that the operator may read");
}

void check_target_policy(const Target& target, const RuleContext& context, Findings& findings) {
  const std::string& home = target.metadata.namespace_name;
  const auto scope = context.cluster.scope(home);
  if (!scope) {
    return findings.plain(Path("spec"), fmt::format("look up the KollectScope of namespace {}: {}",
                                                    quoted(home), scope.error().text()));
  }
  const auto profile = context.cluster.profile(home, target.spec.profile_ref);
  if (!profile) {
    return findings.plain(Path("spec") / "profileRef",
                          fmt::format("look up KollectProfile {}: {}",
                                      quoted(target.spec.profile_ref), profile.error().text()));
  }
  if (*scope) {
    const std::string name = "KollectScope " + quoted((*scope)->metadata.name);
    check_ceiling(target.spec.filter, *profile, {(*scope)->spec.ceiling, name}, findings);
  }
  if (*profile) warn_inert_rules(target.spec.filter, **profile, findings);
  warn_cluster_wide(target.spec, *scope, context.policy, findings);
}

void check_cluster_policy(const ClusterTarget& target, const RuleContext& context,
                          Findings& findings) {
  const ObjectRef& ref = target.spec.profile_ref;
  const auto scope = context.cluster.cluster_scope();
  if (!scope) {
    return findings.plain(Path("spec"), "look up the KollectClusterScope: " + scope.error().text());
  }
  const auto profile = context.cluster.profile(ref.namespace_name, ref.name);
  if (!profile) {
    return findings.plain(
        Path("spec") / "profileRef",
        fmt::format("look up KollectProfile {} in namespace {}: {}", quoted(ref.name),
                    quoted(ref.namespace_name), profile.error().text()));
  }
  if (*profile) warn_inert_rules(target.spec.filter, **profile, findings);
  if (!*scope) return;
  const std::string name = "KollectClusterScope " + quoted((*scope)->metadata.name);
  check_ceiling(target.spec.filter, *profile, {(*scope)->spec.ceiling, name}, findings);
  if (!permits((*scope)->spec.allowed_static_ref_namespaces, ref.namespace_name)) {
    findings.plain(Path("spec") / "profileRef" / "namespace",
                   fmt::format("namespace {} is not in allowedStaticRefNamespaces of {}",
                               quoted(ref.namespace_name), name));
  }
}

}  // namespace

void check(const Target& target, const RuleContext& context, Findings& findings) {
  const Path spec("spec");
  check_local_ref(spec / "profileRef", target.spec.profile_ref, findings);
  check_filter(target.spec.filter, context.expressions, findings);
  check_selector(spec / "labelSelector", target.spec.label_selector, findings);
  const std::string& mode = target.spec.watch_mode;
  if (!mode.empty() && mode != "All" && mode != "OptIn") {
    findings.plain(spec / "watchMode",
                   fmt::format("invalid spec.watchMode {}: must be All or OptIn", quoted(mode)));
  }
  warn_unused_selection(target.spec, findings);
  if (findings.ok()) check_target_policy(target, context, findings);
}

void check(const ClusterTarget& target, const RuleContext& context, Findings& findings) {
  const Path spec("spec");
  if (context.policy.tenant_mode) {
    return findings.plain(
        spec,
        "KollectClusterTarget needs cluster-wide rights, which the operator does not "
        "have in tenant mode");
  }
  check_cluster_ref(spec / "profileRef", target.spec.profile_ref, findings);
  const auto& selector = target.spec.filter.namespace_selector;
  if (!selector || selector->is_empty()) {
    findings.required(spec / "namespaceSelector",
                      "without labels or expressions it would collect from the whole cluster");
  }
  check_filter(target.spec.filter, context.expressions, findings);
  if (findings.ok()) check_cluster_policy(target, context, findings);
}

}  // namespace kollect::api
