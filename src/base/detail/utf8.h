// One step through text that should be UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kollect {

struct Utf8Character {
  uint32_t code = 0xFFFD;
  size_t length = 1;
  bool valid = false;
};

// The character at the front of a text that is not empty; U+FFFD and one byte when it is no UTF-8
// (overlong forms, surrogates and codes above U+10FFFF included).
Utf8Character utf8_front(std::string_view text);

// The text with every bad byte replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace kollect
