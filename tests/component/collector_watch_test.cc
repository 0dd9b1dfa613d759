// Watches of the collector: how they are shared, widened, moved and recovered (collection.md 1 and
// the numbers of its section 8).
#include <algorithm>

#include <gmock/gmock.h>

#include "component/collect_rig.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;
using kube::WatchState;

constexpr const char* kMaps = "configmaps";

constexpr const char* kWidgetTarget = R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {namespace: team, name: w},
 spec: {targetGVK: {group: example.org, version: v1, kind: Widget},
        attributes: [{name: x, path: "$.spec.x"}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: widgets},
 spec: {profileRef: w}}
)";

class CollectorWatch : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* ns : {"team", "a", "b", "c"}) rig.put_namespace(ns);
    rig.put_map("a", "one", "1");
    rig.put_map("b", "two", "2");
    rig.put_map("c", "three", "3");
    rig.set(map_profile());
  }
  void set(const std::string& included, const std::string& name = "maps") {
    rig.set(map_target("includedNamespaces: [" + included + "]", name));
  }
  // Nobody watches until the server has forgotten what happened meanwhile.
  void lose_the_watch() {
    rig.cluster().inject({.kind = sandbox::FaultKind::failed,
                          .verb = "watch",
                          .resource = kMaps,
                          .times = -1,
                          .code = 503});
    rig.cluster().drop_watches(kMaps);
    rig.run_for(100ms);
  }
  void find_it_forgotten() {
    rig.cluster().forget_history(kMaps);
    rig.cluster().clear_faults();
  }
  void install_widgets() {
    rig.put(R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,
    metadata: {name: widgets.example.org}, spec: {group: example.org, scope: Namespaced,
    names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList},
    versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object,
      x-kubernetes-preserve-unknown-fields: true}}}]}})");
    rig.put(
        "{apiVersion: example.org/v1, kind: Widget, metadata: {namespace: a, name: w}, "
        "spec: {x: 7}}");
  }

  CollectRig rig;
};

TEST_F(CollectorWatch, edge_1_a_second_namespace_widens_the_watch_once) {
  set("a", "first");
  ASSERT_TRUE(rig.until_rows({"first a/one=\"1\""}));
  EXPECT_EQ(rig.metric("kollect_informer_cluster_wide_scope", {"", "v1", "configmaps"}), 0);
  set("b", "second");
  ASSERT_TRUE(rig.until_rows({"first a/one=\"1\"", "second b/two=\"2\""}));
  ASSERT_TRUE(rig.until([&] { return rig.cluster().open_watches(kMaps) == 1; }));
  EXPECT_EQ(rig.metric("kollect_informer_cluster_wide_scope", {"", "v1", "configmaps"}), 1);
  EXPECT_EQ(rig.cluster().count("watchlist", kMaps), 2U) << "one list for each scope, no more";
  rig.put_map("a", "one", "new");
  EXPECT_TRUE(rig.until_rows({"first a/one=\"new\"", "second b/two=\"2\""}));
}

TEST_F(CollectorWatch, edge_2_a_target_set_anew_during_the_switch_gets_its_rows_back) {
  set("a", "first");
  ASSERT_TRUE(rig.until_rows({"first a/one=\"1\""}));
  set("b", "second");
  rig.remove("team", "first");
  ASSERT_TRUE(rig.until([&] { return rig.lines() != Lines{"first a/one=\"1\""}; }));
  set("a", "first");
  EXPECT_TRUE(rig.until_rows({"first a/one=\"1\"", "second b/two=\"2\""}));
}

TEST_F(CollectorWatch, rows_end_newest_whatever_changes_while_scopes_move) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  for (int round = 0; round < 20; ++round) {
    set(round % 2 == 0 ? "a, b" : "a");
    for (int i = 0; i < 5; ++i) {
      rig.put_map("a", "one", std::to_string(round * 10 + i));
      rig.run_for(3ms);
    }
  }
  set("a, b, c");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"194\"", "maps b/two=\"2\"", "maps c/three=\"3\""}));
}

TEST_F(CollectorWatch, edge_3_a_target_that_is_widened_has_the_rows_of_both) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  set("a, b");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\""}));
}

