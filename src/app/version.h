// What this binary was built from.
#pragma once

#include <string>
#include <string_view>

namespace kollect::app {

// "dev", "unknown" and "unknown" unless the build was stamped.
std::string_view version();
std::string_view commit();
std::string_view built();

// `0.1.0 (commit 1a2b3c4, built 2026-01-02T03:04:05Z)`.
std::string version_line();

}  // namespace kollect::app
