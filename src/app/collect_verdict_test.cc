#include "app/collect_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kollect::app {
namespace {

using control::TargetReport;
using kube::WatchState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TargetState target(const TargetReport& report, size_t rows = 0) {
  return {.name = {store::Origin::target, "team-a", "web"},
          .gvk = {"apps", "v1", "Deployment"},
          .report = report,
          .rows = rows};
}

struct Case {
  const char* name;
  TargetReport report;
  const char* missing;  // after the target's name
};

class Missing : public ::testing::TestWithParam<Case> {};

TEST_P(Missing, is_said_in_plain_words) {
  EXPECT_THAT(judge({target(GetParam().report, 1)}, 0).missing,
              ElementsAre(std::string("KollectTarget team-a/web: ") + GetParam().missing));
}

INSTANTIATE_TEST_SUITE_P(
    All, Missing,
    ::testing::Values(
        Case{"not_installed",
             {.is_settled = true,
              .is_degraded = true,
              .reason = "InformerRegistrationFailed",
              .message = "apps/v1/Deployment is not served",
              .watch = WatchState::not_installed},
             "the cluster does not serve apps/v1/Deployment"},
        Case{"forbidden",
             {.is_settled = true, .reason = "ScopeForbidden", .watch = WatchState::forbidden},
             "may not list and watch apps/v1/Deployment: ScopeForbidden"},
        Case{"some_namespaces",
             {.is_settled = true,
              .watch = WatchState::live,
              .effective_namespaces = {"a", "b", "c"},
              .forbidden_namespaces = {"a", "b"}},
             "may not read apps/v1/Deployment in namespaces a, b"},
        Case{"kind_of_the_cluster",
             {.is_settled = true,
              .reason = "ScopeForbidden",
              .effective_namespaces = {"default", "shop"},
              .is_kind_forbidden = true},
             "may not list and watch apps/v1/Deployment, which is cluster-scoped"},
        Case{"unreachable",
             {.message = "connection refused", .watch = WatchState::retrying},
             "the server cannot be read: connection refused"},
        Case{"namespaces_of_a_selector",
             {.is_settled = true,
              .reason = "ScopeForbidden",
              .message = "namespaces may not be listed",
              .watch = WatchState::live,
              .namespace_trouble = "namespaces may not be listed"},
             "namespaces may not be listed"},
        Case{"listing",
             {.watch = WatchState::listing},
             "still listing apps/v1/Deployment when the time was over"},
        Case{"failures",
             {.is_settled = true,
              .watch = WatchState::live,
              .extraction_failures = 2,
              .last_extraction_error = "no such key: spec"},
             "2 objects gave no row; the last error: no such key: spec"},
        Case{"degraded",
             {.is_settled = true,
              .is_degraded = true,
              .reason = "AccessCheckFailed",
              .message = "reviews fail",
              .watch = WatchState::live},
             "AccessCheckFailed: reviews fail"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CollectVerdict, a_settled_target_without_trouble_is_complete) {
  const auto verdict = judge({target({.is_settled = true, .watch = WatchState::live}, 3)}, 0);
  EXPECT_THAT(verdict.missing, IsEmpty());
  EXPECT_THAT(verdict.remarks, IsEmpty());
  EXPECT_FALSE(verdict.is_refused);
}

TEST(CollectVerdict, a_target_that_nobody_looked_at_is_missing) {
  TargetState unseen = target({});
  unseen.report.reset();
  EXPECT_THAT(judge({unseen}, 0).missing,
              ElementsAre("KollectTarget team-a/web: was not looked at"));
}

TEST(CollectVerdict, suspension_is_a_note) {
  TargetState suspended = target({});
  suspended.is_suspended = true;
  const auto verdict = judge({suspended}, 0);
  EXPECT_THAT(verdict.missing, IsEmpty());
  EXPECT_THAT(verdict.remarks,
              ElementsAre("KollectTarget team-a/web: is suspended and collects nothing"));
}

TEST(CollectVerdict, objects_that_do_not_decode_are_missing) {
  const auto verdict = judge({target({.is_settled = true, .watch = WatchState::live}, 3)}, 1);
  EXPECT_THAT(verdict.missing, ElementsAre("1 object could not be read; --verbose names them"));
}

TEST(CollectVerdict, namespaces_that_are_not_there_are_warned_of_and_nothing_is_missing) {
  const auto verdict = judge(
      {target(
          {.is_settled = true, .watch = WatchState::live, .missing_namespaces = {"shpo", "bnak"}})},
      0);
  EXPECT_THAT(verdict.missing, IsEmpty());
  EXPECT_THAT(
      verdict.warnings,
      ElementsAre("KollectTarget team-a/web: spec.includedNamespaces names shpo, bnak, which the "
                  "cluster does not have"));
}

TEST(CollectVerdict, a_kind_of_the_cluster_that_may_not_be_read_refuses) {
  EXPECT_TRUE(judge({target({.is_settled = true, .is_kind_forbidden = true})}, 0).is_refused);
}

TEST(CollectVerdict, who_is_not_accepted_is_refused) {
  const auto verdict = judge(
      {target({.message = "401", .watch = WatchState::retrying, .is_access_refused = true})}, 0);
  EXPECT_TRUE(verdict.is_refused);
  EXPECT_THAT(verdict.missing,
              ElementsAre("KollectTarget team-a/web: the server cannot be read: 401"));
}

TEST(CollectVerdict, what_has_not_settled_yet_is_no_trouble) {
  EXPECT_THAT(troubles(target({.watch = WatchState::listing})), IsEmpty());
  EXPECT_THAT(troubles(target({.watch = WatchState::not_installed})),
              ElementsAre("the cluster does not serve apps/v1/Deployment"));
}

TEST(CollectVerdict, is_refused_only_when_no_target_may_read) {
  const TargetState forbidden = target({.is_settled = true, .watch = WatchState::forbidden});
  const TargetState allowed = target({.is_settled = true, .watch = WatchState::live}, 3);
  EXPECT_TRUE(judge({forbidden, forbidden}, 0).is_refused);
  EXPECT_FALSE(judge({forbidden, allowed}, 0).is_refused);
}

}  // namespace
}  // namespace kollect::app