TEST_F(CollectorWatch, edge_4_two_registrations_at_once_converge_on_all_namespaces) {
  set("a", "first");
  set("b", "second");
  EXPECT_TRUE(rig.until_rows({"first a/one=\"1\"", "second b/two=\"2\""}));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_EQ(rig.cluster().open_watches(kMaps), 1U);
}

TEST_F(CollectorWatch, edge_5_a_target_on_a_live_watch_gets_rows_without_events) {
  set("a, b", "first");
  ASSERT_TRUE(rig.until_settled());
  const auto lists = rig.cluster().count("watchlist", kMaps);
  set("a, b", "second");
  EXPECT_TRUE(rig.until_rows(
      {"first a/one=\"1\"", "first b/two=\"2\"", "second a/one=\"1\"", "second b/two=\"2\""}));
  EXPECT_EQ(rig.cluster().count("watchlist", kMaps), lists) << "the watch goes on";
}

TEST_F(CollectorWatch, edge_6_a_corrected_namespace_brings_rows_without_changes) {
  set("nowhere");
  ASSERT_TRUE(rig.until_settled());
  EXPECT_TRUE(rig.lines().empty());
  set("a");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
}

TEST_F(CollectorWatch, edge_7_the_same_registration_again_costs_nothing) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  const auto requests = rig.cluster().count("list") + rig.cluster().count("watch");
  for (int i = 0; i < 3; ++i) set("a, b");
  rig.run_for(200ms);
  EXPECT_EQ(rig.cluster().count("list") + rig.cluster().count("watch"), requests);
  EXPECT_EQ(rig.collector().totals().replays, 0U);
}

TEST_F(CollectorWatch, edge_8_a_changed_namespace_set_is_one_replay) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  const auto lists = rig.cluster().count("list", kMaps);
  set("a, b, c");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\"", "maps b/two=\"2\"", "maps c/three=\"3\""}));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_EQ(rig.collector().totals().replays, 1U);
  EXPECT_LE(rig.cluster().count("list", kMaps) - lists, 3U);
}

TEST_F(CollectorWatch, edge_9_a_suspended_target_loses_its_rows) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.set(map_target("includedNamespaces: [a], suspend: true"));
  EXPECT_TRUE(rig.until_rows({}));
  ASSERT_TRUE(rig.until_settled());
  EXPECT_EQ(rig.report("team", "maps").reason, "Suspended");
}

TEST_F(CollectorWatch, edge_10_a_removed_target_leaves_its_sibling_alone) {
  set("a", "first");
  set("a", "second");
  ASSERT_TRUE(rig.until_rows({"first a/one=\"1\"", "second a/one=\"1\""}));
  rig.remove("team", "first");
  EXPECT_TRUE(rig.until_rows({"second a/one=\"1\""}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "first") == control::TargetReport{}; }));
}

TEST_F(CollectorWatch, edge_14_a_deletion_takes_the_row) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.erase_map("a", "one");
  EXPECT_TRUE(rig.until_rows({}));
}

TEST_F(CollectorWatch, edge_15_a_resync_counts_rows_that_stay) {
  auto options = quick_options();
  options.resync = 300ms;
  CollectRig other(options);
  other.put_namespace("team");
  other.put_map("team", "one", "1");
  other.set(map_profile() + map_target());
  ASSERT_TRUE(other.until_rows({"maps team/one=\"1\""}));
  EXPECT_EQ(other.metric("kollect_informer_resync_dispatches_total", {"", "v1", "configmaps"}), 0);
  EXPECT_TRUE(other.until([&] {
    return other.metric("kollect_informer_resync_dispatches_total", {"", "v1", "configmaps"}) > 0;
  }));
  EXPECT_EQ(other.lines(), Lines{"maps team/one=\"1\""});
}

TEST_F(CollectorWatch, a_lateral_move_takes_the_rows_along) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  set("b");
  EXPECT_TRUE(rig.until_rows({"maps b/two=\"2\""}));
  EXPECT_TRUE(rig.until([&] { return rig.cluster().open_watches(kMaps) == 1; }));
}

TEST_F(CollectorWatch, a_watch_without_targets_ends_after_its_grace) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.remove("team", "maps");
  rig.run_for(100ms);
  EXPECT_EQ(rig.cluster().open_watches(kMaps), 1U);
  EXPECT_TRUE(rig.until([&] { return rig.cluster().open_watches(kMaps) == 0; }));
}

