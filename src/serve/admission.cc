#include "serve/admission.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "api/review.h"
#include "api/scalar.h"
#include "base/json_write.h"
#include "base/redact.h"

namespace kollect::serve {
namespace {

using json::Value;
using Members = std::vector<json::Member>;

constexpr std::string_view kReviewVersion = "admission.k8s.io/v1";
constexpr std::string_view kPathStart = "/validate-kollect-dev-v1alpha1-";
constexpr size_t kMostMessageBytes = 32 * 1024;
constexpr size_t kMostCauses = 100;

AdmissionAnswer plain_answer(int status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text) + "\n"};
}

// What a review asks, checked as far as it must be to be answered by a review.
struct Request {
  const Value& whole;

  std::string_view uid() const { return whole.text("uid"); }
  std::string_view operation() const { return whole.text("operation"); }
  const Value* object() const { return whole.find("object"); }

  std::string_view name() const {
    const Value* metadata = object() ? object()->find("metadata") : nullptr;
    const std::string_view own = metadata ? metadata->text("name") : "";
    if (!own.empty()) return own;
    const std::string_view given = whole.text("name");
    return given.empty() && metadata ? metadata->text("generateName") : given;
  }

  bool is_of(const api::Kind& kind) const {
    const Value* gvk = whole.find("kind");
    return gvk != nullptr && gvk->text("group") == api::kGroup &&
           gvk->text("version") == api::kVersion && gvk->text("kind") == kind.name;
  }
};

struct Verdict {
  int code = 200;  // 200 allows
  std::string reason = {};
  std::string message = {};
  api::Findings findings = {};
};

Verdict bad_request(std::string message) { return {400, "BadRequest", std::move(message), {}}; }

std::string_view cause_word(api::ErrorType type) {
  switch (type) {
    case api::ErrorType::required:
      return "FieldValueRequired";
    case api::ErrorType::unsupported:
      return "FieldValueNotSupported";
    case api::ErrorType::duplicate:
      return "FieldValueDuplicate";
    case api::ErrorType::forbidden:
      return "FieldValueForbidden";
    case api::ErrorType::too_long:
      return "FieldValueTooLong";
    case api::ErrorType::too_many:
      return "FieldValueTooMany";
    case api::ErrorType::internal:
      return "InternalError";
    case api::ErrorType::invalid:
    case api::ErrorType::plain:
      return "FieldValueInvalid";
  }
  return "";
}

class Answer {
 public:
  Answer(const Request& request, const api::Kind& kind) : request_(request), kind_(kind) {}

  AdmissionAnswer of(const Verdict& verdict) {
    Members response = {{"uid", Value::string(request_.uid())},
                        {"allowed", Value::boolean(verdict.code == 200)}};
    if (verdict.code != 200) response.push_back({"status", status(verdict)});
    if (!verdict.findings.warnings().empty()) response.push_back({"warnings", warnings(verdict)});
    const Value review = arena_.object(Members{{"apiVersion", Value::string(kReviewVersion)},
                                               {"kind", Value::string("AdmissionReview")},
                                               {"response", arena_.object(response)}});
    return {200, "application/json", json::to_text(review)};
  }

 private:
  Value status(const Verdict& verdict) {
    return arena_.object(
        Members{{"status", Value::string("Failure")},
                {"code", Value::integer(verdict.code)},
                {"reason", Value::string(verdict.reason)},
                {"message", Value::string(cut_utf8(verdict.message, kMostMessageBytes))},
                {"details", details(verdict)}});
  }

  Value details(const Verdict& verdict) {
    std::vector<Value> causes;
    for (const api::FieldError& error : verdict.findings.errors()) {
      if (causes.size() == kMostCauses) break;
      causes.push_back(arena_.object(Members{{"reason", Value::string(cause_word(error.type))},
                                             {"message", arena_.string(error.text())},
                                             {"field", Value::string(error.path)}}));
    }
    Members members = {{"name", Value::string(request_.name())},
                       {"group", Value::string(api::kGroup)},
                       {"kind", Value::string(kind_.name)}};
    if (!causes.empty()) members.push_back({"causes", arena_.array(causes)});
    return arena_.object(members);
  }

  Value warnings(const Verdict& verdict) {
    std::vector<Value> out;
    for (const std::string& warning : verdict.findings.warnings())
      out.push_back(Value::string(warning));
    return arena_.array(out);
  }

  const Request& request_;
  const api::Kind& kind_;
  json::Arena arena_;
};

std::optional<api::Operation> operation_of(std::string_view word) {
  if (word == "CREATE") return api::Operation::create;
  if (word == "UPDATE") return api::Operation::update;
  return std::nullopt;
}

Verdict judge(const Request& request, const api::Kind& kind, const api::RuleContext& context) {
  if (!request.is_of(kind)) return bad_request(fmt::format("this hook reviews {} only", kind.name));
  const bool is_known = operation_of(request.operation()) || request.operation() == "DELETE" ||
                        request.operation() == "CONNECT";
  if (!is_known)
    return bad_request(fmt::format("unknown operation {}", api::quoted(request.operation())));
  const auto operation = operation_of(request.operation());
  if (!operation || !request.whole.text("subResource").empty()) return {};
  if (request.object() == nullptr || !request.object()->is_object()) {
    return bad_request("the review has no object");
  }
  api::Reviewed reviewed = api::review(kind, *request.object(), *operation, context);
  Verdict verdict;
  if (!reviewed.findings.ok()) {
    const bool broken = reviewed.decoding == api::Decoding::broken;
    verdict.code = broken ? 400 : 403;
    verdict.reason = broken ? "BadRequest" : "Forbidden";
    verdict.message = reviewed.findings.message(kind.name, request.name());
  }
  verdict.findings = std::move(reviewed.findings);
  return verdict;
}

// Why the bytes are no review that can be answered; empty when they are one.
std::string review_fault(const Value& review) {
  if (!review.is_object() || review.text("kind") != "AdmissionReview")
    return "not an AdmissionReview";
  if (review.text("apiVersion") != kReviewVersion) {
    return fmt::format("AdmissionReview must be of {}", kReviewVersion);
  }
  const Value* request = review.find("request");
  if (request == nullptr || !request->is_object()) return "the AdmissionReview has no request";
  return request->text("uid").empty() ? "the request has no uid" : "";
}

}  // namespace

std::string admission_path(const api::Kind& kind) {
  return std::string(kPathStart) + api::lower(kind.name);
}

const api::Kind* kind_of_path(std::string_view path) {
  for (const api::Kind* kind : api::kinds()) {
    if (path == admission_path(*kind)) return kind;
  }
  return nullptr;
}

AdmissionAnswer answer_admission(std::string_view path, std::string_view body,
                                 const api::RuleContext& context) {
  const api::Kind* kind = kind_of_path(path);
  if (kind == nullptr) return plain_answer(404, "no such hook");
  if (body.size() > kMostReviewBytes)
    return plain_answer(400, "the AdmissionReview is longer than 4 MiB");
  json::Arena arena;
  const auto review = json::parse(body, arena);
  if (!review) return plain_answer(400, review.error().text());
  const std::string fault = review_fault(*review);
  if (!fault.empty()) return plain_answer(400, fault);
  const Request request{*review->find("request")};
  return Answer(request, *kind).of(judge(request, *kind, context));
}

}  // namespace kollect::serve
