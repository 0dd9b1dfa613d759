#include "control/object_gates.h"

#include <gtest/gtest.h>

namespace kollect::control {
namespace {

const api::Gvk kDeployment{"apps", "v1", "Deployment"};

api::ResourceRule rule(api::TextMap labels = {}, std::string policy = {}) {
  api::ResourceRule rule;
  rule.gvk = kDeployment;
  rule.match_labels = std::move(labels);
  rule.match_policy = std::move(policy);
  return rule;
}

api::LabelSelector labelled(const std::string& key, const std::string& value) {
  api::LabelSelector out;
  out.match_labels = {{key, value}};
  return out;
}

bool is_open(const GateSpec& spec, const char* object, const NamespaceFacts* facts = nullptr) {
  const auto gates = ObjectGates::compile(spec, kDeployment);
  EXPECT_TRUE(gates) << gates.error().text();
  if (!gates) return false;
  const auto document = json::Document::parse(object);
  EXPECT_TRUE(document) << object;
  const json::Value& root = document->root();
  json::Arena arena;
  const GatedObject gated{.name = root.at({"metadata", "name"})->as_string(),
                          .labels = root.at({"metadata", "labels"}),
                          .whole = &root};
  return gates->judge(gated, facts, arena).is_open;
}

constexpr const char* kWeb =
    R"({"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":4}})";
constexpr const char* kApi =
    R"({"metadata":{"name":"api","labels":{"app":"api"}},"spec":{"replicas":1}})";
constexpr const char* kBare = R"({"metadata":{"name":"worker"},"spec":{}})";

TEST(ObjectGates, edge_32_an_object_that_meets_either_rule_is_taken) {
  const GateSpec spec{.rules = {rule({{"app", "api"}}), rule({}, "object.spec.replicas > 2")}};
  EXPECT_TRUE(is_open(spec, kWeb));
  EXPECT_TRUE(is_open(spec, kApi));
  EXPECT_FALSE(is_open(spec, kBare));
}

TEST(ObjectGates, edge_33_rules_of_other_kinds_and_unknown_namespaces_match_nothing) {
  api::ResourceRule other = rule();
  other.gvk.kind = "StatefulSet";
  EXPECT_FALSE(is_open({.rules = {other}}, kWeb));
  EXPECT_EQ(ObjectGates::compile({.rules = {other}}, kDeployment)->inert_rules(),
            std::vector<size_t>{0});
  api::ResourceRule in_shop = rule();
  in_shop.namespace_selector = labelled("team", "shop");
  EXPECT_FALSE(is_open({.rules = {in_shop}}, kWeb, nullptr));
  const NamespaceFacts shop{.name = "shop", .labels = {{"team", "shop"}}};
  EXPECT_TRUE(is_open({.rules = {in_shop}}, kWeb, &shop));
}

TEST(ObjectGates, edge_35_names_and_labels_must_both_hold) {
  const GateSpec spec{.label_selector = labelled("app", "web"), .names = {"web", "api"}};
  EXPECT_TRUE(is_open(spec, kWeb));
  EXPECT_FALSE(is_open(spec, kApi)) << "its label is another";
  EXPECT_FALSE(is_open(spec, kBare)) << "its name is another";
}

TEST(ObjectGates, names_and_labels_are_ignored_where_there_are_rules) {
  EXPECT_TRUE(is_open({.rules = {rule()}, .names = {"nobody"}}, kWeb));
}

TEST(ObjectGates, edge_36_an_invalid_selector_matches_nothing) {
  api::LabelSelector broken;
  broken.match_expressions = {{.key = "app", .op = "Like", .values = {"web"}}};
  EXPECT_FALSE(is_open({.label_selector = broken}, kWeb));
  EXPECT_FALSE(is_open({.label_selector = broken}, kBare));
}

TEST(ObjectGates, edge_38_a_rule_that_cannot_be_used_is_named_by_its_number) {
  api::ResourceRule no_kind = rule();
  no_kind.gvk.kind.clear();
  const auto gates = ObjectGates::compile({.rules = {no_kind}}, kDeployment);
  ASSERT_FALSE(gates);
  EXPECT_EQ(gates.error().text(), "resourceRules[0]: gvk.kind: must be given");
  const auto policy = ObjectGates::compile({.rules = {rule(), rule({}, "object.")}}, kDeployment);
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().text().rfind("resourceRules[1]: matchPolicy", 0), 0U);
}

TEST(ObjectGates, a_policy_that_fails_says_so_and_the_other_rules_count) {
  const GateSpec spec{.rules = {rule({}, "object.spec.absent > 2"), rule({{"app", "web"}})}};
  const auto gates = ObjectGates::compile(spec, kDeployment);
  ASSERT_TRUE(gates);
  const auto web = json::Document::parse(kWeb);
  json::Arena arena;
  const auto verdict = gates->judge(
      {.name = "web", .labels = web->root().at({"metadata", "labels"}), .whole = &web->root()},
      nullptr, arena);
  EXPECT_TRUE(verdict.is_open);
  EXPECT_TRUE(verdict.policy_failed);
}

struct WatchCase {
  const char* name;
  const char* object;  // value of its label
  WatchWord of_namespace;
  WatchMode mode;
  bool may;
};

class WatchLabels : public ::testing::TestWithParam<WatchCase> {};

TEST_P(WatchLabels, decide) {
  const auto& [name, object, of_namespace, mode, may] = GetParam();
  EXPECT_EQ(may_collect(watch_word(object), of_namespace, mode), may);
}

constexpr auto kSilent = WatchWord::silent;
constexpr auto kEnabled = WatchWord::enabled;
constexpr auto kDisabled = WatchWord::disabled;
INSTANTIATE_TEST_SUITE_P(
    Edges, WatchLabels,
    ::testing::Values(
        WatchCase{"edge_43_object_no_namespace_yes", "disabled", kEnabled, WatchMode::all, false},
        WatchCase{"edge_44_object_yes_namespace_no", "enabled", kDisabled, WatchMode::all, true},
        WatchCase{"edge_45_namespace_no", "", kDisabled, WatchMode::all, false},
        WatchCase{"edge_46_opt_in_without_a_word", "", kSilent, WatchMode::opt_in, false},
        WatchCase{"edge_46_opt_in_by_namespace", "", kEnabled, WatchMode::opt_in, true},
        WatchCase{"edge_46_opt_in_by_object", "enabled", kSilent, WatchMode::opt_in, true},
        WatchCase{"edge_47_no_word_at_all", "", kSilent, WatchMode::all, true},
        WatchCase{"other_words_say_nothing", "Enabled", kSilent, WatchMode::opt_in, false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(NamespaceFacts, three_spellings_of_the_watch_word_are_read_and_no_beats_yes) {
  const auto word_of = [](const char* metadata) {
    const auto document = json::Document::parse(std::string("{\"metadata\":") + metadata + "}");
    return read_namespace(document->root()).watch;
  };
  EXPECT_EQ(word_of(R"({"labels":{"kollect.dev/watch":"enabled"}})"), kEnabled);
  EXPECT_EQ(word_of(R"({"annotations":{"kollect.dev/namespace-watch":"enabled"}})"), kEnabled);
  EXPECT_EQ(word_of(R"({"annotations":{"kollect.dev/watch":"disabled"}})"), kDisabled);
  EXPECT_EQ(word_of(R"({"labels":{"kollect.dev/watch":"enabled"},)"
                    R"("annotations":{"kollect.dev/namespace-watch":"disabled"}})"),
            kDisabled);
}

}  // namespace
}  // namespace kollect::control