TEST_F(CollectorWatch, a_change_of_the_profile_reaches_objects_that_do_not_change) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  rig.set(map_profile("team", "$.metadata.name") + map_target("includedNamespaces: [a, b]"));
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"one\"", "maps b/two=\"two\""}));
  EXPECT_EQ(rig.collector().totals().replays, 1U);
}

TEST_F(CollectorWatch,
       a_replay_that_fails_again_and_again_begins_anew_before_it_remembers_too_much) {
  auto options = quick_options();
  options.most_versions = 20;
  CollectRig other(options);
  for (const char* ns : {"team", "a"}) other.put_namespace(ns);
  other.put_map("a", "m100", "0");
  other.set(map_profile() + map_target());
  ASSERT_TRUE(other.until_settled());
  other.cluster().inject({.kind = sandbox::FaultKind::failed,
                          .verb = "list",
                          .resource = kMaps,
                          .times = -1,
                          .code = 503});
  other.set(map_profile("team", "$.metadata.name") + map_target());
  Lines wanted;
  for (int i = 100; i < 200; ++i) {
    const std::string name = "m" + std::to_string(i);
    other.put_map("a", name, "1");
    wanted.push_back("maps a/" + name + "=\"" + name + '"');
    other.run_for(2ms);
  }
  other.cluster().clear_faults();
  EXPECT_TRUE(other.until_rows(wanted));
  EXPECT_TRUE(other.until_settled());
  EXPECT_GT(other.collector().totals().replays, 2U);
}

TEST_F(CollectorWatch, edge_20_another_kind_in_the_profile_takes_the_old_rows_away) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.put("{apiVersion: v1, kind: Secret, metadata: {namespace: a, name: s}, type: Opaque}");
  rig.set(R"({apiVersion: kollect.dev/v1alpha1, kind: KollectProfile,
    metadata: {namespace: team, name: x}, spec: {targetGVK: {version: v1, kind: Secret},
    attributes: [{name: x, path: "$.type"}]}})");
  set("a");
  EXPECT_TRUE(rig.until_rows({"maps a/s=\"Opaque\""}));
}

TEST_F(CollectorWatch, deletions_while_nobody_watched_are_found) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  lose_the_watch();
  rig.erase_map("a", "one");
  find_it_forgotten();
  EXPECT_TRUE(rig.until_rows({"maps b/two=\"2\""}));
}

TEST_F(CollectorWatch, edge_18_an_object_recreated_unseen_has_one_row) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  lose_the_watch();
  rig.erase_map("a", "one");
  rig.put_map("a", "one", "again");
  find_it_forgotten();
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"again\"", "maps b/two=\"2\""}));
}

TEST_F(CollectorWatch, edge_16_a_kind_that_is_installed_later_becomes_live) {
  rig.set(kWidgetTarget);
  set("a");
  ASSERT_TRUE(rig.until_settled()) << "a kind that is absent settles, and holds nobody up";
  EXPECT_EQ(rig.lines(), Lines{"maps a/one=\"1\""});
  const auto report = rig.report("team", "widgets");
  EXPECT_EQ(report.reason, "InformerRegistrationFailed");
  EXPECT_THAT(report.message, ::testing::HasSubstr("example.org/v1/Widget"));
  install_widgets();
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"1\"", "widgets a/w=7"}));
  EXPECT_TRUE(rig.until([&] { return rig.report("team", "widgets").reason.empty(); }));
}

