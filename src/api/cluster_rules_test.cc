#include "api/testing/rule_table.h"

namespace kollect::api {
namespace {

using enum ErrorType;

void with_tenant_mode(RuleWorld& world) { world.policy.tenant_mode = true; }
void with_failing_scopes(RuleWorld& world) { world.cluster.scopes_fail = true; }
void with_failing_cluster_scope(RuleWorld& world) { world.cluster.cluster_scope_fails = true; }
void with_failing_profiles(RuleWorld& world) { world.cluster.profiles_fail = true; }
void with_expressions(RuleWorld& world) {
  world.expressions.broken["object.("] = "1:8: unexpected (";
}
void with_static_namespaces(RuleWorld& world) {
  world.cluster.one_cluster_scope =
      cluster_scope_from("{allowedStaticRefNamespaces: [kollect-system]}");
}

// KollectClusterTarget

const Subject kTarget{kind_of<ClusterTarget>(),
                      "{profileRef: {name: deployments, namespace: kollect-system},"
                      " namespaceSelector: {matchLabels: {a: b}}}"};

#define PROFILE(text) "{profileRef: {" text "}}"
#define POD_RULE "{resourceRules: [{gvk: {version: v1, kind: Pod}}]}"

void with_kinds(RuleWorld& world) {
  world.cluster.one_cluster_scope =
      cluster_scope_from("{allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}");
}
void with_kinds_and_pod_profile(RuleWorld& world) {
  with_kinds(world);
  world.cluster.profiles["kollect-system/deployments"] =
      profile_from("{targetGVK: {version: v1, kind: Pod}}", "deployments");
}
void with_pod_profile(RuleWorld& world) {
  world.cluster.profiles["kollect-system/deployments"] =
      profile_from("{targetGVK: {version: v1, kind: Pod}}", "deployments");
}
void with_namespaces(RuleWorld& world) {
  world.cluster.one_cluster_scope =
      cluster_scope_from("{allowedNamespaces: [team-a, team-b], deniedNamespaces: [team-b]}");
}

const RuleCase kTargetRefused[] = {
    {"tenant_mode", "{}", "spec", plain, "tenant mode", &with_tenant_mode},
    {"profile_name_blank", PROFILE("name: '', namespace: x"), "spec.profileRef.name", required, ""},
    {"profile_name_with_slash", PROFILE("name: a/b, namespace: x"), "spec.profileRef.name", invalid,
     "bare name"},
    {"profile_name_upper_case", PROFILE("name: Deployments, namespace: x"), "spec.profileRef.name",
     invalid, "subdomain"},
    {"profile_namespace_blank", PROFILE("name: a"), "spec.profileRef.namespace", required,
     "fall back"},
    {"profile_namespace_dotted", PROFILE("name: a, namespace: a.b"), "spec.profileRef.namespace",
     invalid, "label"},
    {"selector_absent", "{namespaceSelector: null}", "spec.namespaceSelector", required,
     "whole cluster"},
    {"selector_empty", "{namespaceSelector: {}}", "spec.namespaceSelector", required,
     "whole cluster"},
    {"selector_of_empty_parts", "{namespaceSelector: {matchLabels: {}, matchExpressions: []}}",
     "spec.namespaceSelector", required, "whole cluster"},
    {"included_repeated", "{includedNamespaces: [a, a]}", "spec.includedNamespaces[1]", invalid,
     "duplicate"},
    {"excluded_empty", "{excludedNamespaces: ['']}", "spec.excludedNamespaces[0]", invalid,
     "empty"},
    {"rule_without_kind", "{resourceRules: [{gvk: {version: v1, kind: ''}}]}",
     "spec.resourceRules[0].gvk", required, "version and kind"},
    {"policy_broken", "{resourceRules: [{gvk: {version: v1, kind: Pod}, matchPolicy: 'object.('}]}",
     "spec.resourceRules[0].matchPolicy", invalid, "unexpected (", &with_expressions},
    {"exclude_selector_operator",
     "{namespaceExcludeSelector: {matchExpressions: [{key: a, operator: x}]}}",
     "spec.namespaceExcludeSelector.matchExpressions[0].operator", unsupported, "\"x\""},
    {"scope_look_up", "{}", "spec", plain, "connection refused", &with_failing_cluster_scope},
    {"profile_look_up", "{}", "spec.profileRef", plain, "connection refused",
     &with_failing_profiles},
    {"rule_kind_outside", POD_RULE, "spec.resourceRules[0].gvk", plain,
     "KollectClusterScope \"ceiling\"", &with_kinds},
    {"profile_kind_outside", "{}", "spec.profileRef", plain, "v1/Pod is not in allowedGVKs",
     &with_kinds_and_pod_profile},
    {"namespace_denied", "{includedNamespaces: [team-b]}", "spec.includedNamespaces[0]", plain,
     "deniedNamespaces", &with_namespaces},
    {"namespace_outside", "{includedNamespaces: [team-c]}", "spec.includedNamespaces[0]", plain,
     "allowedNamespaces", &with_namespaces},
    {"profile_namespace_outside", PROFILE("name: a, namespace: team-a"),
     "spec.profileRef.namespace", plain, "allowedStaticRefNamespaces", &with_static_namespaces},
};

class ClusterTargetRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(ClusterTargetRefused, with_path_type_and_gist) { expect_refused(kTarget, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ClusterTargetRefused, testing::ValuesIn(kTargetRefused),
                         case_name<RuleCase>);

const SoundCase kTargetSound[] = {
    {"as_it_is", "{}"},
    {"profile_in_a_permitted_namespace", "{}", &with_static_namespaces},
    {"permitted_namespace", "{includedNamespaces: [team-a]}", &with_namespaces},
    {"selector_of_expressions",
     "{namespaceSelector: {matchExpressions: [{key: a, operator: Exists}]}}"},
};

class ClusterTargetSound : public testing::TestWithParam<SoundCase> {};
TEST_P(ClusterTargetSound, draws_nothing) { expect_sound(kTarget, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ClusterTargetSound, testing::ValuesIn(kTargetSound),
                         case_name<SoundCase>);

TEST(ClusterTargetFindings, warn_about_a_rule_that_never_matches) {
  expect_warned(kTarget,
                {"", "{resourceRules: [{gvk: {group: apps, version: v1, kind: Deployment}}]}",
                 "never matches", &with_pod_profile});
}

// KollectClusterInventory

const Subject kInventory{
    kind_of<ClusterInventory>(),
    "{namespaceSelector: {matchLabels: {a: b}}, snapshotSinkRefs: [{name: git}]}"};

void with_floor_of_the_sink_namespace(RuleWorld& world) {
  world.cluster.scopes["kollect-system"] = scope_from("{minExportInterval: 1m}");
}
void with_floor_of_another_sink_namespace(RuleWorld& world) {
  world.cluster.scopes["sinks"] = scope_from("{minExportInterval: 1m}");
}
void with_cluster_floor(RuleWorld& world) {
  world.cluster.one_cluster_scope = cluster_scope_from("{minExportInterval: 1m}");
}
void with_sink_lists(RuleWorld& world) {
  world.cluster.one_cluster_scope =
      cluster_scope_from("{snapshotSinkRefs: [s3], databaseSinkRefs: [pg]}");
}

const RuleCase kInventoryRefused[] = {
    {"tenant_mode", "{}", "spec", plain, "tenant mode", &with_tenant_mode},
    {"profile_name_bad", "{profileRef: {name: A, namespace: x}}", "spec.profileRef.name", invalid,
     "subdomain"},
    {"profile_namespace_blank", "{profileRef: {name: a}}", "spec.profileRef.namespace", required,
     ""},
    {"target_blank", "{targetRefs: [a, ' ']}", "spec.targetRefs[1]", required, ""},
    {"target_with_slash", "{targetRefs: [a/b]}", "spec.targetRefs[0]", invalid, "bare name"},
    {"namespace_blank", "{namespaces: ['']}", "spec.namespaces[0]", required, "empty"},
    {"namespace_with_blanks", "{namespaces: [' a']}", "spec.namespaces[0]", invalid, "whitespace"},
    {"namespace_repeated", "{namespaces: [a, b, a]}", "spec.namespaces[2]", duplicate, "\"a\""},
    {"namespace_no_label", "{namespaces: [A]}", "spec.namespaces[0]", invalid, "label"},
    {"namespace_too_long",
     "{namespaces: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]}",
     "spec.namespaces[0]", invalid, "label"},
    {"selector_absent", "{namespaceSelector: null}", "spec.namespaceSelector", required,
     "whole cluster"},
    {"selector_empty", "{namespaceSelector: {}}", "spec.namespaceSelector", required,
     "whole cluster"},
    {"target_selector_operator", "{targetSelector: {matchExpressions: [{key: a, operator: x}]}}",
     "spec.targetSelector.matchExpressions[0].operator", unsupported, "\"x\""},
    {"ref_blank", "{snapshotSinkRefs: [{name: ''}]}", "spec.snapshotSinkRefs[0].name", required,
     ""},
    {"ref_repeated_in_another_namespace",
     "{eventSinkRefs: [{name: a, namespace: one}, {name: a, namespace: two}]}",
     "spec.eventSinkRefs[1].name", duplicate, "\"a\""},
    {"ref_interval", "{eventSinkRefs: [{name: a, exportMinInterval: 25h}]}",
     "spec.eventSinkRefs[0].exportMinInterval", invalid, "24h"},
    {"ref_bytes", "{eventSinkRefs: [{name: a, maxExportBytes: -1}]}",
     "spec.eventSinkRefs[0].maxExportBytes", invalid, "1572864"},
    {"ref_namespace", "{eventSinkRefs: [{name: a, namespace: 'a.b'}]}",
     "spec.eventSinkRefs[0].namespace", invalid, "label"},
    {"sink_namespace", "{sinkNamespace: a/b}", "spec.sinkNamespace", invalid, "bare name"},
    {"interval", "{exportMinInterval: -1s}", "spec.exportMinInterval", invalid, "negative"},
    {"dedupe", "{dedupe: byName}", "spec.dedupe", unsupported, "\"keepAll\", \"byResourceUID\""},
    {"floor", "{}", "spec.exportMinInterval", invalid, "1m0s", &with_floor_of_the_sink_namespace},
    {"floor_of_a_ref",
     "{exportMinInterval: 1m, snapshotSinkRefs: [{name: a, exportMinInterval: 0s}]}",
     "spec.sinkRefs[0].exportMinInterval", invalid, "1m0s", &with_floor_of_the_sink_namespace},
    {"floor_of_the_named_sink_namespace", "{sinkNamespace: sinks}", "spec.exportMinInterval",
     invalid, "1m0s", &with_floor_of_another_sink_namespace},
    {"floor_of_the_cluster_scope", "{}", "spec.exportMinInterval", invalid, "1m0s",
     &with_cluster_floor},
    {"profile_namespace_outside", "{profileRef: {name: a, namespace: team-a}}", "spec", forbidden,
     "profileRef: namespace \"team-a\"", &with_static_namespaces},
    {"ref_namespace_outside", "{snapshotSinkRefs: [{name: git, namespace: team-a}]}", "spec",
     forbidden, "snapshotSinkRefs[0]: namespace \"team-a\" is not in allowedStaticRefNamespaces",
     &with_static_namespaces},
    {"sink_namespace_outside", "{sinkNamespace: team-b}", "spec", forbidden, "\"team-b\"",
     &with_static_namespaces},
    {"sink_not_permitted", "{}", "spec", forbidden, "sink \"git\" is not in snapshotSinkRefs",
     &with_sink_lists},
    {"scope_look_up", "{}", "spec", internal, "connection refused", &with_failing_scopes},
    {"cluster_scope_look_up", "{}", "spec", internal, "connection refused",
     &with_failing_cluster_scope},
};

class ClusterInventoryRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(ClusterInventoryRefused, with_path_type_and_gist) { expect_refused(kInventory, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ClusterInventoryRefused, testing::ValuesIn(kInventoryRefused),
                         case_name<RuleCase>);

const SoundCase kInventorySound[] = {
    {"as_it_is", "{}"},
    {"names_without_selector", "{namespaceSelector: null, namespaces: [team-a]}"},
    {"default_sink_namespace_is_permitted", "{}", &with_static_namespaces},
    {"permitted_sinks", "{snapshotSinkRefs: [{name: s3}], eventSinkRefs: [{name: any}]}",
     &with_sink_lists},
    {"a_floor_elsewhere", "{}", &with_floor_of_another_sink_namespace},
};

class ClusterInventorySound : public testing::TestWithParam<SoundCase> {};
TEST_P(ClusterInventorySound, draws_nothing) { expect_sound(kInventory, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ClusterInventorySound, testing::ValuesIn(kInventorySound),
                         case_name<SoundCase>);

TEST(ClusterInventoryFindings, warn_about_a_profile_without_effect) {
  expect_warned(kInventory, {"", "{profileRef: {name: a, namespace: b}}",
                             "spec.profileRef is checked and has no"});
}

}  // namespace
}  // namespace kollect::api
