// Golden files: expected texts that live in testdata/ beside the test and change only with `make
// golden`.
#pragma once

#include <string_view>

#include <gtest/gtest.h>

namespace kollect::testing {

// Whether `actual` is the content of the file (a path below the source tree). With
// KOLLECT_GOLDEN=write the file is rewritten instead; review the diff as code.
::testing::AssertionResult is_golden(std::string_view actual, std::string_view file);

}  // namespace kollect::testing
