// The hazards of the contract (7.3) that admission has to avoid, by their numbers. Each shows the
// two sides of its rule.
#include "api/testing/rule_table.h"

namespace kollect::api {
namespace {

const Subject kTarget{kind_of<Target>(), "{profileRef: deployments, includedNamespaces: [team-a]}"};
const Subject kGit{kind_of<SnapshotSink>(),
                   "{type: git, endpoint: 'https://git.example.com/a.git'}"};
const Subject kClusterInventory{kind_of<ClusterInventory>(),
                                "{namespaceSelector: {matchLabels: {a: b}}}"};
const Subject kSecretProfile{kind_of<Profile>(), "{targetGVK: {version: v1, kind: Secret}}"};

bool is_admitted(const Subject& subject, const char* spec, const RuleWorld& world,
                 const char* metadata = "{}", Operation operation = Operation::create) {
  return review_case(subject, spec, metadata, world, operation).findings.ok();
}

TEST(Hazard, h1_a_target_whose_scope_forbids_it_can_still_lose_its_finalizer) {
  RuleWorld world;
  world.cluster.scopes["team-a"] = scope_from("{deniedNamespaces: [team-a]}");
  EXPECT_FALSE(is_admitted(kTarget, "{}", world, "{}", Operation::update));
  EXPECT_TRUE(is_admitted(kTarget, "{}", world, "{deletionTimestamp: '2026-01-01T00:00:00Z'}",
                          Operation::update));
}

TEST(Hazard, h2_reads_of_secret_data_that_text_does_not_show_are_refused) {
  RuleWorld world;
  world.expressions.reads_secret_data = {"object", "{..x}", "object[['da', 'ta'].join()]"};
  const char* hidden[] = {"{attributes: [{name: a, path: 'cel:object'}]}",
                          "{attributes: [{name: a, path: '{..x}'}]}",
                          "{attributes: [{name: a, path: \"cel:object[['da', 'ta'].join()]\"}]}"};
  for (const char* spec : hidden) EXPECT_FALSE(is_admitted(kSecretProfile, spec, world)) << spec;
  EXPECT_TRUE(is_admitted(kSecretProfile, "{attributes: [{name: a, path: '{.type}'}]}", world));
}

TEST(Hazard, h6_a_secret_of_another_namespace_needs_consent) {
  RuleWorld world;
  const char* spec = "{secretRef: {name: a, namespace: vault}}";
  EXPECT_FALSE(is_admitted(kGit, spec, world));
  world.cluster.one_cluster_scope = cluster_scope_from("{allowedStaticRefNamespaces: [vault]}");
  EXPECT_TRUE(is_admitted(kGit, spec, world));
}

TEST(Hazard, h16_an_scp_endpoint_is_read_as_ssh_and_guarded) {
  const RuleWorld world;
  EXPECT_TRUE(is_admitted(kGit, "{endpoint: 'git@git.example.com:a/b.git'}", world));
  EXPECT_FALSE(is_admitted(kGit, "{endpoint: 'git@[::1]:a/b.git'}", world));
  EXPECT_FALSE(is_admitted(kGit, "{endpoint: 'git@10.0.0.1:a/b.git'}", world));
}

TEST(Hazard, h19_the_floor_of_a_cluster_scope_holds_for_cluster_inventories) {
  RuleWorld world;
  EXPECT_TRUE(is_admitted(kClusterInventory, "{}", world));
  world.cluster.one_cluster_scope = cluster_scope_from("{minExportInterval: 31s}");
  EXPECT_FALSE(is_admitted(kClusterInventory, "{}", world));
}

TEST(Hazard, h22_a_git_sink_needs_no_block) {
  const RuleWorld world;
  EXPECT_TRUE(is_admitted(kGit, "{git: null}", world));
  EXPECT_TRUE(is_admitted(kGit, "{git: {}}", world));
}

}  // namespace
}  // namespace kollect::api
