// The parser of RFC 9535 queries, with its rules of well-typedness.
#pragma once

#include <string_view>

#include "base/result.h"
#include "extract/detail/json_path_program.h"

namespace kollect::extract {

// Parses text[begin..]; what stands before is shown in errors only.
Result<PathProgram> parse_rfc9535(std::string_view text, size_t begin);

}  // namespace kollect::extract
