#include "extract/json_path_conformance.h"

#include <algorithm>

#include "base/json_write.h"
#include "extract/json_path.h"

namespace kollect::extract {

namespace {

constexpr std::string_view kRefused = "an invalid selector";

// The nodelist as an array, or why there is none.
std::string outcome(const json::Value& test, json::Arena& arena, json::Value& nodes) {
  const Result<JsonPath> path = compile_rfc9535(test.text("selector"));
  if (!path) return std::string(kRefused) + ": " + path.error().text();
  const json::Value* document = test.find("document");
  const json::Value none;
  const PathResult result = path->evaluate(document == nullptr ? none : *document, arena);
  if (result.kind == PathResult::Kind::error) return "an error: " + std::string(word(result.error));
  std::vector<json::Value> values;
  for (const Match& match : result.matches) values.push_back(*match.value);
  nodes = arena.array(values);
  return {};
}

std::vector<json::Value> accepted_results(const json::Value& test) {
  if (const json::Value* one = test.find("result")) return {*one};
  const json::Value* several = test.find("results");
  if (several == nullptr || !several->is_array()) return {};
  return {several->items().begin(), several->items().end()};
}

bool expects_refusal(const json::Value& test) {
  const json::Value* flag = test.find("invalid_selector");
  return flag != nullptr && flag->kind() == json::Kind::boolean && flag->as_bool();
}

void run(const json::Value& test, json::Arena& arena, ConformanceReport& report) {
  json::Value nodes;
  const std::string problem = outcome(test, arena, nodes);
  const std::vector<json::Value> accepted = accepted_results(test);
  const bool is_refused = problem.starts_with(kRefused);
  const bool is_accepted =
      problem.empty() && std::find(accepted.begin(), accepted.end(), nodes) != accepted.end();
  if (expects_refusal(test) ? is_refused : is_accepted) {
    ++report.passed;
    return;
  }
  std::string expected = expects_refusal(test) ? std::string(kRefused) : std::string();
  for (const json::Value& one : accepted) {
    if (!expected.empty()) expected += " or ";
    expected += json::to_text(one);
  }
  report.failures.push_back(
      {std::string(test.text("name")), expected, problem.empty() ? json::to_text(nodes) : problem});
}

}  // namespace

bool is_json_path_suite(const json::Value& file) {
  const json::Value* tests = file.find("tests");
  return tests != nullptr && tests->is_array() && !tests->items().empty() &&
         tests->items()[0].find("selector") != nullptr;
}

ConformanceReport run_json_path_suite(const json::Value& file) {
  ConformanceReport report;
  const json::Value* tests = file.find("tests");
  if (tests == nullptr || !tests->is_array()) return report;
  json::Arena arena;
  for (const json::Value& test : tests->items()) {
    run(test, arena, report);
    arena.reset();
  }
  return report;
}

}  // namespace kollect::extract
