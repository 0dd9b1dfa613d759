// What both parsers of JSONPath share: where an error is, and UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kollect::extract {

// Fault::invalid with the column (counted in characters) and a caret under it. `at` is a byte
// offset.
Error path_error(std::string_view text, size_t at, std::string_view message);

// The character that starts at `at` and its length in bytes; length 0 when the bytes there are no
// UTF-8.
struct CodePoint {
  char32_t value = 0;
  size_t length = 0;
};
CodePoint code_point(std::string_view text, size_t at);

// How many characters; a byte that is no UTF-8 counts as one.
size_t count_characters(std::string_view text);

// Surrogates and values beyond Unicode become U+FFFD.
void append_utf8(std::string& out, char32_t c);

// `digits` hexadecimal digits at `at`; negative when they are not there.
int64_t hex_at(std::string_view text, size_t at, size_t digits);

}  // namespace kollect::extract
