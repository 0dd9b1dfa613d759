#include "base/detail/json_token.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace kollect::json {

namespace {

constexpr uint32_t kReplacement = 0xFFFD;

size_t digits(std::string_view text, size_t from) {
  size_t end = from;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - from;
}

enum class Shape { none, whole, fraction };

Shape number_shape(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const size_t whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return Shape::none;
  at += whole;
  Shape shape = Shape::whole;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = digits(text, at + 1);
    if (fraction == 0) return Shape::none;
    at += 1 + fraction;
    shape = Shape::fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const size_t exponent = digits(text, at);
    if (exponent == 0) return Shape::none;
    at += exponent;
    shape = Shape::fraction;
  }
  return at == text.size() ? shape : Shape::none;
}

// from_chars does not say whether a number was too large or too small; strtod does.
bool parse_out_of_range(std::string_view token, Value& out) {
  const double number = std::strtod(std::string(token).c_str(), nullptr);
  if (!std::isfinite(number)) return false;
  out = Value::number(number);
  return true;
}

bool parse_double(std::string_view token, Value& out) {
  double number = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), number);
  if (read.ec == std::errc::result_out_of_range) return parse_out_of_range(token, out);
  if (read.ec != std::errc()) return false;
  out = Value::number(number);
  return true;
}

}  // namespace

bool parse_number_text(std::string_view token, Value& out) {
  const Shape shape = number_shape(token);
  if (shape == Shape::none) return false;
  const char* end = token.data() + token.size();
  if (shape == Shape::whole) {
    int64_t whole = 0;
    if (std::from_chars(token.data(), end, whole).ec == std::errc()) {
      out = Value::integer(whole);
      return true;
    }
    uint64_t large = 0;
    if (token.front() != '-' && std::from_chars(token.data(), end, large).ec == std::errc()) {
      out = Value::unsigned_integer(large);
      return true;
    }
  }
  return parse_double(token, out);
}

namespace {

// The four hex digits at `at`, or -1.
int32_t hex4(std::string_view raw, size_t at) {
  if (at + 4 > raw.size()) return -1;
  int32_t code = 0;
  const char* end = raw.data() + at + 4;
  const auto read = std::from_chars(raw.data() + at, end, code, 16);
  return read.ptr == end && raw[at] != '-' ? code : -1;
}

bool is_high(int32_t code) { return code >= 0xD800 && code <= 0xDBFF; }
bool is_low(int32_t code) { return code >= 0xDC00 && code <= 0xDFFF; }

// Reads the \u escape whose 'u' is at `at`, with its second half where it is one of a pair; moves
// `at` behind it.
bool unescape_unicode(std::string_view raw, size_t& at, char*& place) {
  const int32_t first = hex4(raw, at + 1);
  if (first < 0) return false;
  at += 5;
  uint32_t code = static_cast<uint32_t>(first);
  if (is_high(first) && raw.substr(at, 2) == "\\u" && is_low(hex4(raw, at + 2))) {
    const auto second = static_cast<uint32_t>(hex4(raw, at + 2));
    code = 0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00);
    at += 6;
  } else if (is_high(first) || is_low(first)) {
    code = kReplacement;
  }
  place = put_utf8(place, code);
  return true;
}

char short_escape(char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '/':
      return '/';
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
    default:
      return '\0';
  }
}

}  // namespace

char* put_utf8(char* place, uint32_t code) {
  const auto put = [&](uint32_t byte) { *place++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return place;
}

bool parse_scalar(std::string_view token, Value& out) {
  if (token == "null") {
    out = Value();
  } else if (token == "true" || token == "false") {
    out = Value::boolean(token.size() == 4);
  } else {
    return parse_number_text(token, out);
  }
  return true;
}

bool unescape(std::string_view raw, Arena& arena, std::string_view& out) {
  char* const begin =
      static_cast<char*>(arena.allocate(raw.size()));  // an escape is never shorter than its text
  char* place = begin;
  for (size_t at = 0; at < raw.size();) {
    if (raw[at] != '\\') {
      *place++ = raw[at++];
      continue;
    }
    if (++at == raw.size()) return false;
    if (raw[at] == 'u') {
      if (!unescape_unicode(raw, at, place)) return false;
      continue;
    }
    const char plain = short_escape(raw[at++]);
    if (plain == '\0') return false;
    *place++ = plain;
  }
  out = {begin, static_cast<size_t>(place - begin)};
  return true;
}

}  // namespace kollect::json
