// Any bytes on any of the eleven paths get an answer, and the answer is JSON or plain text.
#include <cstdint>
#include <cstdlib>

#include "api/codec.h"
#include "base/json.h"
#include "extract/expression_check.h"
#include "serve/admission.h"

namespace {

using kollect::Result;
namespace api = kollect::api;

template <typename Object>
Object object_of(std::string_view text) {
  const auto document = kollect::json::Document::parse(text);
  api::Findings findings;
  Object object = api::decode<Object>(document->root(), findings);
  if (!findings.ok()) std::abort();
  return object;
}

// Every namespace has a scope and a profile, so that the rules that compare with them are reached.
class RuledCluster : public api::ClusterView {
 public:
  Result<std::optional<api::Scope>> scope(std::string_view) const override { return {scope_}; }
  Result<std::optional<api::ClusterScope>> cluster_scope() const override {
    return {cluster_scope_};
  }
  Result<std::optional<api::Profile>> profile(std::string_view, std::string_view) const override {
    return {profile_};
  }

 private:
  const std::optional<api::Scope> scope_ = object_of<api::Scope>(
      R"({"apiVersion": "kollect.dev/v1alpha1", "kind": "KollectScope",
          "metadata": {"name": "a", "namespace": "a"},
          "spec": {"minExportInterval": "1m", "allowedNamespaces": ["a"],
                   "deniedNamespaces": ["b"]}})");
  const std::optional<api::ClusterScope> cluster_scope_ = object_of<api::ClusterScope>(
      R"({"apiVersion": "kollect.dev/v1alpha1", "kind": "KollectClusterScope",
          "metadata": {"name": "a"},
          "spec": {"minExportInterval": "1m", "deniedNamespaces": ["b"]}})");
  const std::optional<api::Profile> profile_ = object_of<api::Profile>(
      R"({"apiVersion": "kollect.dev/v1alpha1", "kind": "KollectProfile",
          "metadata": {"name": "a", "namespace": "a"},
          "spec": {"targetGVK": {"version": "v1", "kind": "Secret"},
                   "attributes": [{"name": "a", "path": "cel:object.metadata.name"}]}})");
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  static const kollect::extract::ExpressionCompilers expressions;
  static const RuledCluster cluster;
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
