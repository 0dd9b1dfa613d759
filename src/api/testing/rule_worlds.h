// The kinds' sound specs, and the arrangements of the world that rule tables share.
#pragma once

#include "api/testing/rule_table.h"

namespace kollect::api {

inline const Subject kSoundProfile{
    kind_of<Profile>(),
    "{targetGVK: {group: apps, version: v1, kind: Deployment},"
    " attributes: [{name: a, path: '{.a}'}, {name: b, path: '{.b}'}]}"};
inline const Subject kSoundTarget{kind_of<Target>(),
                                  "{profileRef: deployments, includedNamespaces: [team-a]}"};
inline const Subject kSoundInventory{kind_of<Inventory>(), "{snapshotSinkRefs: [{name: git}]}"};
inline const Subject kSoundGit{
    kind_of<SnapshotSink>(),
    "{type: git, endpoint: 'https://git.example.com/a.git', serialization: {format: json}}"};
inline const Subject kSoundS3{kind_of<SnapshotSink>(),
                              "{type: s3, endpoint: 's3://bucket/prefix'}"};
inline const Subject kSoundPostgres{
    kind_of<DatabaseSink>(),
    "{type: postgres, postgres: {databaseRef: {name: dsn}, table: items}}"};
inline const Subject kSoundKafka{
    kind_of<EventSink>(), "{type: kafka, kafka: {brokers: ['kafka.example.com:9093'], topic: t}}"};
inline const Subject kSoundNats{
    kind_of<EventSink>(), "{type: nats, nats: {url: 'tls://nats.example.com:4222', subject: s}}"};
inline const Subject kSoundScope{kind_of<Scope>(),
                                 "{allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}"};
inline const Subject kSoundClusterScope{kind_of<ClusterScope>(),
                                        "{allowedStaticRefNamespaces: [kollect-system]}"};
inline const Subject kSoundProbe{kind_of<ConnectionTest>(), "{sinkRef: {snapshotSinkRef: git}}"};
inline const Subject kSoundClusterTarget{
    kind_of<ClusterTarget>(),
    "{profileRef: {name: deployments, namespace: kollect-system},"
    " namespaceSelector: {matchLabels: {a: b}}}"};
inline const Subject kSoundClusterInventory{
    kind_of<ClusterInventory>(),
    "{namespaceSelector: {matchLabels: {a: b}}, snapshotSinkRefs: [{name: git}]}"};

// Look-ups that fail.
inline void with_failing_scopes(RuleWorld& world) { world.cluster.scopes_fail = true; }
inline void with_failing_cluster_scope(RuleWorld& world) {
  world.cluster.cluster_scope_fails = true;
}
inline void with_failing_profiles(RuleWorld& world) { world.cluster.profiles_fail = true; }

// Flags of the operator.
inline void with_tenant_mode(RuleWorld& world) { world.policy.tenant_mode = true; }
inline void with_private_sinks(RuleWorld& world) { world.policy.endpoints.allow_private = true; }
inline void with_loopback_sinks(RuleWorld& world) { world.policy.endpoints.allow_loopback = true; }
inline void with_default_list(RuleWorld& world) {
  world.policy.default_included_namespaces = {"team-a"};
}

// The scope of team-a, and of others.
inline void with_scope(RuleWorld& world, const char* spec, const char* namespace_name = "team-a") {
  world.cluster.scopes[namespace_name] = scope_from(spec);
}
inline void with_floor(RuleWorld& world) { with_scope(world, "{minExportInterval: 1m}"); }
inline void with_low_floor(RuleWorld& world) { with_scope(world, "{minExportInterval: 20s}"); }
inline void with_allow_list(RuleWorld& world) {
  with_scope(world, "{snapshotSinkRefs: [git], eventSinkRefs: [bus]}");
}
inline void with_kinds(RuleWorld& world) {
  with_scope(world, "{allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}");
}
inline void with_denied(RuleWorld& world) {
  with_scope(world, "{deniedNamespaces: [kube-system], allowedNamespaces: [kube-system]}");
}
inline void with_allowed(RuleWorld& world) { with_scope(world, "{allowedNamespaces: [team-a]}"); }
inline void with_floor_of_the_sink_namespace(RuleWorld& world) {
  with_scope(world, "{minExportInterval: 1m}", "kollect-system");
}
inline void with_floor_of_another_sink_namespace(RuleWorld& world) {
  with_scope(world, "{minExportInterval: 1m}", "sinks");
}

// The cluster scope.
inline void with_cluster_scope(RuleWorld& world, const char* spec) {
  world.cluster.one_cluster_scope = cluster_scope_from(spec);
}
inline void with_open_cluster_scope(RuleWorld& world) { with_cluster_scope(world, "{}"); }
inline void with_vault(RuleWorld& world) {
  with_cluster_scope(world, "{allowedStaticRefNamespaces: [vault]}");
}
inline void with_vault_in_tenant_mode(RuleWorld& world) {
  with_vault(world);
  with_tenant_mode(world);
}
inline void with_static_namespaces(RuleWorld& world) {
  with_cluster_scope(world, "{allowedStaticRefNamespaces: [kollect-system]}");
}
inline void with_cluster_kinds(RuleWorld& world) {
  with_cluster_scope(world, "{allowedGVKs: [{group: apps, version: v1, kind: Deployment}]}");
}
inline void with_namespaces(RuleWorld& world) {
  with_cluster_scope(world, "{allowedNamespaces: [team-a, team-b], deniedNamespaces: [team-b]}");
}
inline void with_cluster_floor(RuleWorld& world) {
  with_cluster_scope(world, "{minExportInterval: 1m}");
}
inline void with_sink_lists(RuleWorld& world) {
  with_cluster_scope(world, "{snapshotSinkRefs: [s3], databaseSinkRefs: [pg]}");
}

// Profiles, namespaced and of the cluster's targets.
inline void with_profile(RuleWorld& world) {
  world.cluster.profiles["team-a/deployments"] =
      profile_from("{targetGVK: {group: apps, version: v1, kind: Deployment}}", "deployments");
}
inline void with_kinds_and_pod_profile(RuleWorld& world) {
  with_kinds(world);
  world.cluster.profiles["team-a/deployments"] =
      profile_from("{targetGVK: {version: v1, kind: Pod}}", "deployments");
}
inline void with_pod_profile_of_the_cluster(RuleWorld& world) {
  world.cluster.profiles["kollect-system/deployments"] =
      profile_from("{targetGVK: {version: v1, kind: Pod}}", "deployments");
}
inline void with_cluster_kinds_and_pod_profile(RuleWorld& world) {
  with_cluster_kinds(world);
  with_pod_profile_of_the_cluster(world);
}

// What the fake compilers say of some expressions.
inline void with_expressions(RuleWorld& world) {
  world.expressions.broken["object.("] = "1:8: unexpected (";
  world.expressions.broken["{.a"] = "unclosed brace";
  world.expressions.broken["jsonpath:$["] = "unclosed bracket";
  for (const char* text :
       {"object", "object['da' + 'ta']", "{$['d'+'ata']}", "{..x}", "jsonpath:$..*"}) {
    world.expressions.reads_secret_data.insert(text);
  }
}

}  // namespace kollect::api
