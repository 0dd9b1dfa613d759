#include "api/scope_policy.h"
#include "api/testing/rule_table.h"

namespace kollect::api {
namespace {

using enum ErrorType;

const Subject kScope{kind_of<Scope>(),
                     "{allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}"};
const Subject kClusterScope{kind_of<ClusterScope>(),
                            "{allowedStaticRefNamespaces: [kollect-system]}"};

const RuleCase kRefused[] = {
    {"kind_without_version", "{allowedGVKs: [{version: '', kind: Pod}]}", "spec.allowedGVKs[0]",
     required, "version and kind"},
    {"kind_without_kind", "{allowedGVKs: [{version: v1, kind: Pod}, {version: v1, kind: ''}]}",
     "spec.allowedGVKs[1]", required, "version and kind"},
    {"allowed_empty", "{allowedNamespaces: ['']}", "spec.allowedNamespaces[0]", invalid, "empty"},
    {"allowed_repeated", "{allowedNamespaces: [a, a]}", "spec.allowedNamespaces[1]", invalid,
     "duplicate"},
    {"denied_empty", "{deniedNamespaces: [' ']}", "spec.deniedNamespaces[0]", invalid, "empty"},
    {"denied_repeated", "{deniedNamespaces: [a, b, b]}", "spec.deniedNamespaces[2]", invalid,
     "\"b\""},
    {"interval_negative", "{minExportInterval: -1s}", "spec.minExportInterval", invalid,
     "negative"},
    {"interval_above_a_day", "{minExportInterval: 48h}", "spec.minExportInterval", invalid, "24h"},
    {"sink_name_empty", "{snapshotSinkRefs: [a, '']}", "spec.snapshotSinkRefs[1]", plain,
     "spec.snapshotSinkRefs[1]: \"\" must not be empty"},
    {"sink_name_repeated", "{eventSinkRefs: [a, a]}", "spec.eventSinkRefs[1]", plain, "duplicate"},
    {"only_the_first_sink_problem", "{databaseSinkRefs: ['', a, a], eventSinkRefs: ['']}",
     "spec.databaseSinkRefs[0]", plain, "must not be empty"},
};

class ScopeRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(ScopeRefused, with_path_type_and_gist) { expect_refused(kScope, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ScopeRefused, testing::ValuesIn(kRefused), case_name<RuleCase>);

class ClusterScopeRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(ClusterScopeRefused, with_path_type_and_gist) { expect_refused(kClusterScope, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ClusterScopeRefused, testing::ValuesIn(kRefused),
                         case_name<RuleCase>);

TEST(ScopeFindings, a_sound_scope_draws_nothing) {
  expect_sound(kScope, {"", "{minExportInterval: 0s, snapshotSinkRefs: [a, b]}"});
  expect_sound(kClusterScope, {"", "{minExportInterval: 24h}"});
}

TEST(ScopePolicy, the_scope_with_the_smallest_name_is_in_force) {
  EXPECT_EQ(in_force(std::vector<Scope>{}), nullptr);
  const std::vector<Scope> scopes = {scope_from("{}", "b"), scope_from("{}", "a"),
                                     scope_from("{}", "c")};
  EXPECT_EQ(in_force(scopes)->metadata.name, "a");
}

TEST(ScopePolicy, kinds_match_on_all_three_parts_without_case) {
  const Scope scope = scope_from("{allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}");
  EXPECT_TRUE(allows_kind(scope.spec.ceiling, {"APPS", "V1", "deployment"}));
  EXPECT_FALSE(allows_kind(scope.spec.ceiling, {"apps", "v1beta1", "Deployment"}));
  EXPECT_FALSE(allows_kind(scope.spec.ceiling, {"", "v1", "Deployment"}));
  EXPECT_TRUE(allows_kind(Ceiling{}, {"", "v1", "Pod"}));
}

TEST(ScopePolicy, denied_beats_allowed) {
  const Scope scope = scope_from("{allowedNamespaces: [a, b], deniedNamespaces: [b]}");
  EXPECT_EQ(judge_namespace(scope.spec.ceiling, "a"), NamespaceVerdict::allowed);
  EXPECT_EQ(judge_namespace(scope.spec.ceiling, "b"), NamespaceVerdict::denied);
  EXPECT_EQ(judge_namespace(scope.spec.ceiling, "c"), NamespaceVerdict::outside);
}

// KollectConnectionTest

const Subject kProbe{kind_of<ConnectionTest>(), "{sinkRef: {snapshotSinkRef: git}}"};

const RuleCase kProbeRefused[] = {
    {"no_sink", "{sinkRef: {}}", "spec.sinkRef", required, "exactly one"},
    {"two_sinks", "{sinkRef: {snapshotSinkRef: a, eventSinkRef: b}}", "spec.sinkRef", invalid,
     "exactly one"},
    {"three_sinks", "{sinkRef: {snapshotSinkRef: a, databaseSinkRef: c, eventSinkRef: b}}",
     "spec.sinkRef", invalid, "exactly one"},
    {"snapshot_blank", "{sinkRef: {snapshotSinkRef: ' '}}", "spec.sinkRef.snapshotSinkRef",
     required, ""},
    {"database_elsewhere", "{sinkRef: {databaseSinkRef: a/b}}", "spec.sinkRef.databaseSinkRef",
     invalid, "bare name"},
    {"event_elsewhere", "{sinkRef: {eventSinkRef: a/b}}", "spec.sinkRef.eventSinkRef", invalid,
     "bare name"},
    {"profile_elsewhere", "{profileRef: a/b}", "spec.profileRef", invalid, "bare name"},
    {"profile_blank", "{profileRef: ' '}", "spec.profileRef", required, ""},
};

class ProbeRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(ProbeRefused, with_path_type_and_gist) { expect_refused(kProbe, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ProbeRefused, testing::ValuesIn(kProbeRefused),
                         case_name<RuleCase>);

TEST(ProbeFindings, a_profile_draws_a_warning_and_the_rest_nothing) {
  expect_sound(kProbe, {"", "{ownerSink: false, ttlSecondsAfterFinished: 0}"});
  expect_warned(kProbe, {"", "{profileRef: a}", "spec.profileRef is checked and has no effect"});
}

}  // namespace
}  // namespace kollect::api