TEST_F(CollectorWatch, edge_17_a_kind_that_is_removed_takes_its_rows) {
  install_widgets();
  rig.set(kWidgetTarget);
  ASSERT_TRUE(rig.until_rows({"widgets a/w=7"}));
  ASSERT_TRUE(rig.cluster().erase({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"},
                                  {"", "widgets.example.org"}));
  EXPECT_TRUE(rig.until_rows({}));
  EXPECT_TRUE(
      rig.until([&] { return rig.report("team", "widgets").watch == WatchState::not_installed; }));
}

TEST_F(CollectorWatch, edge_17_a_404_that_discovery_does_not_confirm_takes_no_row) {
  install_widgets();
  rig.set(kWidgetTarget);
  ASSERT_TRUE(rig.until_rows({"widgets a/w=7"}));
  for (const char* verb : {"list", "watch"}) {
    rig.cluster().inject({.kind = sandbox::FaultKind::failed,
                          .verb = verb,
                          .resource = "widgets.example.org",
                          .times = -1,
                          .code = 404});
  }
  rig.cluster().drop_watches("widgets.example.org");
  EXPECT_TRUE(
      rig.until([&] { return rig.report("team", "widgets").watch == WatchState::retrying; }));
  EXPECT_EQ(rig.lines(), Lines{"widgets a/w=7"});
  rig.cluster().clear_faults();
  EXPECT_TRUE(
      rig.until([&] { return rig.report("team", "widgets").watch == WatchState::live; }, 20s));
  EXPECT_EQ(rig.lines(), Lines{"widgets a/w=7"});
}

TEST_F(CollectorWatch, metadata_alone_widens_to_whole_objects_without_a_gap) {
  rig.set(R"(---
{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {namespace: team, name: names},
 spec: {targetGVK: {version: v1, kind: ConfigMap}, attributes: [{name: x, path: "$.metadata.name"}]}}
---
{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {namespace: team, name: light},
 spec: {profileRef: names, includedNamespaces: [a, b]}}
)");
  ASSERT_TRUE(rig.until_rows({"light a/one=\"one\"", "light b/two=\"two\""}));
  rig.cluster().inject({.kind = sandbox::FaultKind::failed,
                        .verb = "watch",
                        .resource = kMaps,
                        .times = 2,
                        .code = 503});
  set("a, b", "whole");
  rig.run_for(300ms);
  rig.put_map("a", "one", "new");
  EXPECT_TRUE(rig.until_rows(
      {"light a/one=\"one\"", "light b/two=\"two\"", "whole a/one=\"new\"", "whole b/two=\"2\""}));
  EXPECT_TRUE(rig.until([&] { return rig.cluster().open_watches(kMaps) == 1; }));
}

// As behind a gateway that refuses what the API server would allow.
TEST_F(CollectorWatch, a_refusal_that_reviews_deny_is_not_hammered) {
  CollectRig other;
  for (const char* ns : {"team", "a", "b"}) other.put_namespace(ns);
  for (const char* verb : {"list", "watch"})
    other.cluster().inject({.kind = sandbox::FaultKind::failed,
                            .verb = verb,
                            .resource = kMaps,
                            .times = -1,
                            .code = 403});
  other.set(map_profile() + map_target("includedNamespaces: [a, b]"));
  other.run_for(2s);
  const auto& cluster = other.cluster();
  EXPECT_LT(cluster.count("list", kMaps) + cluster.count("watchlist", kMaps), 20U);
  EXPECT_LT(cluster.count("create", "selfsubjectaccessreviews"), 60U);
}

TEST_F(CollectorWatch, an_outage_keeps_the_rows) {
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
  rig.cluster().inject({.kind = sandbox::FaultKind::failed, .times = -1, .code = 503});
  rig.cluster().drop_watches();
  rig.run_for(1500ms);
  EXPECT_EQ(rig.lines(), Lines{"maps a/one=\"1\""});
  rig.cluster().clear_faults();
  rig.put_map("a", "one", "after");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"after\""}));
}

TEST_F(CollectorWatch, one_broken_object_or_line_does_not_stop_the_rest) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  rig.cluster().inject({.kind = sandbox::FaultKind::garbage, .verb = "watch", .resource = kMaps});
  rig.cluster().inject({.kind = sandbox::FaultKind::half_line, .verb = "watch", .resource = kMaps});
  rig.cluster().inject(
      {.kind = sandbox::FaultKind::error_frame, .verb = "watch", .resource = kMaps});
  rig.put_map("a", "one", "after");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"after\"", "maps b/two=\"2\""}));
  rig.put_map("b", "two", "later");
  EXPECT_TRUE(rig.until_rows({"maps a/one=\"after\"", "maps b/two=\"later\""}));
  EXPECT_GT(rig.collector().totals().unreadable, 0U);
}

