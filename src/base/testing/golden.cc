#include "base/testing/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace kollect::testing {

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t first_difference(std::string_view a, std::string_view b) {
  size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  return at;
}

}  // namespace

::testing::AssertionResult is_golden(std::string_view actual, std::string_view file) {
  const std::string path = std::string(KOLLECT_SOURCE_DIR) + "/" + std::string(file);
  const char* mode = std::getenv("KOLLECT_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "write") {
    std::ofstream(path, std::ios::binary) << actual;
    return ::testing::AssertionSuccess();
  }
  const std::string expected = content(path);
  if (expected == actual) return ::testing::AssertionSuccess();
  const size_t at = first_difference(expected, actual);
  return ::testing::AssertionFailure()
         << file << " differs at byte " << at << ":\nexpected ..." << expected.substr(at, 120)
         << "\nactual   ..." << actual.substr(at, 120) << "\nIf this is meant: make golden";
}

}  // namespace kollect::testing
