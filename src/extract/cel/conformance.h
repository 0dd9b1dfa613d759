// Runs files of cases for CEL, in the format of the shared conformance data:
// {"file", "tests": [{"section", "name", "expr", "value" or "error" or "deduced_type", ...}]}.
// For `kollect eval --cases` and for our own tests.
#pragma once

#include "base/json.h"
#include "extract/json_path_conformance.h"

namespace kollect::extract {

// Whether a parsed file has this format.
bool is_cel_suite(const json::Value& file);

ConformanceReport run_cel_suite(const json::Value& file);

}  // namespace kollect::extract
