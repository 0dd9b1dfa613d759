#include <algorithm>
#include <vector>

#include "base/json_write.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

constexpr ReviewKind kReviews[] = {
    {"authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews"},
    {"authentication.k8s.io", "TokenReview", "tokenreviews"},
    {"authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews", true},
    {"authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews"},
    {"authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews"},
    {"authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews"},
};

constexpr std::string_view kVerbs[] = {"create", "delete", "deletecollection", "get",
                                       "list",   "patch",  "update",           "watch"};

Value user_value(Arena& arena, const std::string& user) {
  const Value groups[] = {text_of("system:authenticated")};
  return object_of(arena, {{"username", arena.string(user)}, {"groups", arena.array(groups)}});
}

std::string resource_of(const Value& attributes) {
  std::string resource(attributes.text("resource"));
  const std::string_view group = attributes.text("group");
  const std::string_view part = attributes.text("subresource");
  if (!group.empty() && group != "*") resource += '.' + std::string(group);
  return part.empty() ? resource : resource + '/' + std::string(part);
}

Value access_status(Arena& arena, Cluster& cluster, const std::string& user, const Value& spec) {
  const Value* attributes = spec.find("resourceAttributes");
  bool allowed = !user.empty();
  if (attributes != nullptr) {
    const Action action{std::string(attributes->text("verb")), resource_of(*attributes),
                        std::string(attributes->text("namespace"))};
    allowed =
        cluster.with_access([&](const Access& access) { return access.allows(user, action); });
  }
  return object_of(arena,
                   {{"allowed", Value::boolean(allowed)},
                    {"reason", text_of(allowed ? "" : "a rule of kollect-sandbox denies it")}});
}

// What the user may do with each resource, one rule per resource.
Value rules_status(Arena& arena, Cluster& cluster, const Call& call, const Value& spec) {
  std::vector<Value> rules;
  for (const auto& [gvr, kind] : cluster.kinds()) {
    std::vector<Value> verbs;
    for (const std::string_view verb : kVerbs) {
      const Action action{std::string(verb), kind->resource(), std::string(spec.text("namespace"))};
      const bool allowed = cluster.with_access(
          [&](const Access& access) { return access.allows(call.user, action); });
      if (allowed) verbs.push_back(text_of(verb));
    }
    const Value group = arena.string(gvr.group);
    const Value resource = arena.string(gvr.resource);
    if (verbs.empty()) continue;
    rules.push_back(object_of(arena, {{"verbs", arena.array(verbs)},
                                      {"apiGroups", arena.array({&group, 1})},
                                      {"resources", arena.array({&resource, 1})}}));
  }
  return object_of(arena, {{"resourceRules", arena.array(rules)},
                           {"nonResourceRules", arena.array({})},
                           {"incomplete", Value::boolean(false)}});
}

Value token_status(Arena& arena, Cluster& cluster, const Value& spec) {
  const std::string user =
      cluster.with_access([&](const Access& access) { return access.user(spec.text("token")); });
  if (user.empty()) {
    return object_of(arena, {{"authenticated", Value::boolean(false)},
                             {"error", text_of("invalid bearer token")}});
  }
  return object_of(arena,
                   {{"authenticated", Value::boolean(true)}, {"user", user_value(arena, user)}});
}

}  // namespace

std::span<const ReviewKind> review_kinds() { return kReviews; }

bool review(Cluster& cluster, const Call& call, std::string_view plural, net::Reply& reply) {
  const auto row = std::ranges::find(kReviews, plural, &ReviewKind::plural);
  if (row == std::end(kReviews) || call.path[1] != row->group) return false;
  cluster.count("create " + std::string(plural));
  Arena arena;
  const auto read = body_of(call, arena);
  if (const Failure* failure = failure_of(read)) {
    reply = refusal(*failure);
    return true;
  }
  const Value& body = std::get<Value>(read);
  const Value* given = body.find("spec");
  const Value spec = given != nullptr ? *given : Value::object({});
  Value status;
  if (plural == "tokenreviews") {
    status = token_status(arena, cluster, spec);
  } else if (plural == "selfsubjectreviews") {
    status = object_of(arena, {{"userInfo", user_value(arena, call.user)}});
  } else if (plural == "selfsubjectrulesreviews") {
    status = rules_status(arena, cluster, call, spec);
  } else {
    const bool is_self = plural == "selfsubjectaccessreviews";
    status =
        access_status(arena, cluster, is_self ? call.user : std::string(spec.text("user")), spec);
  }
  Value answer = with(arena, body, "status", status);
  answer = with(arena, answer, "kind", text_of(row->kind));
  answer = with(arena, answer, "apiVersion", arena.string(std::string(row->group) + "/v1"));
  reply = reply_with(201, json::to_text(answer) + '\n');
  return true;
}

}  // namespace kollect::sandbox
