// What is done to one object, and what reviews answer.
#include <fmt/format.h>

#include "base/json_write.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

Outcome<ObjectPtr> patch(const Call& call, const Value& change) {
  std::string_view type = call.header("Content-Type");
  type = type.substr(0, type.find(';'));
  const bool is_strategic = type == "application/strategic-merge-patch+json";
  if (type == "application/apply-patch+yaml") {
    return call.cluster.change([&](ClusterState& state) {
      return state.apply(call.write(), call.option("fieldManager"), change);
    });
  }
  if (type != "application/merge-patch+json" && (!is_strategic || call.kind->is_custom)) {
    return Failure{415, "UnsupportedMediaType",
                   "kollect-sandbox takes merge patches, apply patches and, of built-in kinds, "
                   "strategic merge patches"};
  }
  return call.cluster.change([&](ClusterState& state) {
    return state.update(call.write(), [&](const Value& current, Arena& arena) {
      return is_strategic ? strategic_merge(arena, current, change)
                          : merge_patch(arena, current, change);
    });
  });
}

std::string access_status(const ClusterState& state, const std::string& user, const Value& spec) {
  const Value asked = value_at(spec, {"resourceAttributes"});
  std::string resource(asked.text("resource"));
  for (const auto& [key, mark] : {std::pair("group", '.'), std::pair("subresource", '/')})
    if (!asked.text(key).empty()) resource += mark + std::string(asked.text(key));
  const bool allowed = state.allows(
      {user, std::string(asked.text("verb")), resource, std::string(asked.text("namespace"))});
  return fmt::format(R"({{"allowed":{},"reason":"{}"}})", allowed,
                     allowed ? "" : "a rule of kollect-sandbox denies it");
}

std::string token_status(const Value& spec) {
  const std::string user = user_of(spec.text("token"));
  if (user.empty()) return R"({"authenticated":false,"error":"invalid bearer token"})";
  return fmt::format(R"({{"authenticated":true,"user":{{"username":{},)"
                     R"("groups":["system:authenticated"]}}}})",
                     quoted(user));
}

}  // namespace

Outcome<ObjectPtr> outcome_of(const Call& call) {
  if (call.verb == "get") {
    const ObjectPtr found = call.cluster.read([&](const ClusterState& state) {
      return state.store.find(call.kind->resource(), call.key);
    });
    if (!found) return not_found(*call.kind, call.key.name);
    return found;
  }
  // A delete says so in its body.
  const bool is_dry = call.verb == "delete" && call.http.body.find("dryRun") != std::string::npos;
  if (is_dry || !call.option("dryRun").empty())
    return bad_request("kollect-sandbox knows no dry run");
  if (call.verb == "delete") {
    return call.cluster.change(
        [&](ClusterState& state) { return state.erase(call.kind, call.key); });
  }
  Arena arena;
  const auto body = body_of(call, arena);
  if (!body) return body.failure();
  if (call.verb == "patch") return patch(call, *body);
  return call.cluster.change([&](ClusterState& state) {
    if (call.verb == "create") return state.create(call.write(), *body);
    return state.update(call.write(), [&](const Value&, Arena&) { return body; });
  });
}

net::Reply review(const Call& call) {
  Arena arena;
  const auto body = body_of(call, arena);
  if (!body) return refusal(body.failure());
  const Value spec = value_at(*body, {"spec"});
  const std::string status = call.cluster.read([&](const ClusterState& state) {
    if (call.kind->name == "TokenReview") return token_status(spec);
    const bool is_self = call.kind->name == "SelfSubjectAccessReview";
    return access_status(state, is_self ? call.user : std::string(spec.text("user")), spec);
  });
  const Value answer = patched(arena, *body, fmt::format(R"({{"status":{}}})", status));
  return reply_with(201, json::to_text(answer) + '\n');
}

}  // namespace kollect::sandbox
