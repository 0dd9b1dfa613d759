#include "api/testing/refusals.h"
#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

using enum ErrorType;

#define PROFILE(text) "{profileRef: {" text "}}"
#define POD_RULE "{resourceRules: [{gvk: {version: v1, kind: Pod}}]}"

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
     "KollectClusterScope \"ceiling\"", &with_cluster_kinds},
    {"profile_kind_outside", "{}", "spec.profileRef", plain, "v1/Pod is not in allowedGVKs",
     &with_cluster_kinds_and_pod_profile},
    {"namespace_denied", "{includedNamespaces: [team-b]}", "spec.includedNamespaces[0]", plain,
     "deniedNamespaces", &with_namespaces},
    {"namespace_outside", "{includedNamespaces: [team-c]}", "spec.includedNamespaces[0]", plain,
     "allowedNamespaces", &with_namespaces},
    {"profile_namespace_outside", PROFILE("name: a, namespace: team-a"),
     "spec.profileRef.namespace", plain, "allowedStaticRefNamespaces", &with_static_namespaces},
};

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

}  // namespace

RefusalTable cluster_target_refusals() {
  return {"cluster_target", kSoundClusterTarget, {kTargetRefused}};
}
RefusalTable cluster_inventory_refusals() {
  return {"cluster_inventory", kSoundClusterInventory, {kInventoryRefused}};
}

}  // namespace kollect::api
