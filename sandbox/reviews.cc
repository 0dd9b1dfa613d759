#include <fmt/format.h>

#include "base/json_write.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

std::string access_status(const ClusterState& state, const std::string& user, const Value& spec) {
  const Value* asked = spec.find("resourceAttributes");
  bool allowed = !user.empty();
  if (asked != nullptr) {
    std::string resource(asked->text("resource"));
    for (const auto& [key, mark] : {std::pair("group", '.'), std::pair("subresource", '/')})
      if (!asked->text(key).empty()) resource += mark + std::string(asked->text(key));
    allowed = state.access.allows(
        {user, std::string(asked->text("verb")), resource, std::string(asked->text("namespace"))});
  }
  return fmt::format(R"({{"allowed":{},"reason":"{}"}})", allowed,
                     allowed ? "" : "a rule of kollect-sandbox denies it");
}

std::string token_status(const ClusterState& state, const Value& spec) {
  const std::string user = state.access.user(spec.text("token"));
  if (user.empty()) return R"({"authenticated":false,"error":"invalid bearer token"})";
  return fmt::format(R"({{"authenticated":true,"user":{{"username":{},)"
                     R"("groups":["system:authenticated"]}}}})",
                     quoted(user));
}

}  // namespace

net::Reply review(Cluster& cluster, const Call& call) {
  Arena arena;
  const auto body = body_of(call, arena);
  if (!body) return refusal(body.failure());
  const Value* given = (*body).find("spec");
  const Value spec = given != nullptr ? *given : Value::object({});
  const std::string status = cluster.read([&](const ClusterState& state) {
    if (call.kind->name == "TokenReview") return token_status(state, spec);
    const bool is_self = call.kind->name == "SelfSubjectAccessReview";
    return access_status(state, is_self ? call.user : std::string(spec.text("user")), spec);
  });
  const Value answer = patched(arena, *body, fmt::format(R"({{"status":{}}})", status));
  return reply_with(201, json::to_text(answer) + '\n');
}

}  // namespace kollect::sandbox
