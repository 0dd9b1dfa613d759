#include "api/testing/refusals.h"
#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

using enum ErrorType;

#define RULE(text) \
  "{resourceRules: [{gvk: {group: apps, version: v1, kind: Deployment}, " text "}]}"
#define DEPLOYMENT_RULE "{resourceRules: [{gvk: {group: APPS, version: V1, kind: deployment}}]}"
#define POD_RULE "{resourceRules: [{gvk: {version: v1, kind: Pod}}]}"

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
    {"selector_key_grammar", "{labelSelector: {matchExpressions: [{key: a b, operator: Exists}]}}",
     "spec.labelSelector.matchExpressions[0].key", invalid, "label key"},
    {"selector_value_grammar",
     "{labelSelector: {matchExpressions: [{key: a, operator: In, values: [b, '*']}]}}",
     "spec.labelSelector.matchExpressions[0].values[1]", invalid, "label value"},
    {"match_labels_key", "{namespaceSelector: {matchLabels: {a/b/c: d}}}",
     "spec.namespaceSelector.matchLabels[a/b/c]", invalid, "label key"},
    {"match_labels_value", "{namespaceExcludeSelector: {matchLabels: {a: b c}}}",
     "spec.namespaceExcludeSelector.matchLabels[a]", invalid, "label value"},
    {"rule_match_labels", RULE("matchLabels: {a: b c}"), "spec.resourceRules[0].matchLabels[a]",
     invalid, "label value"},
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

}  // namespace

RefusalTable target_refusals() { return {"target", kSoundTarget, {kRefused}}; }

}  // namespace kollect::api
