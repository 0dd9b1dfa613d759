// The lexical rules of the kubectl dialect: quotes, keys, numbers, bounds, operators.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "extract/detail/json_path_program.h"

namespace kollect::extract {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a key or word ends before this character.
bool ends_key(char c);
// Whether a letter, digit or underscore starts at `at`; every character beyond ASCII counts as a
// letter.
bool starts_word(std::string_view text, size_t at);

// The quote that closes the one at `open`; a backslash hides the character after it.
std::optional<size_t> closing_quote(std::string_view text, size_t open);

// The text between quotes with its escapes resolved (those of Go); none when one is unknown.
std::optional<std::string> unquote(std::string_view quoted);
// Each backslash removed, the character after it kept.
std::string without_backslashes(std::string_view text);

// "12", "-1.5"; none when it is no number.
std::optional<json::Value> number_of(std::string_view text);

// "3", "-1", "", "*", "1:", "::2"; none when it is something else.
std::optional<PathBounds> bounds_of(std::string_view text);

// The first run of operator characters; length 0 when there is none.
struct OperatorPlace {
  size_t begin = 0;
  size_t length = 0;
};
OperatorPlace find_operator(std::string_view filter);
std::optional<Comparison> comparison_of(std::string_view word);

}  // namespace kollect::extract
