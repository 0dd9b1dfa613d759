#include <charconv>
#include <optional>

#include "extract/cel/lexer.h"
#include "extract/cel/lib_text.h"

namespace kollect::extract {

namespace {

// The character that a one-letter escape stands for; 0 when there is none.
char simple_escape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`':
      return c;
    default:
      return '\0';
  }
}

struct NumericEscape {
  size_t skip;    // letters before the digits
  size_t digits;  // zero: no numeric escape
  int base;
};

NumericEscape numeric_escape(char c, LiteralKind kind) {
  if (c == 'x' || c == 'X') return {1, 2, 16};
  if (c == 'u' && kind == LiteralKind::text) return {1, 4, 16};
  if (c == 'U' && kind == LiteralKind::text) return {1, 8, 16};
  if (c >= '0' && c <= '3') return {0, 3, 8};
  return {0, 0, 0};
}

bool append_number(uint32_t number, LiteralKind kind, std::string& out) {
  if (kind == LiteralKind::bytes) {
    out.push_back(static_cast<char>(number));
    return true;
  }
  if (number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) return false;
  char utf8[4];
  out.append(utf8, encode_code_point(number, utf8));
  return true;
}

std::optional<uint32_t> number_of(std::string_view digits, int base) {
  uint32_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  const bool is_whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

// The code point of a high surrogate and the low one that follows as \uDC00 to \uDFFF; absent when
// none follows.
std::optional<uint32_t> surrogate_pair(uint32_t high, std::string_view rest) {
  constexpr size_t kEscapeBytes = 6;
  if (high < 0xD800 || high > 0xDBFF || !rest.starts_with("\\u")) return std::nullopt;
  if (rest.size() < kEscapeBytes) return std::nullopt;
  const auto low = number_of(rest.substr(2, 4), 16);
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
  return 0x10000 + ((high - 0xD800) << 10) + (*low - 0xDC00);
}

}  // namespace

bool unescape_literal(std::string_view content, LiteralKind kind, std::string& out) {
  size_t at = 0;
  while (at < content.size()) {
    if (content[at] != '\\') {
      out.push_back(content[at++]);
      continue;
    }
    if (++at == content.size()) return false;
    if (const char plain = simple_escape(content[at]); plain != '\0') {
      out.push_back(plain);
      ++at;
      continue;
    }
    const NumericEscape escape = numeric_escape(content[at], kind);
    if (escape.digits == 0 || at + escape.skip + escape.digits > content.size()) return false;
    auto number = number_of(content.substr(at + escape.skip, escape.digits), escape.base);
    if (!number) return false;
    at += escape.skip + escape.digits;
    if (const auto pair = surrogate_pair(*number, content.substr(at))) {
      number = pair;
      at += 6;
    }
    if (!append_number(*number, kind, out)) return false;
  }
  return true;
}

}  // namespace kollect::extract
