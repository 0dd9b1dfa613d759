#include "app/collect_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/testing/terminal.h"

namespace kollect::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kProfile = R"(
apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {name: pods}
spec:
  targetGVK: {version: v1, kind: Pod}
  attributes:
  - {name: node, path: $.spec.nodeName}
)";
constexpr std::string_view kTarget = R"(
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {name: all}
spec: {profileRef: pods, namespaceSelector: {}}
)";
constexpr std::string_view kClusterTarget = R"(
apiVersion: kollect.dev/v1alpha1
kind: KollectClusterTarget
metadata: {name: all}
spec: {profileRef: {name: pods, namespace: shop}, namespaceSelector: {matchLabels: {a: b}}}
)";

std::string documents(std::initializer_list<std::string_view> all) {
  std::string text;
  for (const std::string_view one : all) text.append(one) += "---\n";
  return text;
}

// What was planned, and what was told meanwhile.
struct Planned {
  Result<CollectPlan> plan;
  std::string told;

  const std::string why() const { return plan ? "" : told + plan.error().text(); }
};

Planned plan(const std::string& text) {
  Terminal terminal{.files = {{"a.yaml", text}}};
  auto plan = plan_collection({"a.yaml"}, "shop", terminal.console());
  return {std::move(plan), terminal.err};
}

std::vector<std::string> names(const Planned& made) {
  EXPECT_TRUE(made.plan) << made.why();
  std::vector<std::string> all;
  if (!made.plan) return all;
  for (const PlannedTarget& target : made.plan->targets) all.push_back(target.name.text());
  return all;
}

TEST(CollectPlan, manifests_without_a_namespace_get_the_given_one) {
  EXPECT_THAT(names(plan(documents({kProfile, kTarget}))), ElementsAre("KollectTarget shop/all"));
}

TEST(CollectPlan, both_kinds_of_targets_are_collected) {
  EXPECT_THAT(names(plan(documents({kClusterTarget, kTarget, kProfile}))),
              ElementsAre("KollectTarget shop/all", "KollectClusterTarget all"));
}

TEST(CollectPlan, other_kinds_are_left_out) {
  const auto made = plan(documents({kProfile, kTarget, R"(
apiVersion: kollect.dev/v1alpha1
kind: KollectDatabaseSink
metadata: {name: private}
spec: {type: postgres}
)",
                                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"}));
  EXPECT_THAT(names(made), ElementsAre("KollectTarget shop/all"));
  EXPECT_THAT(made.plan->remarks,
              ElementsAre("1 object of other groups than kollect.dev is not used"));
}

TEST(CollectPlan, what_admission_refuses_is_refused_with_file_and_line) {
  std::string broken(kProfile);
  broken.replace(broken.find("$.spec"), 6, "spec");
  const auto made = plan(documents({broken, kTarget}));
  ASSERT_FALSE(made.plan);
  EXPECT_THAT(made.why(),
              ::testing::AllOf(
                  HasSubstr("a.yaml:8: KollectProfile shop/pods: spec.attributes[0].path: Invalid"),
                  ::testing::EndsWith("\n1 error in the manifests")));
}

TEST(CollectPlan, warnings_are_told_unless_a_view_would_be_in_their_way) {
  const std::string wide = documents({kProfile, R"(
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {name: all}
spec: {profileRef: pods}
)"});
  EXPECT_THAT(plan(wide).told, HasSubstr("a.yaml:14: warning: KollectTarget shop/all: "));
  Terminal terminal{.files = {{"a.yaml", wide}}};
  EXPECT_TRUE(plan_collection({"a.yaml"}, "shop", terminal.console(), Warnings::leave_out));
  EXPECT_EQ(terminal.err, "");
}

TEST(CollectPlan, a_profile_alone_is_answered_with_the_target_it_needs) {
  const auto made = plan(std::string(kProfile));
  ASSERT_FALSE(made.plan);
  EXPECT_THAT(made.why(), HasSubstr("profileRef: pods\n  namespaceSelector: {}"));
}

TEST(CollectPlan, a_profile_that_is_not_there_is_named) {
  const auto made = plan(std::string(kTarget));
  ASSERT_FALSE(made.plan);
  EXPECT_EQ(made.why(),
            "KollectTarget shop/all refers to KollectProfile shop/pods, which is not in the files");
}

TEST(CollectPlan, twins_are_refused) {
  const auto made = plan(documents({kProfile, kTarget, kTarget}));
  ASSERT_FALSE(made.plan);
  EXPECT_EQ(made.why(), "KollectTarget shop/all is given twice");
}

TEST(CollectPlan, a_scope_among_the_files_is_in_force) {
  const auto made = plan(documents({kProfile, kTarget, R"(
apiVersion: kollect.dev/v1alpha1
kind: KollectScope
metadata: {name: team}
spec: {allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}
)"}));
  ASSERT_FALSE(made.plan);
  EXPECT_THAT(made.why(), HasSubstr("v1/Pod is not in allowedGVKs of KollectScope \"team\""));
}

TEST(CollectPlan, a_suspended_target_stays_and_collects_nothing) {
  std::string suspended(kTarget);
  suspended.replace(suspended.find("spec: {"), 7, "spec: {suspend: true, ");
  const auto made = plan(documents({kProfile, suspended}));
  ASSERT_TRUE(made.plan) << made.why();
  EXPECT_TRUE(std::holds_alternative<control::Refusal>(made.plan->targets.front().wanted));
}

TEST(CollectCommand, bad_flags_and_files_give_exit_code_two) {
  Terminal terminal{.files = {{"a.yaml", "kind: KollectTarget\n"}}};
  EXPECT_EQ(collect({}, terminal.console()), kBadInput);
  EXPECT_EQ(collect({"-f", "missing.yaml"}, terminal.console()), kBadInput);
  EXPECT_EQ(collect({"-f", "a.yaml"}, terminal.console()), kBadInput);
  EXPECT_EQ(terminal.out, "");
  EXPECT_EQ(terminal.err,
            "kollect collect: give -f FILE or -f DIR; --help says how\n"
            "kollect collect: cannot read missing.yaml: no such file\n"
            "a.yaml:1: not a Kubernetes object\n"
            "kollect collect: 1 error in the manifests\n");
}

TEST(CollectCommand, no_kubeconfig_gives_exit_code_three) {
  Terminal terminal{.files = {{"a.yaml", documents({kProfile, kTarget})}}};
  EXPECT_EQ(collect({"-f", "a.yaml", "--kubeconfig", "/nonexistent/config"}, terminal.console()),
            kNoCluster);
  EXPECT_THAT(terminal.err, HasSubstr("/nonexistent/config"));
}

}  // namespace
}  // namespace kollect::app
