// What a collector may read: denials, errors of reviews, boundaries (collection.md 1.5, 1.6).
#include <gmock/gmock.h>

#include "component/collect_rig.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* kUser = "kollect";
constexpr const char* kMaps = "configmaps";

class CollectorAccess : public ::testing::Test {
 protected:
  void fill(CollectRig& to) {
    for (const char* ns : {"team", "a", "b"}) to.put_namespace(ns);
    to.put_map("a", "one", "1");
    to.put_map("b", "two", "2");
    to.set(map_profile());
  }
  void SetUp() override { fill(rig); }

  CollectRig rig;
};

TEST_F(CollectorAccess, edge_25_a_denied_namespace_does_not_degrade_the_target) {
  rig.cluster().deny(kUser, "*", kMaps);
  rig.cluster().allow(kUser, "*", kMaps, "a");
  rig.set(map_target("includedNamespaces: [a, b]"));
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  ASSERT_TRUE(rig.until_settled());
  const auto report = rig.report("team", "maps");
  EXPECT_EQ(report.reason, "ScopeForbidden");
  EXPECT_FALSE(report.is_degraded);
  EXPECT_EQ(report.forbidden_namespaces, Lines{"b"});
  EXPECT_EQ(rig.metric("kollect_reconcile_errors_total", {"KollectTarget", "forbidden"}), 1);
}

TEST_F(CollectorAccess, a_grant_and_a_revocation_take_effect) {
  rig.set(map_target("includedNamespaces: [a, b]"));
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
  rig.cluster().deny(kUser, "*", kMaps);
  rig.cluster().allow(kUser, "*", kMaps, "a");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\""})) << "the open watch outlives the right";
  rig.put_map("a", "one", "still");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"still\""}));
  rig.cluster().clear_rules();
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"still\"", "maps b/two=\"2\""}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").reason.empty(); }));
}

TEST_F(CollectorAccess, one_namespace_revoked_and_granted) {
  rig.set(map_target("includedNamespaces: [a]"));
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.cluster().deny(kUser, "*", kMaps);
  EXPECT_TRUE(rig.until_rows({}));
  ASSERT_TRUE(rig.until_settled());
  rig.cluster().clear_rules();
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
}

