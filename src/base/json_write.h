// Canonical JSON text (sinks.md 1.3): compact, keys ascending, short escapes, `<` `>` `&` and
// U+2028/9 escaped, invalid UTF-8 as \ufffd, shortest doubles. The same value always gives the same
// bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace kollect::json {

void append(std::string& out, const Value& value);
void append_string(std::string& out, std::string_view text);
// 3.0 as 3, -0.0 as -0, 1e21 as 1e+21; NaN and infinities, which JSON has no text for, as null.
void append_number(std::string& out, double number);
void append_integer(std::string& out, int64_t number);
void append_integer(std::string& out, uint64_t number);

std::string to_text(const Value& value);
// Two-space indentation, members in the same order; for golden files and people.
std::string to_pretty_text(const Value& value);

}  // namespace kollect::json
