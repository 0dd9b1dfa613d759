#include "api/testing/rule_table.h"

namespace kollect::api {
namespace {

using enum ErrorType;

const Subject kSubject{kind_of<Target>(),
                       "{profileRef: deployments, includedNamespaces: [team-a]}"};

#define RULE(text) \
  "{resourceRules: [{gvk: {group: apps, version: v1, kind: Deployment}, " text "}]}"
#define DEPLOYMENT_RULE "{resourceRules: [{gvk: {group: APPS, version: V1, kind: deployment}}]}"
#define POD_RULE "{resourceRules: [{gvk: {version: v1, kind: Pod}}]}"

void with_expressions(RuleWorld& world) {
  world.expressions.broken["object.("] = "1:8: unexpected (";
}
void with_failing_scopes(RuleWorld& world) { world.cluster.scopes_fail = true; }
void with_failing_profiles(RuleWorld& world) { world.cluster.profiles_fail = true; }
void with_profile(RuleWorld& world) {
  world.cluster.profiles["team-a/deployments"] =
      profile_from("{targetGVK: {group: apps, version: v1, kind: Deployment}}", "deployments");
}
void with_kinds(RuleWorld& world) {
  world.cluster.scopes["team-a"] =
      scope_from("{allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}");
}
void with_kinds_and_pod_profile(RuleWorld& world) {
  with_kinds(world);
  world.cluster.profiles["team-a/deployments"] =
      profile_from("{targetGVK: {version: v1, kind: Pod}}", "deployments");
}
void with_denied(RuleWorld& world) {
  world.cluster.scopes["team-a"] =
      scope_from("{deniedNamespaces: [kube-system], allowedNamespaces: [kube-system]}");
}
void with_allowed(RuleWorld& world) {
  world.cluster.scopes["team-a"] = scope_from("{allowedNamespaces: [team-a]}");
}
void with_tenant_mode(RuleWorld& world) { world.policy.tenant_mode = true; }
void with_default_list(RuleWorld& world) { world.policy.default_included_namespaces = {"team-a"}; }

const RuleCase kRefused[] = {
    {"profile_blank", "{profileRef: ' '}", "spec.profileRef", required, ""},
    {"profile_elsewhere", "{profileRef: other/deployments}", "spec.profileRef", invalid,
     "bare name"},
    {"included_empty", "{includedNamespaces: [a, '']}", "spec.includedNamespaces[1]", invalid,
     "empty"},
    {"included_repeated", "{includedNamespaces: [a, b, a]}", "spec.includedNamespaces[2]", invalid,
     "duplicate"},
    {"excluded_empty", "{excludedNamespaces: ['']}", "spec.excludedNamespaces[0]", invalid,
     "empty"},
    {"excluded_repeated", "{excludedNamespaces: [a, a]}", "spec.excludedNamespaces[1]", invalid,
     "\"a\""},
    {"rule_without_version", "{resourceRules: [{gvk: {version: '', kind: Pod}}]}",
     "spec.resourceRules[0].gvk", required, "version and kind"},
    {"rule_without_kind", "{resourceRules: [{gvk: {version: v1, kind: ''}}]}",
     "spec.resourceRules[0].gvk", required, "version and kind"},
    {"policy_broken", RULE("matchPolicy: 'object.('"), "spec.resourceRules[0].matchPolicy", invalid,
     "1:8: unexpected (", &with_expressions},
    {"watch_mode", "{watchMode: Some}", "spec.watchMode", plain, "must be All or OptIn"},
    {"selector_operator", "{namespaceSelector: {matchExpressions: [{key: a, operator: Equals}]}}",
     "spec.namespaceSelector.matchExpressions[0].operator", unsupported, "DoesNotExist"},
    {"exclude_selector_operator",
     "{namespaceExcludeSelector: {matchExpressions: [{key: a, operator: in}]}}",
     "spec.namespaceExcludeSelector.matchExpressions[0].operator", unsupported, "\"in\""},
    {"label_selector_without_values",
     "{labelSelector: {matchExpressions: [{key: a, operator: In}]}}",
     "spec.labelSelector.matchExpressions[0].values", required, "In or NotIn"},
    {"label_selector_with_values",
     "{labelSelector: {matchExpressions: [{key: a, operator: Exists, values: [x]}]}}",
     "spec.labelSelector.matchExpressions[0].values", forbidden, "Exists"},
    {"label_selector_without_key",
     "{labelSelector: {matchExpressions: [{key: '', operator: Exists}]}}",
     "spec.labelSelector.matchExpressions[0].key", required, "label key"},
    {"rule_selector_operator",
     RULE("namespaceSelector: {matchExpressions: [{key: a, operator: x}]}"),
     "spec.resourceRules[0].namespaceSelector.matchExpressions[0].operator", unsupported, "\"x\""},
    {"rule_expression_operator", RULE("matchExpressions: [{key: a, operator: x}]"),
     "spec.resourceRules[0].matchExpressions[0].operator", unsupported, "\"x\""},
    {"scope_look_up", "{}", "spec", plain, "connection refused", &with_failing_scopes},
    {"profile_look_up", "{}", "spec.profileRef", plain, "connection refused",
     &with_failing_profiles},
    {"scope_rule_kind", POD_RULE, "spec.resourceRules[0].gvk", plain,
     "v1/Pod is not in allowedGVKs of KollectScope", &with_kinds},
    {"scope_profile_kind", "{}", "spec.profileRef", plain, "v1/Pod", &with_kinds_and_pod_profile},
    {"scope_profile_kind_beside_a_rule", DEPLOYMENT_RULE, "spec.profileRef", plain, "\"ceiling\"",
     &with_kinds_and_pod_profile},
    {"scope_namespace_denied", "{includedNamespaces: [kube-system]}", "spec.includedNamespaces[0]",
     plain, "deniedNamespaces", &with_denied},
    {"scope_namespace_outside", "{includedNamespaces: [team-a, team-b]}",
     "spec.includedNamespaces[1]", plain,
     "\"team-b\" is not in allowedNamespaces of KollectScope \"ceiling\"", &with_allowed},
};

class TargetRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(TargetRefused, with_path_type_and_gist) { expect_refused(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, TargetRefused, testing::ValuesIn(kRefused), case_name<RuleCase>);

const WarningCase kWarned[] = {
    {"cluster_wide", "{includedNamespaces: null}", "collects from every namespace"},
    {"rule_that_never_matches", POD_RULE, "never matches: it names v1/Pod", &with_profile},
    {"labels_beside_rules", "{labelSelector: {}, resourceRules: [{gvk: {version: v1, kind: Pod}}]}",
     "spec.labelSelector has no effect"},
    {"names_beside_rules", "{names: [a], resourceRules: [{gvk: {version: v1, kind: Pod}}]}",
     "spec.names has no effect"},
};

class TargetWarned : public testing::TestWithParam<WarningCase> {};
TEST_P(TargetWarned, and_admitted) { expect_warned(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, TargetWarned, testing::ValuesIn(kWarned), case_name<WarningCase>);

const SoundCase kSound[] = {
    {"as_it_is", "{}"},
    {"profile_that_is_not_there_yet", "{}", &with_kinds},
    {"kinds_compare_without_case", DEPLOYMENT_RULE, &with_kinds},
    {"rule_of_the_profile", DEPLOYMENT_RULE, &with_profile},
    {"selector", "{includedNamespaces: null, namespaceSelector: {matchLabels: {a: b}}}"},
    {"empty_selector", "{includedNamespaces: null, namespaceSelector: {}}"},
    {"bounded_by_the_scope", "{includedNamespaces: null}", &with_allowed},
    {"bounded_by_tenant_mode", "{includedNamespaces: null}", &with_tenant_mode},
    {"bounded_by_the_default_list", "{includedNamespaces: null}", &with_default_list},
    {"blank_policy", RULE("matchPolicy: '  '")},
    {"all_operators",
     "{labelSelector: {matchExpressions: [{key: a, operator: In, values: [x]}, {key: b, operator: "
     "NotIn, values: [x]},"
     " {key: c, operator: Exists}, {key: d, operator: DoesNotExist}]}}"},
    {"opt_in", "{watchMode: OptIn}"},
};

class TargetSound : public testing::TestWithParam<SoundCase> {};
TEST_P(TargetSound, draws_nothing) { expect_sound(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, TargetSound, testing::ValuesIn(kSound), case_name<SoundCase>);

TEST(TargetFindings, of_a_scope_are_not_framed) {
  RuleWorld world;
  with_allowed(world);
  const Findings findings =
      review_case(kSubject, "{includedNamespaces: [x]}", "{}", world).findings;
  EXPECT_EQ(findings.message("KollectTarget", "t"),
            "namespace \"x\" is not in allowedNamespaces of KollectScope \"ceiling\"");
}

TEST(TargetFindings, of_the_object_come_before_any_look_up) {
  RuleWorld world;
  with_failing_scopes(world);
  const Findings findings = review_case(kSubject, "{profileRef: a/b}", "{}", world).findings;
  ASSERT_EQ(findings.errors().size(), 1u);
  EXPECT_EQ(findings.message("KollectTarget", "t"),
            "KollectTarget \"t\" is invalid: spec.profileRef: Invalid value: \"a/b\": must be a "
            "bare name of an "
            "object in the same namespace");
}

}  // namespace
}  // namespace kollect::api