TEST_F(CollectorAccess, edge_24_reviews_that_fail_pause_what_is_new) {
  rig.set(map_target("includedNamespaces: [a, b]"));
  ASSERT_TRUE(rig.until_settled());
  rig.cluster().inject({.kind = sandbox::FaultKind::failed,
                        .verb = "create",
                        .resource = "selfsubjectaccessreviews",
                        .times = -1});
  ASSERT_TRUE(rig.until([&] { return rig.report("team", "maps").reason == "AccessCheckFailed"; }));
  EXPECT_TRUE(rig.report("team", "maps").is_degraded);
  rig.put_map("a", "new", "3");
  rig.run_for(300ms);
  EXPECT_EQ(rig.lines(), (Lines{"maps a/one=\"1\"", "maps b/two=\"2\""}));
  rig.cluster().clear_faults();
  EXPECT_TRUE(rig.until_rows({"maps a/new=\"3\"", "maps a/one=\"1\"", "maps b/two=\"2\""}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").reason.empty(); }));
}

TEST_F(CollectorAccess, a_list_taken_anew_while_reviews_fail_takes_no_row_away) {
  rig.set(map_target("includedNamespaces: [a, b]"));
  ASSERT_TRUE(rig.until_settled());
  rig.cluster().inject({.kind = sandbox::FaultKind::failed,
                        .verb = "create",
                        .resource = "selfsubjectaccessreviews",
                        .times = -1});
  ASSERT_TRUE(rig.until([&] { return rig.report("team", "maps").reason == "AccessCheckFailed"; }));
  rig.cluster().forget_history(kMaps);
  rig.cluster().drop_watches(kMaps);
  rig.put_map("a", "new", "3");
  rig.run_for(1500ms);
  EXPECT_EQ(rig.lines(), (Lines{"maps a/one=\"1\"", "maps b/two=\"2\""}));
  rig.cluster().clear_faults();
  EXPECT_TRUE(rig.until_rows({"maps a/new=\"3\"", "maps a/one=\"1\"", "maps b/two=\"2\""}));
}

TEST_F(CollectorAccess, without_the_right_to_watch_nothing_is_collected) {
  rig.set(map_target("includedNamespaces: [a]"));
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.cluster().deny(kUser, "watch", kMaps);
  rig.cluster().drop_watches(kMaps);
  EXPECT_TRUE(rig.until_rows({}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").reason == "ScopeForbidden"; }));
  EXPECT_TRUE(rig.until_settled());
  rig.cluster().clear_rules();
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
}

TEST_F(CollectorAccess, namespaces_that_cannot_be_asked_for_keep_it_from_settling) {
  CollectRig other;
  fill(other);
  other.cluster().deny(kUser, "list", "namespaces");
  other.cluster().deny(kUser, "watch", "namespaces");
  other.cluster().inject(
      {.kind = sandbox::FaultKind::failed, .verb = "get", .resource = "namespaces", .times = -1});
  other.set(map_target("includedNamespaces: [a]"));
  other.run_for(500ms);
  EXPECT_FALSE(other.collector().is_settled()) << "unknown is not empty";
  other.cluster().clear_faults();
  EXPECT_TRUE(other.until_rows({"maps a/one=\"1\""}));
}

TEST_F(CollectorAccess, within_a_boundary_no_list_is_cluster_wide) {
  auto options = quick_options();
  options.watch_namespaces = {"a", "team"};
  CollectRig bounded(options);
  fill(bounded);
  bounded.cluster().deny(kUser, "*", "*", "");
  bounded.set(map_target());
  ASSERT_TRUE(bounded.until_rows({"maps a/one=\"1\""}));
  ASSERT_TRUE(bounded.until_settled());
  EXPECT_EQ(bounded.report("team", "maps").effective_namespaces, (Lines{"a", "team"}));
  EXPECT_EQ(bounded.cluster().open_watches("namespaces"), 0U);
  EXPECT_EQ(bounded.cluster().open_watches(kMaps), 2U);
}

TEST_F(CollectorAccess, without_the_right_to_namespaces_named_ones_are_collected) {
  rig.cluster().deny(kUser, "*", "namespaces");
  CollectRig other;
  fill(other);
  other.cluster().deny(kUser, "*", "namespaces");
  other.set(map_target("includedNamespaces: [a]"));
  ASSERT_TRUE(other.until_rows({"maps a/one=\"1\""}));
  EXPECT_TRUE(other.until([&] {
    return other.report("team", "maps").message.find("includedNamespaces") != std::string::npos;
  })) << "the answer about namespaces may come after the rows";
  other.set(map_target("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: team}}"));
  EXPECT_TRUE(other.until_rows({})) << "its own namespace, which has no map";
}

// What a report says when nothing may be asked for all namespaces at once.
class NamespacesDenied : public CollectorAccess {
 protected:
  void SetUp() override {
    CollectorAccess::SetUp();
    rig.cluster().deny(kUser, "*", "namespaces");
  }
  control::TargetReport settled(const std::string& spec) {
    rig.set(map_target(spec));
    EXPECT_TRUE(rig.until_settled());
    return rig.report("team", "maps");
  }
};

TEST_F(NamespacesDenied, a_selector_that_cannot_be_followed_is_named) {
  const auto report = settled("namespaceSelector: {matchLabels: {tier: web}}");
  EXPECT_EQ(report.namespace_trouble,
            "namespaces may not be listed, so that spec.namespaceSelector cannot be followed; "
            "grant list and watch on namespaces, or name them in spec.includedNamespaces");
  EXPECT_EQ(report.reason, "ScopeForbidden");
  EXPECT_EQ(report.message, report.namespace_trouble);
  EXPECT_FALSE(report.is_degraded);
}

TEST_F(NamespacesDenied, a_target_of_all_namespaces_is_not_complete) {
  EXPECT_THAT(settled("").namespace_trouble, ::testing::HasSubstr("from few of them only"));
}

TEST_F(NamespacesDenied, a_target_that_names_its_namespaces_is_complete) {
  const auto report = settled("includedNamespaces: [a]");
  EXPECT_EQ(rig.lines(), Lines{"maps a/one=\"1\""});
  EXPECT_EQ(report.namespace_trouble, "");
  EXPECT_EQ(report.reason, "");
}

TEST_F(NamespacesDenied, the_trouble_ends_with_a_grant) {
  ASSERT_NE(settled("").namespace_trouble, "");
  rig.cluster().clear_rules();
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").namespace_trouble.empty(); }));
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
}

// Namespaces that cannot be told, for a reason that a report must name.
class NamespacesFailing : public CollectorAccess {
 protected:
  control::TargetReport failing(int code) {
    rig.cluster().inject(
        {.kind = sandbox::FaultKind::failed, .resource = "namespaces", .times = -1, .code = code});
    rig.set(map_target("includedNamespaces: [a]"));
    EXPECT_TRUE(
        rig.until([&] { return rig.report("team", "maps").watch == kube::WatchState::retrying; }));
    return rig.report("team", "maps");
  }
};

TEST_F(NamespacesFailing, are_told_with_the_answer_of_the_server) {
  const auto report = failing(500);
  EXPECT_EQ(report.reason, "Progressing");
  EXPECT_THAT(report.message, ::testing::AllOf(::testing::HasSubstr("namespaces are not known: "),
                                               ::testing::HasSubstr("/api/v1/namespaces")));
  EXPECT_FALSE(report.is_access_refused);
  rig.cluster().clear_faults();
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "maps").reason.empty(); }));
}

TEST_F(NamespacesFailing, for_credentials_that_are_not_accepted_refuse_access) {
  EXPECT_TRUE(failing(401).is_access_refused);
}

