#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

// KollectClusterTarget

const SoundCase kTargetSound[] = {
    {"as_it_is", "{}"},
    {"profile_in_a_permitted_namespace", "{}", &with_static_namespaces},
    {"permitted_namespace", "{includedNamespaces: [team-a]}", &with_namespaces},
    {"selector_of_expressions",
     "{namespaceSelector: {matchExpressions: [{key: a, operator: Exists}]}}"},
};

class ClusterTargetSound : public testing::TestWithParam<SoundCase> {};
TEST_P(ClusterTargetSound, draws_nothing) { expect_sound(kSoundClusterTarget, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ClusterTargetSound, testing::ValuesIn(kTargetSound),
                         case_name<SoundCase>);

TEST(ClusterTargetFindings, warn_about_a_rule_that_never_matches) {
  expect_warned(kSoundClusterTarget,
                {"", "{resourceRules: [{gvk: {group: apps, version: v1, kind: Deployment}}]}",
                 "never matches", &with_pod_profile_of_the_cluster});
}

// KollectClusterInventory

const SoundCase kInventorySound[] = {
    {"as_it_is", "{}"},
    {"names_without_selector", "{namespaceSelector: null, namespaces: [team-a]}"},
    {"default_sink_namespace_is_permitted", "{}", &with_static_namespaces},
    {"permitted_sinks", "{snapshotSinkRefs: [{name: s3}], eventSinkRefs: [{name: any}]}",
     &with_sink_lists},
    {"a_floor_elsewhere", "{}", &with_floor_of_another_sink_namespace},
};

class ClusterInventorySound : public testing::TestWithParam<SoundCase> {};
TEST_P(ClusterInventorySound, draws_nothing) { expect_sound(kSoundClusterInventory, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ClusterInventorySound, testing::ValuesIn(kInventorySound),
                         case_name<SoundCase>);

// CI-5: nothing may roll up the whole cluster by accident. Names bound the rollup as a selector
// does.
TEST(ClusterInventoryFindings, demand_a_selector_or_names) {
  const auto is_refused = [](const char* spec) {
    const Findings findings = review_case(kSoundClusterInventory, spec, "{}", RuleWorld()).findings;
    return !findings.ok() && findings.errors().front().path == "spec.namespaceSelector" &&
           findings.errors().front().type == ErrorType::required;
  };
  EXPECT_TRUE(is_refused("{namespaceSelector: null}"));
  EXPECT_TRUE(is_refused("{namespaceSelector: {}}"));
  EXPECT_TRUE(is_refused("{namespaceSelector: {matchLabels: {}}, namespaces: []}"));
  EXPECT_FALSE(is_refused("{namespaceSelector: null, namespaces: [team-a]}"));
  EXPECT_FALSE(is_refused("{}"));
}

TEST(ClusterInventoryFindings, warn_about_a_profile_without_effect) {
  expect_warned(kSoundClusterInventory, {"", "{profileRef: {name: a, namespace: b}}",
                                         "spec.profileRef is checked and has no"});
}

}  // namespace
}  // namespace kollect::api
