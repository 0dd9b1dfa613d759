#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

#define RULE(text) \
  "{resourceRules: [{gvk: {group: apps, version: v1, kind: Deployment}, " text "}]}"
#define DEPLOYMENT_RULE "{resourceRules: [{gvk: {group: APPS, version: V1, kind: deployment}}]}"
#define POD_RULE "{resourceRules: [{gvk: {version: v1, kind: Pod}}]}"

const WarningCase kWarned[] = {
    {"cluster_wide", "{includedNamespaces: null}", "collects from every namespace"},
    {"rule_that_never_matches", POD_RULE, "never matches: it names v1/Pod", &with_profile},
    {"labels_beside_rules", "{labelSelector: {}, resourceRules: [{gvk: {version: v1, kind: Pod}}]}",
     "spec.labelSelector has no effect"},
    {"names_beside_rules", "{names: [a], resourceRules: [{gvk: {version: v1, kind: Pod}}]}",
     "spec.names has no effect"},
};

class TargetWarned : public testing::TestWithParam<WarningCase> {};
TEST_P(TargetWarned, and_admitted) { expect_warned(kSoundTarget, GetParam()); }
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
TEST_P(TargetSound, draws_nothing) { expect_sound(kSoundTarget, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, TargetSound, testing::ValuesIn(kSound), case_name<SoundCase>);

TEST(TargetFindings, of_a_scope_are_not_framed) {
  RuleWorld world;
  with_allowed(world);
  const Findings findings =
      review_case(kSoundTarget, "{includedNamespaces: [x]}", "{}", world).findings;
  EXPECT_EQ(findings.message("KollectTarget", "t"),
            "namespace \"x\" is not in allowedNamespaces of KollectScope \"ceiling\"");
}

TEST(TargetAdmission, edge_41_a_target_may_come_before_its_profile) {
  expect_sound(kSoundTarget, {"bounded", "{}", &with_allowed});
  expect_sound(kSoundTarget, {"bounded_in_kinds", "{}", &with_kinds});
}

TEST(TargetAdmission, edge_41_without_a_profile_included_namespaces_are_judged_all_the_same) {
  constexpr const char* kWhere = "spec.includedNamespaces[1]";
  expect_refused(kSoundTarget, {"outside", "{includedNamespaces: [team-a, shop]}", kWhere,
                                ErrorType::plain, "not in allowedNamespaces", &with_allowed});
  const Arrange shop_denied = [](RuleWorld& world) {
    with_scope(world, "{deniedNamespaces: [shop]}");
  };
  expect_refused(kSoundTarget, {"denied", "{includedNamespaces: [team-a, shop]}", kWhere,
                                ErrorType::plain, "in deniedNamespaces", shop_denied});
}

TEST(TargetFindings, of_the_object_come_before_any_look_up) {
  RuleWorld world;
  with_failing_scopes(world);
  const Findings findings = review_case(kSoundTarget, "{profileRef: a/b}", "{}", world).findings;
  ASSERT_EQ(findings.errors().size(), 1u);
  EXPECT_EQ(findings.message("KollectTarget", "t"),
            "KollectTarget \"t\" is invalid: spec.profileRef: Invalid value: \"a/b\": must be a "
            "bare name of an "
            "object in the same namespace");
}

}  // namespace
}  // namespace kollect::api
