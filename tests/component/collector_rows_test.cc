// What becomes a row: namespaces, scopes, gates, failures (collection.md 2 and 3.8).
#include <gmock/gmock.h>

#include "component/collect_rig.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;

class CollectorRows : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* ns : {"team", "a", "b"}) rig.put_namespace(ns);
    rig.put_map("a", "one", "1");
    rig.put_map("b", "two", "2");
    rig.set(map_profile());
  }
  std::string digest() {
    return rig.rows().read([](const store::RowStore& rows) {
      return store::hex(rows.digest({store::Origin::target, "team"}));
    });
  }
  CollectRig rig;
};

TEST_F(CollectorRows, edge_29_a_namespace_that_is_created_later_is_collected) {
  rig.set(map_target("includedNamespaces: [later]"));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_TRUE(rig.lines().empty());
  rig.put_namespace("later");
  rig.put_map("later", "m", "x");
  EXPECT_TRUE(rig.until_rows({"maps later/m=\"x\""}));
  EXPECT_TRUE(
      rig.until([&] { return rig.report("team", "maps").effective_namespaces == Lines{"later"}; }));
}

TEST_F(CollectorRows, named_namespaces_that_are_not_there_are_reported_until_they_are) {
  rig.set(map_target("includedNamespaces: [a, later]"));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_EQ(rig.report("team", "maps").missing_namespaces, Lines{"later"});
  rig.put_namespace("later");
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").missing_namespaces.empty(); }));
}

TEST_F(CollectorRows, a_target_without_namespaces_at_first_gets_each_that_comes) {
  rig.set(map_target("namespaceSelector: {}", "all"));
  rig.set(map_target("namespaceSelector: {matchLabels: {tier: app}}", "app"));
  ASSERT_TRUE(rig.until_rows({"all a/one=\"1\"", "all b/two=\"2\""}));
  ASSERT_TRUE(rig.until_settled());
  rig.put_namespace("a", "tier: app");
  ASSERT_TRUE(rig.until_rows({"all a/one=\"1\"", "all b/two=\"2\"", "app a/one=\"1\""}));
  rig.put_namespace("b", "tier: app");
  EXPECT_TRUE(
      rig.until_rows({"all a/one=\"1\"", "all b/two=\"2\"", "app a/one=\"1\"", "app b/two=\"2\""}));
}

TEST_F(CollectorRows, a_namespace_that_loses_its_label_loses_its_rows) {
  rig.put_namespace("a", "tier: app");
  rig.put_namespace("b", "tier: app");
  rig.set(map_target("namespaceSelector: {matchLabels: {tier: app}}"));
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
  rig.put_namespace("a");
  EXPECT_TRUE(rig.until_rows({"maps b/two=\"2\""}));
  rig.put_namespace("a", "tier: app");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
}

TEST_F(CollectorRows, edge_30_an_empty_exclude_selector_excludes_everything) {
  rig.set(map_target("namespaceExcludeSelector: {}"));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_TRUE(rig.lines().empty());
}

TEST_F(CollectorRows, edge_42_an_object_filtered_out_after_an_edit_loses_its_row) {
  rig.put_map("a", "one", "1", "app: web");
  rig.set(map_target("labelSelector: {matchLabels: {app: web}}"));
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.put_map("a", "one", "1");
  EXPECT_TRUE(rig.until_rows({}));
  rig.put_map("a", "one", "1", "app: web");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.put_map("a", "one", "1", "app: web, kollect.dev/watch: disabled");
  EXPECT_TRUE(rig.until_rows({}));
}

TEST_F(CollectorRows, a_namespace_that_opts_out_and_in_again_takes_effect_at_once) {
  rig.set(map_target());
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
  rig.put_namespace("a", "", "kollect.dev/namespace-watch: disabled");
  EXPECT_TRUE(rig.until_rows({"maps b/two=\"2\""}));
  rig.put_namespace("a");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
  EXPECT_EQ(rig.cluster().open_watches("configmaps"), 1U);
}

TEST_F(CollectorRows, edge_48_an_opted_out_namespace_has_no_rows_of_a_cluster_target) {
  rig.put_namespace("a", "tier: app, kollect.dev/watch: disabled");
  rig.put_namespace("b", "tier: app");
  rig.set(R"({apiVersion: kollect.dev/v1alpha1, kind: KollectClusterTarget, metadata: {name: all},
    spec: {profileRef: {namespace: team, name: x}, namespaceSelector: {matchLabels: {tier: app}}}})");
  ASSERT_TRUE(rig.until_rows({"*all b/two=\"2\""}));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_EQ(rig.cluster_report("all").effective_namespaces, (Lines{"a", "b"}));
  rig.put_namespace("b");
  EXPECT_TRUE(rig.until_rows({}));
}

