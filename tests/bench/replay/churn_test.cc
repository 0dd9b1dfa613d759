#include "bench/replay/churn.h"

namespace kollect::bench {
namespace {

constexpr CorpusShape kShape{
    .pods = 40, .deployments = 10, .configmaps = 10, .namespaces = 2, .new_namespace_objects = 6};

struct Counted {
  uint64_t added = 0;
  uint64_t modified = 0;
  uint64_t deleted = 0;
};

Counted events_after(const Cluster& cluster, uint64_t version) {
  Counted out;
  while (version < cluster.version()) {
    const Event* event = cluster.event(++version);
    EXPECT_EQ(event->object.resource_version, version);
    ++(event->change == Change::added      ? out.added
       : event->change == Change::modified ? out.modified
                                           : out.deleted);
  }
  return out;
}

Counted churned(Cluster& cluster, const Script& script) {
  const uint64_t before = cluster.version();
  Churn churn(cluster, 1);
  EXPECT_TRUE(churn.start(script, 0).has_value());
  churn.advance(0);
  EXPECT_FALSE(churn.is_running());
  return events_after(cluster, before);
}

TEST(Churn, a_rollout_replaces_the_pods_of_a_deployment) {
  Cluster cluster(kShape);
  const Counted events = churned(cluster, {"rollout", 0, 1});
  EXPECT_EQ(events.deleted, 4U);
  EXPECT_EQ(events.added, 4U);
  EXPECT_EQ(events.modified, 2U);
  EXPECT_EQ(cluster.live_count(Resource::pods), 40U);
}

TEST(Churn, a_delete_storm_only_deletes) {
  Cluster cluster(kShape);
  EXPECT_EQ(churned(cluster, {"delete-storm", 0, 15}).deleted, 15U);
  EXPECT_EQ(cluster.live_count(Resource::pods), 25U);
}

TEST(Churn, an_explosion_adds_namespaces_with_their_objects) {
  Cluster cluster(kShape);
  const Counted events = churned(cluster, {"namespace-explosion", 0, 3});
  EXPECT_EQ(events.added, cluster.live_count(Resource::namespaces) - 2 +
                              cluster.live_count(Resource::pods) - 40 +
                              cluster.live_count(Resource::configmaps) - 10);
  EXPECT_EQ(cluster.live_count(Resource::namespaces), 5U);
  EXPECT_EQ(cluster.live_count(Resource::pods), 40U + 3 * 6);
}

TEST(Churn, scaling_down_and_up_again_ends_where_it_began) {
  Cluster cluster({.pods = 3, .deployments = 1, .namespaces = 1});
  EXPECT_EQ(churned(cluster, {"scale", 0, 1}).deleted, 1U);
  EXPECT_EQ(churned(cluster, {"scale", 0, 1}).added, 1U);
  EXPECT_EQ(cluster.live_count(Resource::pods), 3U);
}

TEST(Churn, a_rate_spreads_the_steps_over_time) {
  Cluster cluster(kShape);
  Churn churn(cluster, 1);
  const uint64_t before = cluster.version();
  ASSERT_TRUE(churn.start({"heartbeat", 100, 0}, 5.0).has_value());
  churn.advance(5.25);
  EXPECT_EQ(cluster.version() - before, 25U);
  churn.advance(6.0);
  EXPECT_EQ(cluster.version() - before, 100U);
  EXPECT_TRUE(churn.is_running());
}

TEST(Churn, a_script_is_read_as_name_rate_and_steps) {
  const auto script = parse_script("rollout,2.5,40");
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(script->name, "rollout");
  EXPECT_EQ(script->rate, 2.5);
  EXPECT_EQ(script->steps, 40U);
  EXPECT_FALSE(parse_script("rollout,fast").has_value());
  EXPECT_FALSE(parse_script("rollout,1,2,3").has_value());
}

TEST(Cluster, the_dead_are_not_modified) {
  Cluster cluster(kShape);
  cluster.erase(Resource::pods, 3);
  const uint64_t version = cluster.version();
  cluster.modify(Resource::pods, 3, {});
  cluster.erase(Resource::pods, 3);
  EXPECT_EQ(cluster.version(), version);
  EXPECT_FALSE(cluster.live(Resource::pods, 3).has_value());
}

}  // namespace
}  // namespace kollect::bench
