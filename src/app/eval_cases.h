// `kollect eval --cases`: other people's conformance cases, in the formats of the CEL and RFC 9535
// suites.
#pragma once

#include <string>
#include <vector>

#include "app/console.h"

namespace kollect::app {

// Runs every case of the files and folders; prints each failure's name, expected and got, and `N
// passed, N failed`.
int run_cases(const std::vector<std::string>& paths, const Console& console);

}  // namespace kollect::app
