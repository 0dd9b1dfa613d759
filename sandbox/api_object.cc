// What is done to one object.
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

Outcome<ObjectPtr> patch(Cluster& cluster, const Call& call, const Value& change) {
  std::string_view type = call.header("Content-Type");
  type = type.substr(0, type.find(';'));
  const bool is_strategic = type == "application/strategic-merge-patch+json";
  if (type == "application/apply-patch+yaml") {
    return cluster.change([&](ClusterState& state) {
      return state.apply(call.write(), call.option("fieldManager"), change);
    });
  }
  if (type != "application/merge-patch+json" && (!is_strategic || call.kind->is_custom)) {
    return Failure{415, "UnsupportedMediaType",
                   "kollect-sandbox takes merge patches, apply patches and, of built-in kinds, "
                   "strategic merge patches"};
  }
  return cluster.change([&](ClusterState& state) {
    return state.update(call.write(), [&](const Value& current, Arena& arena) {
      return Outcome(is_strategic ? strategic_merge(arena, current, change)
                                  : merge_patch(arena, current, change));
    });
  });
}

}  // namespace

Outcome<ObjectPtr> outcome_of(Cluster& cluster, const Call& call) {
  if (call.verb == "get") {
    const ObjectPtr found = cluster.read([&](const ClusterState& state) {
      return state.store.find(call.kind->resource(), call.key);
    });
    if (!found) return not_found(*call.kind, call.key.name);
    return found;
  }
  if (!call.option("dryRun").empty()) return bad_request("kollect-sandbox knows no dry run");
  if (call.verb == "delete") {
    return cluster.change([&](ClusterState& state) { return state.erase(call.kind, call.key); });
  }
  Arena arena;
  const auto body = body_of(call, arena);
  if (!body) return body.failure();
  if (call.verb == "patch") return patch(cluster, call, *body);
  return cluster.change([&](ClusterState& state) {
    if (call.verb == "create") return state.create(call.write(), *body);
    return state.update(call.write(), [&](const Value&, Arena&) { return body; });
  });
}

}  // namespace kollect::sandbox
