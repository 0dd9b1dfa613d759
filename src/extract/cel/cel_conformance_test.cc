#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "extract/cel/conformance.h"

namespace kollect::extract {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(CelConformance, all_cases_of_the_specification_pass) {
  const fs::path folder = fs::path(KOLLECT_SOURCE_DIR) / "../shared/conformance/cel";
  if (!fs::exists(folder)) GTEST_SKIP() << "no conformance cases beside this checkout: " << folder;
  size_t passed = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const auto file = json::Document::parse(content_of(entry.path()));
    ASSERT_TRUE(file.has_value()) << entry.path();
    const ConformanceReport report = run_cel_suite(file->root());
    passed += report.passed;
    for (const ConformanceFailure& failure : report.failures) {
      ADD_FAILURE() << failure.name << "\n  expected " << failure.expected << "\n  got      "
                    << failure.got;
    }
  }
  EXPECT_GT(passed, 0U);
}

}  // namespace
}  // namespace kollect::extract
