#include "control/target_setup.h"

#include <gtest/gtest.h>

namespace kollect::control {
namespace {

using Prepared = std::shared_ptr<const TargetSetup>;

api::Profile profile(const std::string& path = "$.spec.replicas") {
  api::Profile out;
  out.metadata.namespace_name = "team";
  out.metadata.name = "p";
  out.metadata.uid = "u-1";
  out.metadata.generation = 1;
  out.spec.target_gvk = {"apps", "v1", "Deployment"};
  api::Attribute& attribute = out.spec.attributes.emplace_back();
  attribute.name = "a";
  attribute.path = path;
  return out;
}

api::Target target() {
  api::Target out;
  out.metadata.namespace_name = "team";
  out.metadata.name = "t";
  out.spec.profile_ref = "p";
  return out;
}

api::Scope scope(api::Gvk allowed) {
  api::Scope out;
  out.spec.ceiling.allowed_gvks = {std::move(allowed)};
  return out;
}

std::string reason(const PreparedTarget& prepared) {
  const auto* refusal = std::get_if<Refusal>(&prepared);
  return refusal == nullptr ? "" : std::string(refusal->reason);
}

class TargetCompilerTest : public ::testing::Test {
 protected:
  PreparedTarget prepare(const api::Target& of, std::optional<api::Profile> with,
                         const std::optional<api::Scope>& under = {}) {
    return compiler.prepare(input_of(of, std::move(with), under));
  }
  TargetCompiler compiler;
};

TEST_F(TargetCompilerTest, edge_39_kinds_of_a_scope_compare_without_case) {
  EXPECT_EQ(reason(prepare(target(), profile(), scope({"Apps", "V1", "deployment"}))), "");
}

TEST_F(TargetCompilerTest, edge_40_a_denied_kind_of_profile_or_rule_refuses_the_target) {
  EXPECT_EQ(reason(prepare(target(), profile(), scope({"", "v1", "Pod"}))), "ScopeGVKDenied");
  api::Target with_rule = target();
  with_rule.spec.filter.resource_rules.emplace_back().gvk = {"", "v1", "Pod"};
  EXPECT_EQ(reason(prepare(with_rule, profile(), scope({"apps", "v1", "Deployment"}))),
            "ScopeGVKDenied");
}

TEST_F(TargetCompilerTest, what_is_missing_or_suspended_is_refused_by_its_reason) {
  EXPECT_EQ(reason(prepare(target(), std::nullopt)), "ProfileNotFound");
  api::Target nameless = target();
  nameless.spec.profile_ref.clear();
  EXPECT_EQ(reason(prepare(nameless, std::nullopt)), "MissingProfileRef");
  api::Target suspended = target();
  suspended.spec.suspend = true;
  EXPECT_EQ(reason(prepare(suspended, profile())), "Suspended");
}

TEST_F(TargetCompilerTest, an_expression_that_does_not_compile_names_the_profile) {
  const auto prepared = prepare(target(), profile("cel:1 +"));
  ASSERT_EQ(reason(prepared), "InformerRegistrationFailed");
  EXPECT_NE(std::get<Refusal>(prepared).message.find("team/p"), std::string::npos);
}

TEST_F(TargetCompilerTest, a_profile_is_compiled_once_for_all_its_targets) {
  std::vector<PreparedTarget> all;
  for (int i = 0; i < 10; ++i) {
    api::Target one = target();
    one.metadata.name = "t" + std::to_string(i);
    all.push_back(prepare(one, profile()));
  }
  EXPECT_EQ(compiler.compiled(), 1U);
  all.push_back(prepare(target(), profile("$.spec.paused")));
  EXPECT_EQ(compiler.compiled(), 2U);
}

TEST_F(TargetCompilerTest, the_same_setup_is_known_again_and_any_difference_that_counts) {
  const auto base = std::get<Prepared>(prepare(target(), profile()));
  EXPECT_TRUE(base->is_same(*std::get<Prepared>(prepare(target(), profile()))));
  api::Profile relabelled = profile();
  relabelled.metadata.labels = {{"x", "y"}};
  relabelled.metadata.resource_version = "7";
  EXPECT_TRUE(base->is_same(*std::get<Prepared>(prepare(target(), relabelled))));
  api::Profile consenting = profile();
  consenting.metadata.annotations = {{"kollect.dev/allow-secret-extraction", "true"}};
  EXPECT_FALSE(base->is_same(*std::get<Prepared>(prepare(target(), consenting))));
  api::Profile recreated = profile();
  recreated.metadata.uid = "u-2";
  EXPECT_FALSE(base->is_same(*std::get<Prepared>(prepare(target(), recreated))));
  api::Target narrowed = target();
  narrowed.spec.names = {"web"};
  EXPECT_FALSE(base->is_same(*std::get<Prepared>(prepare(narrowed, profile()))));
}

TEST_F(TargetCompilerTest, a_cluster_target_keeps_to_the_namespaces_for_static_references) {
  api::ClusterTarget everywhere;
  everywhere.metadata.name = "all";
  everywhere.spec.profile_ref = {.name = "p", .namespace_name = "team"};
  api::ClusterScope limits;
  limits.spec.allowed_static_ref_namespaces = {"platform"};
  EXPECT_EQ(reason(compiler.prepare(input_of(everywhere, profile(), limits))),
            "ScopeNamespaceDenied");
  limits.spec.allowed_static_ref_namespaces = {"team"};
  EXPECT_EQ(reason(compiler.prepare(input_of(everywhere, profile(), limits))), "");
}

}  // namespace
}  // namespace kollect::control
