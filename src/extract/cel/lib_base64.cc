#include "extract/cel/lib_base64.h"

#include <cstdint>

namespace kollect::extract {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

bool is_line_break(char c) { return c == '\n' || c == '\r'; }

// Whether the text is the padding that completes a group of `count` characters.
bool is_padding(std::string_view text, size_t count) {
  for (char c : text) {
    if (is_line_break(c)) continue;
    if (c != '=') return false;
    ++count;
  }
  return count == 4;
}

}  // namespace

void encode_base64(std::string_view content, char* out) {
  while (!content.empty()) {
    const size_t count = content.size() < 3 ? content.size() : 3;
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < count ? static_cast<uint8_t>(content[i]) : 0u);
    for (size_t i = 0; i < 4; ++i)
      *out++ = i <= count ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
    content.remove_prefix(count);
  }
}

std::optional<size_t> decode_base64(std::string_view text, char* out) {
  char* const start = out;
  uint32_t group = 0;
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_line_break(text[i])) continue;
    const int value = value_of(text[i]);
    if (value < 0) {
      if (count < 2 || !is_padding(text.substr(i), count)) return std::nullopt;
      break;
    }
    group = group << 6 | static_cast<uint32_t>(value);
    if (++count < 4) continue;
    for (int shift = 16; shift >= 0; shift -= 8) *out++ = static_cast<char>(group >> shift);
    group = 0;
    count = 0;
  }
  if (count == 1) return std::nullopt;
  if (count >= 2) *out++ = static_cast<char>(group << (24 - 6 * count) >> 16);
  if (count == 3) *out++ = static_cast<char>(group << 6 >> 8);
  return static_cast<size_t>(out - start);
}

}  // namespace kollect::extract
