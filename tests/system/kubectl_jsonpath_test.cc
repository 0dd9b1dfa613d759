// Our kubectl dialect against kubectl itself, on generated paths and objects. 200 pairs;
// KOLLECT_DIFFERENTIAL_PAIRS and KOLLECT_DIFFERENTIAL_SEED ask for more and others.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sys/wait.h>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "system/kubectl_jsonpath_cases.h"

namespace kollect::testing {
namespace {

namespace fs = std::filesystem;

constexpr size_t kWorkers = 2;

uint64_t number_from_environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

fs::path world_cache() {
  if (const char* chosen = std::getenv("KOLLECT_WORLD_CACHE")) return chosen;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  const fs::path base = cache != nullptr ? fs::path(cache) : fs::path(home ? home : "/") / ".cache";
  return base / "kollect" / "world";
}

// The kubectl that the test world built; empty when there is none.
fs::path find_kubectl() {
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(world_cache(), failure)) {
    const fs::path kubectl = entry.path() / "kubectl";
    const std::string name = entry.path().filename().string();
    const bool is_built =
        name.starts_with("kubernetes-") && name.find(".tmp-") == std::string::npos;
    if (is_built && fs::exists(kubectl)) {
      return kubectl;
    }
  }
  return {};
}

std::string quoted_for_shell(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A folder of its own for one worker.
class Kubectl {
 public:
  explicit Kubectl(fs::path program) : program_(std::move(program)) {
    std::string pattern = (fs::temp_directory_path() / "kollect-jsonpath-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Kubectl() { fs::remove_all(folder_); }
  Kubectl(const Kubectl&) = delete;
  Kubectl& operator=(const Kubectl&) = delete;

  JsonPathOutcome run(const JsonPathCase& sample) const {
    const fs::path object = folder_ / "object.json";
    const fs::path out = folder_ / "out";
    const fs::path err = folder_ / "err";
    std::ofstream(object) << sample.object;
    const std::string command =
        fmt::format("{} label --local -f {} differential=yes -o {} >{} 2>{}", program_.string(),
                    object.string(), quoted_for_shell("jsonpath-as-json=" + sample.kubectl_path),
                    out.string(), err.string());
    const int status = std::system(command.c_str());
    const bool succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return kubectl_outcome(succeeded, content(out), content(err));
  }

 private:
  fs::path program_;
  fs::path folder_;
};

std::vector<JsonPathOutcome> run_all(const fs::path& program,
                                     const std::vector<JsonPathCase>& cases) {
  std::vector<JsonPathOutcome> outcomes(cases.size());
  std::vector<std::jthread> workers;
  for (size_t worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back([&, worker] {
      const Kubectl kubectl(program);
      for (size_t i = worker; i < cases.size(); i += kWorkers) outcomes[i] = kubectl.run(cases[i]);
    });
  }
  workers.clear();
  return outcomes;
}

std::string text_of(const JsonPathOutcome& outcome) {
  if (outcome.is_error) return "error: " + outcome.message;
  std::string text = fmt::format("{} results", outcome.results.size());
  for (const std::string& result : outcome.results) text += "\n    " + result;
  return text;
}

std::vector<JsonPathCase> make_cases(uint64_t seed, size_t pairs) {
  JsonPathCases generator(seed);
  std::vector<JsonPathCase> cases;
  for (size_t i = 0; i < pairs; ++i) cases.push_back(generator.next());
  return cases;
}

TEST(KubectlJsonPath, agrees_with_kubectl_on_generated_paths) {
  const fs::path kubectl = find_kubectl();
  if (kubectl.empty()) {
    const std::string cure = "no kubectl of the test world: run tests/world/world build";
    const char* required = std::getenv("KOLLECT_REQUIRE_WORLD");
    if (required != nullptr && std::string_view(required) == "1") FAIL() << cure;
    GTEST_SKIP() << cure;
  }
  const uint64_t seed = number_from_environment("KOLLECT_DIFFERENTIAL_SEED", 1);
  const auto cases = make_cases(seed, number_from_environment("KOLLECT_DIFFERENTIAL_PAIRS", 200));
  const std::vector<JsonPathOutcome> theirs = run_all(kubectl, cases);
  std::map<std::string_view, size_t> named;
  for (size_t i = 0; i < cases.size(); ++i) {
    const JsonPathOutcome ours = our_outcome(cases[i]);
    const Verdict verdict = judge(cases[i], ours, theirs[i]);
    if (verdict.agreement == Agreement::named_difference) ++named[verdict.name];
    EXPECT_NE(verdict.agreement, Agreement::difference)
        << cases[i].path << "\n  on " << cases[i].object << "\n  kubectl: " << text_of(theirs[i])
        << "\n  ours: " << text_of(ours);
  }
  fmt::print("{} pairs, seed {}\n", cases.size(), seed);
  for (const auto& [name, count] : named) fmt::print("  {:5} {}\n", count, name);
}

}  // namespace
}  // namespace kollect::testing