TEST_F(NamespacesFailing, are_told_where_each_is_asked_for_too) {
  rig.cluster().deny(kUser, "list", "namespaces");
  rig.cluster().deny(kUser, "watch", "namespaces");
  rig.cluster().inject(
      {.kind = sandbox::FaultKind::failed, .verb = "get", .resource = "namespaces", .times = -1});
  rig.set(map_target("includedNamespaces: [a]"));
  EXPECT_TRUE(rig.until([&] {
    return rig.report("team", "maps").message.find("/api/v1/namespaces/") != std::string::npos;
  }));
}

TEST_F(CollectorAccess, a_server_that_drops_the_first_list_is_named) {
  rig.cluster().inject({.kind = sandbox::FaultKind::drop, .times = -1});
  rig.set(map_target("includedNamespaces: [a]"));
  EXPECT_TRUE(rig.until(
      [&] { return rig.report("team", "maps").message.find("namespaces are not known: ") == 0; }));
  EXPECT_FALSE(rig.report("team", "maps").is_access_refused);
}

TEST_F(CollectorAccess, a_denied_kind_of_the_cluster_is_named_without_a_namespace) {
  rig.put_namespace("default");
  rig.cluster().deny(kUser, "*", "nodes");
  rig.set(R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {namespace: team, name: disks},
 spec: {targetGVK: {version: v1, kind: Node}, attributes: [{name: x, path: "$.kind"}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: disks},
 spec: {profileRef: disks}}
)");
  ASSERT_TRUE(rig.until([&] { return rig.report("team", "disks").is_kind_forbidden; }));
  ASSERT_TRUE(rig.until_settled());
  const auto report = rig.report("team", "disks");
  EXPECT_EQ(report.reason, "ScopeForbidden");
  EXPECT_EQ(report.message, "/v1/Node, which is cluster-scoped, may not be listed");
  EXPECT_EQ(report.forbidden_namespaces, Lines{});
}

TEST_F(CollectorAccess, without_the_right_to_namespaces_objects_of_the_cluster_are_collected) {
  CollectRig other;
  fill(other);
  other.cluster().deny(kUser, "*", "namespaces");
  other.put("{apiVersion: v1, kind: Node, metadata: {name: first}}");
  other.set(R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {namespace: team, name: nodes},
 spec: {targetGVK: {version: v1, kind: Node}, attributes: [{name: x, path: "$.kind"}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: nodes},
 spec: {profileRef: nodes}}
)");
  ASSERT_TRUE(other.until_settled());
  EXPECT_EQ(other.lines(), Lines{"nodes /first=\"Node\""});
  EXPECT_EQ(other.report("team", "nodes").namespace_trouble, "");
}

// A cluster of many namespaces that may be read only one by one.
class ManyNamespaces : public ::testing::Test {
 protected:
  void make(CollectRig& rig, int count) {
    rig.cluster().deny(kUser, "*", kMaps, "");
    rig.put_namespace("team");
    for (int i = 0; i < count; ++i) {
      const std::string name = "n" + std::to_string(1000 + i);
      rig.put_namespace(name);
      rig.put_map(name, "m", "1");
      rows.push_back("maps " + name + "/m=\"1\"");
    }
    rig.set(map_profile() + map_target("namespaceSelector: {}"));
  }
  Lines rows;
};

TEST_F(ManyNamespaces, are_all_collected_and_cost_a_few_looks_each) {
  auto options = quick_options();
  options.review = 30s;
  CollectRig rig(options);
  make(rig, 600);
  ASSERT_TRUE(rig.until([&] { return rig.lines().size() == rows.size(); }, 60s));
  EXPECT_EQ(rig.lines(), rows);
  ASSERT_TRUE(rig.until_settled());
  const control::CollectorTotals totals = rig.collector().totals();
  EXPECT_GT(totals.watches, 600U);
  EXPECT_LT(totals.looks, totals.watches * 20) << "and not each at each other";
}

TEST_F(ManyNamespaces, beyond_the_bound_wait_and_say_what_for) {
  auto options = quick_options();
  options.most_watches = 6;
  CollectRig rig(options);
  make(rig, 8);
  ASSERT_TRUE(rig.until([&] { return rig.report("team", "maps").reason == "Progressing"; }));
  EXPECT_THAT(rig.report("team", "maps").message, ::testing::HasSubstr("ulimit -n"));
  EXPECT_FALSE(rig.collector().is_settled());
  rig.set(map_target("includedNamespaces: [n1000, n1001, n1007]"));
  EXPECT_TRUE(rig.until_rows({rows[0], rows[1], rows[7]}));
  EXPECT_TRUE(rig.until_settled());
}

TEST_F(CollectorAccess, a_server_that_goes_away_denies_nothing) {
  rig.set(map_target("includedNamespaces: [a, b]"));
  ASSERT_TRUE(rig.until_settled());
  rig.cluster().inject({.kind = sandbox::FaultKind::drop, .times = -1});
  rig.cluster().drop_watches();
  rig.run_for(1500ms);
  EXPECT_EQ(rig.lines(), (Lines{"maps a/one=\"1\"", "maps b/two=\"2\""}));
  EXPECT_NE(rig.report("team", "maps").reason, "AccessCheckFailed");
}

}  // namespace
}  // namespace kollect::testing
