#include "api/scope_policy.h"
#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

TEST(ScopeFindings, a_sound_scope_draws_nothing) {
  expect_sound(kSoundScope, {"", "{minExportInterval: 0s, snapshotSinkRefs: [a, b]}"});
  expect_sound(kSoundClusterScope, {"", "{minExportInterval: 24h}"});
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

TEST(ProbeFindings, a_profile_draws_a_warning_and_the_rest_nothing) {
  expect_sound(kSoundProbe, {"", "{ownerSink: false, ttlSecondsAfterFinished: 0}"});
  expect_warned(kSoundProbe,
                {"", "{profileRef: a}", "spec.profileRef is checked and has no effect"});
}

}  // namespace
}  // namespace kollect::api