TEST_F(CollectorRows, targets_and_cluster_targets_of_one_name_never_meet) {
  rig.put_namespace("a", "tier: app");
  rig.set(map_target("includedNamespaces: [a]", "same"));
  rig.set(R"({apiVersion: kollect.dev/v1alpha1, kind: KollectClusterTarget, metadata: {name: same},
    spec: {profileRef: {namespace: team, name: x}, namespaceSelector: {matchLabels: {tier: app}}}})");
  ASSERT_TRUE(rig.until_rows({"same a/one=\"1\"", "*same a/one=\"1\""}));
  rig.remove("team", "same");
  EXPECT_TRUE(rig.until_rows({"*same a/one=\"1\""}));
}

TEST_F(CollectorRows, a_target_out_of_its_scope_has_no_row_at_all) {
  rig.set(R"({apiVersion: kollect.dev/v1alpha1, kind: KollectScope,
    metadata: {namespace: team, name: s}, spec: {deniedNamespaces: [b]}})");
  rig.set(map_target());
  ASSERT_TRUE(rig.until_settled());
  EXPECT_TRUE(rig.lines().empty());
  EXPECT_EQ(rig.report("team", "maps").reason, "ScopeNamespaceDenied");
  ASSERT_TRUE(rig.cluster().erase({"", "v1", "Namespace"}, {"", "b"}));
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\""})) << "the namespace in the way is gone";
}

TEST_F(CollectorRows, edge_26_a_cluster_target_is_narrowed_instead) {
  for (const char* ns : {"a", "b"}) rig.put_namespace(ns, "tier: app");
  rig.set(R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectClusterScope, metadata: {name: s},
 spec: {deniedNamespaces: [b]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectClusterTarget, metadata: {name: all},
 spec: {profileRef: {namespace: team, name: x}, namespaceSelector: {matchLabels: {tier: app}}}}
)");
  ASSERT_TRUE(rig.until_rows({"*all a/one=\"1\""}));
  EXPECT_EQ(rig.cluster_report("all").matched_namespaces, (Lines{"a", "b"}));
  EXPECT_EQ(rig.cluster_report("all").effective_namespaces, Lines{"a"});
}

TEST_F(CollectorRows, edge_84_an_object_that_fails_loses_its_row_until_it_heals) {
  rig.set(map_profile("team", "cel:object.data.x") + map_target());
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
  const auto before = digest();
  rig.set(map_profile("team", "cel:object.data.absent") + map_target());
  ASSERT_TRUE(rig.until_rows({}));
  EXPECT_NE(digest(), before);
  ASSERT_TRUE(rig.until([&] { return rig.report("team", "maps").extraction_failures == 2; }));
  EXPECT_EQ(rig.report("team", "maps").reason, "ExtractionFailed");
  EXPECT_THAT(rig.report("team", "maps").last_extraction_error,
              ::testing::AllOf(::testing::ContainsRegex("^(a/one|b/two): "),
                               ::testing::HasSubstr("\"x\"")));
  EXPECT_EQ(rig.metric("kollect_reconcile_errors_total", {"KollectTarget", "terminal"}), 2);
  rig.set(map_profile("team", "cel:object.data.x") + map_target());
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
  EXPECT_EQ(digest(), before);
  EXPECT_TRUE(rig.until([&] { return !rig.report("team", "maps").is_degraded; }));
  EXPECT_EQ(rig.report("team", "maps").last_extraction_error, "");
}

