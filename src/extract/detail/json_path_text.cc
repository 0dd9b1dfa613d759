#include "extract/detail/json_path_text.h"

#include <fmt/format.h>

namespace kollect::extract {

namespace {

constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The length that a first byte announces; 0 when it cannot be one.
size_t announced_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

bool is_well_formed(char32_t c, size_t length) {
  if (c >= 0xD800 && c <= 0xDFFF) return false;
  if (c > 0x10FFFF) return false;
  return (length < 3 || c >= 0x800) && (length < 4 || c >= 0x10000);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

CodePoint code_point(std::string_view text, size_t at) {
  if (at >= text.size()) return {};
  const auto first = static_cast<unsigned char>(text[at]);
  const size_t length = announced_length(first);
  if (length == 1) return {first, 1};
  if (length == 0 || text.size() - at < length) return {};
  char32_t value = first & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[at + i])) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  if (!is_well_formed(value, length)) return {};
  return {value, length};
}

size_t count_characters(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) {
    const size_t length = code_point(text, at).length;
    at += length == 0 ? 1 : length;
  }
  return count;
}

void append_utf8(std::string& out, char32_t c) {
  if (!is_well_formed(c, 1)) c = 0xFFFD;
  const auto byte = [&out](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      byte(0xE0 | (c >> 12));
    } else {
      byte(0xF0 | (c >> 18));
      byte(0x80 | ((c >> 12) & 0x3F));
    }
    byte(0x80 | ((c >> 6) & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

int64_t hex_at(std::string_view text, size_t at, size_t digits) {
  if (at > text.size() || text.size() - at < digits) return -1;
  int64_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const int digit = hex_digit(text[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

Error path_error(std::string_view text, size_t at, std::string_view message) {
  const size_t before = count_characters(text.substr(0, at));
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return invalid(
      fmt::format("1:{}: {}\n | {}\n | {:.>{}}", before + 1, message, line, '^', before + 1));
}

}  // namespace kollect::extract
