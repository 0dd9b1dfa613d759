// Small things with text.
#pragma once

#include <functional>
#include <string_view>

namespace kollect {

// Without the white space around it; the empty view stays inside of `text`.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n\v\f");

// As ==, for keys, most of which differ in length or in their first letter: those cost no call.
inline bool is_same_key(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || (a.front() == b.front() && a == b));
}

// For hash tables by text that are asked with views: no string is made for a look.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace kollect
