// Runs files of the JSONPath compliance suite for RFC 9535: {"tests": [{"name", "selector",
// "document", "result" or "results" or "invalid_selector"}]}. For `kollect eval --cases` and for
// our own tests.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace kollect::extract {

struct ConformanceFailure {
  std::string name;
  std::string expected;
  std::string got;
};

struct ConformanceReport {
  size_t passed = 0;
  std::vector<ConformanceFailure> failures;
};

// Whether a parsed file has this format.
bool is_json_path_suite(const json::Value& file);

ConformanceReport run_json_path_suite(const json::Value& file);

}  // namespace kollect::extract
