#include "serve/access.h"

#include "api/scalar.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_write.h"
#include "base/redact.h"
#include "base/text.h"
#include "kube/access_reviews.h"

namespace kollect::serve {

namespace {

using json::Value;
using Members = std::vector<json::Member>;

constexpr size_t kMostRemembered = 1024;
constexpr std::chrono::seconds kReviewTimeout{10};

std::vector<std::string> texts_of(const Value* list) {
  std::vector<std::string> out;
  if (list == nullptr || !list->is_array()) return out;
  for (const Value& item : list->items())
    if (item.is_string()) out.emplace_back(item.as_string());
  return out;
}

Value array_of(const std::vector<std::string>& texts, json::Arena& arena) {
  std::vector<Value> values;
  for (const std::string& text : texts) values.push_back(Value::string(text));
  return arena.array(values);
}

Caller caller_from(const Value& user) {
  Caller caller{.user = std::string(user.text("username")),
                .uid = std::string(user.text("uid")),
                .groups = texts_of(user.find("groups"))};
  const Value* extra = user.find("extra");
  if (extra == nullptr || !extra->is_object()) return caller;
  for (const json::Member& member : extra->members())
    caller.extra.emplace_back(std::string(member.key), texts_of(&member.value));
  return caller;
}

// The API server's answer, or why there is none.
Result<std::string> ask(const kube::KubeClient& client, const kube::Request& request,
                        const std::stop_token& stop) {
  const auto answer = client.send(request, Steady::now() + kReviewTimeout, stop);
  if (!answer) return answer.error();
  if (!answer->outcome) return answer->outcome.error();
  return answer->body;
}

// The token of `Authorization: Bearer ...`; empty when there is none.
std::string bearer_token(const net::Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view field = request.headers.find("Authorization").value_or("");
  if (api::lower(field.substr(0, kScheme.size())) != kScheme) return "";
  return std::string(trimmed(field.substr(kScheme.size())));
}

}  // namespace

kube::Request token_review(const std::string& token) {
  json::Arena arena;
  const Value spec = arena.object(Members{{"token", Value::string(token)}});
  const Value review =
      arena.object(Members{{"apiVersion", Value::string("authentication.k8s.io/v1")},
                           {"kind", Value::string("TokenReview")},
                           {"spec", spec}});
  return kube::create({.resource = {"authentication.k8s.io", "v1", "tokenreviews"}},
                      json::to_text(review));
}

Result<std::optional<Caller>> read_token_review(std::string_view answer) {
  const auto document = json::Document::parse(answer);
  if (!document) return unavailable("token review: " + document.error().message);
  const Value* status = document->root().find("status");
  if (status == nullptr || !status->is_object())
    return unavailable("token review: the answer holds no decision");
  const Value* authenticated = status->find("authenticated");
  const bool is_somebody = authenticated != nullptr &&
                           authenticated->kind() == json::Kind::boolean && authenticated->as_bool();
  const Value* user = status->find("user");
  if (is_somebody && user != nullptr && user->is_object())
    return std::optional<Caller>(caller_from(*user));
  return std::optional<Caller>();
}

kube::Request access_review(const Caller& caller, const PathAccess& access) {
  json::Arena arena;
  Members extra;
  for (const auto& [key, values] : caller.extra) extra.push_back({key, array_of(values, arena)});
  const Value attributes = arena.object(
      Members{{"path", Value::string(access.path)}, {"verb", Value::string(access.verb)}});
  Members spec = {{"nonResourceAttributes", attributes},
                  {"user", Value::string(caller.user)},
                  {"groups", array_of(caller.groups, arena)}};
  if (!caller.uid.empty()) spec.push_back({"uid", Value::string(caller.uid)});
  if (!extra.empty()) spec.push_back({"extra", arena.object(extra)});
  const Value review =
      arena.object(Members{{"apiVersion", Value::string("authorization.k8s.io/v1")},
                           {"kind", Value::string("SubjectAccessReview")},
                           {"spec", arena.object(spec)}});
  return kube::create({.resource = {"authorization.k8s.io", "v1", "subjectaccessreviews"}},
                      json::to_text(review));
}

Reviewers reviewers_of(const kube::KubeClient& client, std::stop_token stop) {
  Reviewers out;
  out.authenticate = [&client, stop](const std::string& token) -> Result<std::optional<Caller>> {
    const auto answer = ask(client, token_review(token), stop);
    return answer ? read_token_review(*answer) : answer.error();
  };
  out.authorize = [&client, stop](const Caller& caller, const PathAccess& access) -> Result<bool> {
    const auto answer = ask(client, access_review(caller, access), stop);
    return answer ? kube::read_access_review(*answer) : answer.error();
  };
  return out;
}

std::optional<net::Response> AccessVerdict::refusal() const {
  if (status == 200) return std::nullopt;
  net::Response response{.status = status, .body = why + "\n"};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

template <typename Value>
std::optional<Value> AccessGate::Remembered<Value>::find(const std::string& key,
                                                         Steady::time_point now) const {
  const auto found = entries.find(key);
  if (found == entries.end() || found->second.end <= now) return std::nullopt;
  return found->second.value;
}

template <typename Value>
void AccessGate::Remembered<Value>::keep(const std::string& key, Value value,
                                         Steady::time_point end) {
  const bool is_new = entries.insert_or_assign(key, Entry{std::move(value), end}).second;
  if (is_new) order.push_back(key);
  if (order.size() <= kMostRemembered) return;
  entries.erase(order.front());
  order.pop_front();
}

AccessGate::AccessGate(Reviewers reviewers, AccessAges ages, const Clock& clock)
    : reviewers_(std::move(reviewers)), ages_(ages), clock_(clock) {}

Result<std::optional<Caller>> AccessGate::caller_of(const std::string& token,
                                                    const std::string& digest) {
  const auto now = clock_.now();
  const auto known = callers_.read([&](const auto& callers) { return callers.find(digest, now); });
  if (known) return *known;
  auto caller = reviewers_.authenticate(token);
  if (caller)
    callers_.with([&](auto& callers) { callers.keep(digest, *caller, now + ages_.token); });
  return caller;
}

Result<bool> AccessGate::is_allowed(const Caller& caller, const std::string& digest,
                                    const PathAccess& access) {
  const auto now = clock_.now();
  const std::string key = access.verb + ' ' + access.path + ' ' + digest;
  const auto known = decisions_.read([&](const auto& all) { return all.find(key, now); });
  if (known) return *known;
  auto allowed = reviewers_.authorize(caller, access);
  if (!allowed) return allowed;
  const auto end = now + (*allowed ? ages_.allowed : ages_.denied);
  decisions_.with([&](auto& all) { all.keep(key, *allowed, end); });
  return allowed;
}

AccessVerdict AccessGate::judge(const net::Request& request, const PathAccess& access) {
  const std::string token = bearer_token(request);
  if (token.empty()) return {401, "a bearer token is needed"};
  const std::string digest = hex(sha256(token));
  const auto caller = caller_of(token, digest);
  if (!caller) return {500, "the token cannot be reviewed: " + caller.error().text()};
  if (!*caller) return {401, "the token was rejected"};
  const auto allowed = is_allowed(**caller, digest, access);
  if (!allowed) return {500, "the access cannot be reviewed: " + allowed.error().text()};
  if (*allowed) return {};
  return {403, (**caller).user + " may not " + access.verb + " " + access.path};
}

}  // namespace kollect::serve