TEST_F(CollectorWatch, objects_are_counted_as_they_come_and_go) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  const std::vector<std::string> labels{"", "v1", "configmaps"};
  EXPECT_EQ(rig.metric("kollect_informer_objects", labels), 3);
  rig.put_map("c", "four", "4");
  EXPECT_TRUE(rig.until([&] { return rig.metric("kollect_informer_objects", labels) == 4; }));
  rig.erase_map("c", "four");
  EXPECT_TRUE(rig.until([&] { return rig.metric("kollect_informer_objects", labels) == 3; }));
}

TEST_F(CollectorWatch, edge_11_nothing_is_dropped_while_nobody_reads) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  Lines wanted{"maps a/one=\"1\""};
  for (int i = 0; i < 1500; ++i) {
    const std::string name = "m" + std::to_string(100 + i % 50);
    rig.put_map("b", name, std::to_string(i));
    if (i >= 1450) wanted.push_back("maps b/" + name + "=\"" + std::to_string(i) + '"');
  }
  wanted.push_back("maps b/two=\"2\"");
  std::ranges::sort(wanted);
  const uint64_t before = rig.collector().totals().events;
  EXPECT_TRUE(rig.until_rows(wanted));
  EXPECT_EQ(rig.collector().totals().events - before, 1500U) << "none is merged or lost";
  EXPECT_EQ(rig.metric("kollect_collect_dispatch_queue_depth"), 0);
}

TEST_F(CollectorWatch, edge_11_a_read_that_processing_holds_up_counts_as_backpressure) {
  std::string slow = "object.data.x.matches('(a|b)+c')";
  for (const char* each : {"m", "n"})
    slow = std::string("[1,2,3,4,5,6,7,8].exists(") + each + ", " + slow + ")";
  std::string attributes;
  for (int i = 0; i < 20; ++i)
    attributes += "{name: x" + std::to_string(i) + ", path: \"cel:" + slow + "\"}, ";
  rig.set(R"({apiVersion: kollect.dev/v1alpha1, kind: KollectProfile,
    metadata: {namespace: team, name: x}, spec: {targetGVK: {version: v1, kind: ConfigMap},
    attributes: [)" +
          attributes + "]}}");
  rig.put_map("a", "one", std::string(200'000, 'a'));
  set("a");
  ASSERT_TRUE(rig.until_rows({"maps a/one=false"}));
  EXPECT_EQ(rig.metric("kollect_collect_dispatch_backpressure_total"), 1);
}

TEST_F(CollectorWatch, edge_12_what_waited_comes_in_order_and_only_to_who_reads) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  for (int i = 0; i < 500; ++i) rig.put_map("a", "one", std::to_string(1000 + i));
  EXPECT_EQ(rig.lines().front(), "maps a/one=\"1\"") << "nothing is done for who does not read";
  std::string last = rig.lines().front();
  ASSERT_TRUE(rig.until([&] {
    const std::string now = rig.lines().front();
    EXPECT_LE(std::pair(last.size(), last), std::pair(now.size(), now)) << "order per object";
    last = now;
    return now == "maps a/one=\"1499\"";
  }));
}

TEST_F(CollectorWatch, edge_19_an_update_and_a_deletion_at_once_never_leave_a_row) {
  set("a, b");
  ASSERT_TRUE(rig.until_settled());
  for (int i = 0; i < 50; ++i) {
    rig.put_map("a", "brief", std::to_string(i));
    rig.put_map("a", "brief", "again");
    rig.erase_map("a", "brief");
  }
  rig.put_map("a", "last", "x");
  EXPECT_TRUE(rig.until_rows({"maps a/last=\"x\"", "maps a/one=\"1\"", "maps b/two=\"2\""}));
}

TEST_F(CollectorWatch, edge_13_it_stops_within_two_seconds_whatever_is_under_way) {
  rig.cluster().inject({.kind = sandbox::FaultKind::stall, .times = -1});
  auto other = std::make_unique<CollectRig>();
  other->cluster().inject({.kind = sandbox::FaultKind::stall, .times = -1});
  other->set(map_profile() + map_target());
  other->run_for(100ms);
  const auto begun = Steady::now();
  other.reset();
  EXPECT_LT(Steady::now() - begun, 2s);
}

}  // namespace
}  // namespace kollect::testing
