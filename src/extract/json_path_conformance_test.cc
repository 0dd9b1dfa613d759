#include "extract/json_path_conformance.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

namespace fs = std::filesystem;

json::Document read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  Result<json::Document> parsed = json::Document::parse(text);
  EXPECT_TRUE(parsed.has_value()) << file;
  return std::move(*parsed);
}

TEST(JsonPathConformance, all_cases_of_the_rfc_suite_pass) {
  const fs::path folder = fs::path(KOLLECT_SOURCE_DIR) / "../shared/conformance/jsonpath";
  if (!fs::exists(folder)) GTEST_SKIP() << "no conformance cases beside this checkout: " << folder;
  size_t passed = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const json::Document file = read(entry.path());
    const ConformanceReport report = run_json_path_suite(file.root());
    passed += report.passed;
    for (const ConformanceFailure& failure : report.failures) {
      ADD_FAILURE() << failure.name << "\n  expected " << failure.expected << "\n  got      "
                    << failure.got;
    }
  }
  EXPECT_GT(passed, 0U);
}

ConformanceReport run_text(std::string_view text) {
  const Result<json::Document> file = json::Document::parse(text);
  EXPECT_TRUE(is_json_path_suite(file->root()));
  return run_json_path_suite(file->root());
}

TEST(JsonPathConformance, a_wrong_result_is_reported_with_both_sides) {
  const ConformanceReport report =
      run_text(R"({"tests":[{"name":"n","selector":"$.a","document":{"a":1},"result":[2]}]})");
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].name, "n");
  EXPECT_EQ(report.failures[0].expected, "[2]");
  EXPECT_EQ(report.failures[0].got, "[1]");
}

TEST(JsonPathConformance, any_of_several_results_passes) {
  const ConformanceReport report = run_text(
      R"({"tests":[{"name":"n","selector":"$.*","document":{"a":1,"b":2},"results":[[2,1],[1,2]]}]})");
  EXPECT_EQ(report.passed, 1U);
}

TEST(JsonPathConformance, an_invalid_selector_must_be_refused) {
  const ConformanceReport report = run_text(
      R"({"tests":[{"name":"n","selector":"$.a","invalid_selector":true},{"name":"m","selector":"$[","invalid_selector":true}]})");
  EXPECT_EQ(report.passed, 1U);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].expected, "an invalid selector");
}

TEST(JsonPathConformance, a_file_of_another_format_is_not_taken_for_a_suite) {
  const Result<json::Document> file = json::Document::parse(R"([{"expr":"1+1"}])");
  EXPECT_FALSE(is_json_path_suite(file->root()));
}

}  // namespace
}  // namespace kollect::extract
