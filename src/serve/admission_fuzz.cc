// Any bytes on any of the eleven paths get an answer, and the answer is JSON or plain text.
#include <cstdint>
#include <cstdlib>

#include "base/json.h"
#include "serve/admission.h"

namespace {

using kollect::Result;
namespace api = kollect::api;

class OpenExpressions : public api::ExpressionCheck {
 public:
  Result<api::ExpressionFacts> cel(std::string_view) const override {
    return api::ExpressionFacts{};
  }
  Result<api::ExpressionFacts> json_path(std::string_view) const override {
    return api::ExpressionFacts{};
  }
};

class EmptyCluster : public api::ClusterView {
 public:
  Result<std::optional<api::Scope>> scope(std::string_view) const override {
    return std::optional<api::Scope>();
  }
  Result<std::optional<api::ClusterScope>> cluster_scope() const override {
    return std::optional<api::ClusterScope>();
  }
  Result<std::optional<api::Profile>> profile(std::string_view, std::string_view) const override {
    return std::optional<api::Profile>();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  const OpenExpressions expressions;
  const EmptyCluster cluster;
  const api::AdmissionPolicy policy;
  const auto kinds = api::kinds();
  const std::string path = kollect::serve::admission_path(*kinds[bytes[0] % kinds.size()]);
  const std::string_view body(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto answer = kollect::serve::answer_admission(path, body, {policy, expressions, cluster});
  const bool is_review = answer.status == 200;
  if (is_review && !kollect::json::Document::parse(answer.body)) std::abort();
  if (!is_review && answer.status != 400) std::abort();
  return 0;
}
