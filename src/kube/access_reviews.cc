#include "kube/access_reviews.h"

#include "base/json.h"
#include "base/json_write.h"
#include "base/redact.h"

namespace kollect::kube {

namespace {

bool is_true(const json::Value& status, std::string_view key) {
  const json::Value* value = status.find(key);
  return value != nullptr && value->kind() == json::Kind::boolean && value->as_bool();
}

}  // namespace

Request access_review(const AccessQuestion& question) {
  json::Arena arena;
  const auto text = [&](const std::string& value) { return json::Value::string(value); };
  const json::Member attributes[] = {{"group", text(question.resource.group)},
                                     {"namespace", text(question.ns)},
                                     {"resource", text(question.resource.resource)},
                                     {"verb", text(question.verb)},
                                     {"version", text(question.resource.version)}};
  const json::Member spec[] = {{"resourceAttributes", arena.object(attributes)}};
  const json::Member review[] = {{"apiVersion", json::Value::string("authorization.k8s.io/v1")},
                                 {"kind", json::Value::string("SelfSubjectAccessReview")},
                                 {"spec", arena.object(spec)}};
  return create({.resource = {"authorization.k8s.io", "v1", "selfsubjectaccessreviews"}},
                json::to_text(arena.object(review)));
}

Result<bool> read_access_review(std::string_view answer) {
  const auto document = json::Document::parse(answer);
  if (!document) return unavailable("access review: " + document.error().message);
  const json::Value* status = document->root().find("status");
  const json::Value* allowed = status == nullptr ? nullptr : status->find("allowed");
  if (allowed == nullptr || allowed->kind() != json::Kind::boolean)
    return unavailable("access review: the answer holds no decision");
  if (allowed->as_bool()) return true;
  const std::string_view failure = status->text("evaluationError");
  if (!failure.empty() && !is_true(*status, "denied"))
    return unavailable("access review: " + redact(failure));
  return false;
}

AccessReviews::AccessReviews(metrics::Registry& registry, AccessReviewOptions options,
                             const Clock& clock)
    : options_(options),
      clock_(clock),
      hits_(registry.counter(metrics::Metric::access_cache, {{"hit"}})),
      misses_(registry.counter(metrics::Metric::access_cache, {{"miss"}})) {}

Result<bool> AccessReviews::check(const AccessQuestion& question, const Ask& ask) {
  if (ask == nullptr) return true;
  if (const auto known = find(question)) return *known;
  auto decision = ask(question);
  if (decision) keep(question, *decision);
  return decision;
}

std::optional<bool> AccessReviews::find(const AccessQuestion& question) {
  const auto now = clock_.now();
  const auto known = cache_.with([&](Cache& cache) -> std::optional<bool> {
    const auto found = cache.by_question.find(question);
    if (found == cache.by_question.end()) return std::nullopt;
    if (now - found->second->made_at >= options_.age) return std::nullopt;
    cache.recent.splice(cache.recent.begin(), cache.recent, found->second);
    return found->second->is_allowed;
  });
  (known ? hits_ : misses_).add();
  return known;
}

void AccessReviews::keep(const AccessQuestion& question, bool is_allowed) {
  const auto now = clock_.now();
  cache_.with([&](Cache& cache) {
    const auto [entry, is_new] = cache.by_question.try_emplace(question, cache.recent.end());
    if (!is_new) cache.recent.erase(entry->second);
    cache.recent.push_front({question, is_allowed, now});
    entry->second = cache.recent.begin();
    if (cache.by_question.size() <= options_.capacity) return;
    cache.by_question.erase(cache.recent.back().question);
    cache.recent.pop_back();
  });
}

void AccessReviews::forget() {
  cache_.with([](Cache& cache) { cache = {}; });
}

size_t AccessReviews::size() const {
  return cache_.read([](const Cache& cache) { return cache.by_question.size(); });
}

}  // namespace kollect::kube
