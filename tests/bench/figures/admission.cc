#include "serve/admission.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/json_write.h"
#include "base/yaml.h"
#include "bench/figure.h"
#include "bench/measure.h"
#include "bench/yardsticks.h"
#include "extract/expression_check.h"

namespace kollect::bench {
namespace {

// A cluster without scopes and profiles.
class NothingThere final : public api::ClusterView {
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

struct Bench {
  std::vector<std::string> paths;
  Texts bodies;
  DomParser dom = {};
  api::AdmissionPolicy policy = {};
  extract::ExpressionCompilers expressions = {};
  NothingThere cluster = {};
};
using Shared = std::shared_ptr<std::unique_ptr<Bench>>;

std::string review_of(const json::Value& object) {
  return fmt::format(
      R"({{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{{"uid":)"
      R"("705ab4f5-6393-11e8-b7cc-42010a800002","operation":"CREATE","kind":{{"group":)"
      R"("kollect.dev","version":"v1alpha1","kind":"{}"}},"object":{}}}}})",
      object.text("kind"), json::to_text(object));
}

// A review of every sample of the reference.
Status read_samples(const std::string& folder, Bench& bench) {
  std::vector<std::filesystem::path> files;
  std::error_code gone;
  for (const auto& file : std::filesystem::directory_iterator(folder, gone))
    files.push_back(file.path());
  std::ranges::sort(files);
  std::vector<std::string> bodies;
  for (const auto& file : files) {
    std::ifstream in(file);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    json::Arena arena;
    const auto object = yaml::parse(text, arena);
    if (!object) return object.error();
    const api::Kind* kind = api::find_kind(object->text("kind"));
    if (kind == nullptr) continue;
    bench.paths.push_back(serve::admission_path(*kind));
    bodies.push_back(review_of(*object));
  }
  if (bodies.empty()) return unavailable("there are no samples in " + folder);
  bench.bodies = Texts(bodies);
  return {};
}

// How many were answered by a review.
size_t answer_all(const Bench& bench) {
  const api::RuleContext context{bench.policy, bench.expressions, bench.cluster};
  size_t answered = 0;
  for (size_t i = 0; i < bench.paths.size(); ++i) {
    const auto answer = serve::answer_admission(bench.paths[i], bench.bodies.all()[i], context);
    answered += answer.status == 200 ? 1 : 0;
    keep(answer);
  }
  return answered;
}

}  // namespace

std::vector<Figure> admission(const Setting&) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = "admission_reviews",
             .what =
                 "Reviews of the sample manifests that the webhook's handler answers per "
                 "CPU-second, from the bytes of a review to those of its answer.",
             .unit = "reviews/s",
             .yardstick = "simdjson DOM parse of the reviews alone",
             .n = 1};
  out.prepare = [bench]() -> Status {
    *bench = std::make_unique<Bench>();
    if (Status read = read_samples(KOLLECT_SAMPLES, **bench); !read) return read;
    const size_t answered = answer_all(**bench);
    return answered == (*bench)->paths.size() ? Status()
                                              : internal("a sample was answered by no review");
  };
  const auto rate = [bench](const std::function<void()>& call) -> Result<double> {
    const double seconds = fastest_cpu_seconds(1, [&](size_t) { call(); });
    return static_cast<double>((*bench)->paths.size()) / seconds;
  };
  out.ours = [bench, rate] { return rate([&] { keep(answer_all(**bench)); }); };
  out.theirs = [bench, rate] {
    return rate([&] { keep((*bench)->dom.parse((*bench)->bodies.all())); });
  };
  return {std::move(out)};
}

}  // namespace kollect::bench