TEST_F(CollectorRows, edge_85_failures_are_counted_by_object) {
  rig.set(map_profile("team", "cel:object.data.x") + map_target());
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
  for (const char* key : {"namespace: a, name: one", "namespace: b, name: two"})
    rig.put(std::string("{apiVersion: v1, kind: ConfigMap, metadata: {") + key + "}}");
  ASSERT_TRUE(rig.until_rows({}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").extraction_failures == 2; }));
  rig.erase_map("b", "two");
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").extraction_failures == 1; }));
  rig.put_map("a", "one", "good");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"good\""}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").extraction_failures == 0; }));
}

TEST_F(CollectorRows, cluster_scoped_objects_are_judged_as_if_in_default) {
  rig.put_namespace("default");
  rig.set(R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {namespace: team, name: spaces},
 spec: {targetGVK: {version: v1, kind: Namespace}, attributes: [{name: x, path: "$.kind"}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: in},
 spec: {profileRef: spaces, includedNamespaces: [default], names: [a]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: out},
 spec: {profileRef: spaces, includedNamespaces: [team], names: [a]}}
)");
  ASSERT_TRUE(rig.until_rows({"in /a=\"Namespace\""}));
  EXPECT_TRUE(rig.until_settled());
}

TEST_F(CollectorRows, without_default_no_object_of_the_cluster_is_collected_until_it_is_back) {
  rig.put_namespace("default", "tier: app");
  rig.put("{apiVersion: v1, kind: Node, metadata: {name: first}}");
  rig.set(R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {namespace: team, name: nodes},
 spec: {targetGVK: {version: v1, kind: Node}, attributes: [{name: x, path: "$.kind"}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: nodes},
 spec: {profileRef: nodes, namespaceSelector: {matchLabels: {tier: app}}}}
)");
  rig.put_namespace("a", "tier: app");
  ASSERT_TRUE(rig.until_rows({"nodes /first=\"Node\""}));
  rig.put_namespace("default");
  ASSERT_TRUE(rig.until_rows({}));
  rig.run_for(50ms);
  EXPECT_EQ(rig.cluster().open_watches("nodes"), 1U) << "a label that flickers costs no watch";
  EXPECT_TRUE(rig.collector().is_settled());
  rig.put_namespace("default", "tier: app");
  EXPECT_TRUE(rig.until_rows({"nodes /first=\"Node\""}));
  EXPECT_TRUE(rig.until_settled());
}

TEST_F(CollectorRows, what_changes_no_row_wakes_nobody) {
  rig.set(map_target());
  ASSERT_TRUE(rig.until_settled());
  rig.run_for(100ms);
  const size_t wakes = rig.wakes();
  const uint64_t events = rig.collector().totals().events;
  for (int i = 0; i < 5; ++i) rig.put_map("a", "one", "1", "beat: n" + std::to_string(i));
  ASSERT_TRUE(rig.until([&] { return rig.collector().totals().events >= events + 5; }));
  rig.run_for(100ms);
  EXPECT_EQ(rig.wakes(), wakes);
}

TEST_F(CollectorRows, a_partition_is_settled_when_its_targets_are) {
  const store::PartitionKey team{store::Origin::target, "team"};
  const auto is_settled = [&] {
    return rig.rows().read([&](const store::RowStore& rows) { return rows.is_settled(team); });
  };
  EXPECT_FALSE(is_settled());
  rig.set(map_target());
  ASSERT_TRUE(rig.until_settled());
  rig.run_for(50ms);
  EXPECT_FALSE(is_settled()) << "there may be another target";
  rig.collector().targets_known();
  EXPECT_TRUE(rig.until(is_settled));
  EXPECT_EQ(rig.lines().size(), 2U) << "and not before its rows are there";
}

TEST_F(CollectorRows, a_partition_without_targets_is_settled_once_they_are_known) {
  const store::PartitionKey empty{store::Origin::cluster_target, "a"};
  const auto is_settled = [&] {
    return rig.rows().read([&](const store::RowStore& rows) { return rows.is_settled(empty); });
  };
  rig.collector().follow(empty);
  rig.set(map_target());
  ASSERT_TRUE(rig.until_settled());
  EXPECT_FALSE(is_settled());
  rig.collector().targets_known();
  EXPECT_TRUE(rig.until(is_settled));
}

TEST_F(CollectorRows, edge_89_every_namespace_that_changed_is_told) {
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "n" + std::to_string(i);
    rig.put_namespace(name, "tier: app");
    rig.put_map(name, "m", "1");
  }
  rig.set(R"({apiVersion: kollect.dev/v1alpha1, kind: KollectClusterTarget, metadata: {name: all},
    spec: {profileRef: {namespace: team, name: x}, namespaceSelector: {matchLabels: {tier: app}}}})");
  EXPECT_TRUE(rig.until([&] { return rig.lines().size() == 1000; }));
}

TEST_F(CollectorRows, edge_34_rules_judge_cluster_scoped_objects_by_default) {
  rig.put_namespace("default", "team: platform");
  rig.set(R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {namespace: team, name: spaces},
 spec: {targetGVK: {version: v1, kind: Namespace}, attributes: [{name: x, path: "$.kind"}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: yes-it-is},
 spec: {profileRef: spaces, resourceRules: [{gvk: {version: v1, kind: Namespace},
        matchPolicy: "object.metadata.name == 'b'",
        namespaceSelector: {matchLabels: {team: platform}}}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: no-it-is-not},
 spec: {profileRef: spaces, resourceRules: [{gvk: {version: v1, kind: Namespace},
        namespaceSelector: {matchLabels: {team: other}}}]}}
)");
  EXPECT_TRUE(rig.until_rows({"yes-it-is /b=\"Namespace\""}));
}

TEST_F(CollectorRows, objects_outside_are_counted_per_target) {
  rig.set(map_target("includedNamespaces: [a, team]"));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_EQ(rig.metric("kollect_collect_namespace_mismatch_total", {"", "v1", "configmaps"}), 1);
  EXPECT_EQ(rig.metric("kollect_collect_items_total"), 1);
  EXPECT_EQ(rig.metric("kollect_collected_objects", {"x", "/v1/ConfigMap"}), 1);
}

}  // namespace
}  // namespace kollect::testing
