// Single tokens of JSON: scalars and the escapes of strings.
#pragma once

#include <string_view>

#include "base/json.h"

namespace kollect::json {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// null, true, false or a number in exactly JSON's grammar; false when it is none of them or beyond
// a double.
bool parse_scalar(std::string_view token, Value& out);

// Resolves the escapes of a string's inner text into the arena; false when one is malformed.
bool unescape(std::string_view raw, Arena& arena, std::string_view& out);

// Writes a code point as UTF-8 (at most 4 bytes) and returns the place behind it.
char* put_utf8(char* place, uint32_t code_point);

}  // namespace kollect::json
