#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "extract/cel/conformance.h"

namespace kollect::extract {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The lines of the list that are neither empty nor comments.
std::set<std::string> inapplicable() {
  std::ifstream in(fs::path(KOLLECT_SOURCE_DIR) / "src/extract/cel/testdata/inapplicable.txt");
  std::set<std::string> names;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') names.insert(line);
  }
  return names;
}

TEST(CelConformance, all_cases_of_the_specification_pass) {
  const fs::path folder = fs::path(KOLLECT_SOURCE_DIR) / "../shared/conformance/cel";
  if (!fs::exists(folder)) GTEST_SKIP() << "no conformance cases beside this checkout: " << folder;
  std::set<std::string> expected_failures = inapplicable();
  size_t passed = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const auto file = json::Document::parse(content_of(entry.path()));
    ASSERT_TRUE(file.has_value()) << entry.path();
    const ConformanceReport report = run_cel_suite(file->root());
    passed += report.passed;
    for (const ConformanceFailure& failure : report.failures) {
      if (expected_failures.erase(failure.name.substr(0, failure.name.find(": "))) > 0) continue;
      ADD_FAILURE() << failure.name << "\n  expected " << failure.expected << "\n  got      "
                    << failure.got;
    }
  }
  EXPECT_GT(passed, 0U);
  for (const std::string& name : expected_failures) {
    ADD_FAILURE() << name << " is listed as inapplicable but did not fail";
  }
}

ConformanceReport run_text(std::string_view text) {
  const auto file = json::Document::parse(text);
  EXPECT_TRUE(is_cel_suite(file->root()));
  return run_cel_suite(file->root());
}

TEST(CelConformance, a_wrong_value_is_reported_with_both_sides) {
  const ConformanceReport report = run_text(
      R"({"file":"f","tests":[{"section":"s","name":"n","expr":"1+1","value":{"int":"3"}}]})");
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].name, "f/s/n: 1+1");
  EXPECT_EQ(report.failures[0].expected, "int 3");
  EXPECT_EQ(report.failures[0].got, "int 2");
}

TEST(CelConformance, kinds_of_number_are_told_apart) {
  EXPECT_EQ(run_text(R"({"tests":[{"expr":"2u","value":{"int":"2"}}]})").passed, 0U);
  EXPECT_EQ(run_text(R"({"tests":[{"expr":"2.0","value":{"int":"2"}}]})").passed, 0U);
  EXPECT_EQ(run_text(R"({"tests":[{"expr":"2","value":{"int":"2"}}]})").passed, 1U);
}

TEST(CelConformance, an_error_may_come_from_compiling_or_from_running) {
  EXPECT_EQ(run_text(R"({"tests":[{"expr":"1 +","error":["x"]}]})").passed, 1U);
  EXPECT_EQ(run_text(R"({"tests":[{"expr":"1/0","error":["x"]}]})").passed, 1U);
  EXPECT_EQ(run_text(R"({"tests":[{"expr":"1","error":["x"]}]})").passed, 0U);
}

TEST(CelConformance, times_are_bound_and_compared) {
  constexpr std::string_view kCases = R"j({"tests": [
      {"expr": "x + duration('1s')", "type_env": ["x: google.protobuf.Timestamp"],
       "bindings": {"x": {"timestamp": "2020-01-01T00:00:00Z"}},
       "value": {"timestamp": "2020-01-01T00:00:01Z"}},
      {"expr": "duration('1h')", "value": {"duration": "3600s"}}]})j";
  EXPECT_EQ(run_text(kCases).passed, 2U);
}

TEST(CelConformance, a_deduced_type_must_agree) {
  constexpr std::string_view kCases = R"j({"tests": [
      {"expr": "[1]", "check_only": true, "deduced_type": "list(int)"},
      {"expr": "[1]", "check_only": true, "deduced_type": "list(uint)"}]})j";
  EXPECT_EQ(run_text(kCases).passed, 1U);
}

}  // namespace
}  // namespace kollect::extract
