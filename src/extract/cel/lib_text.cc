#include "extract/cel/lib_text.h"

#include <algorithm>
#include <cstring>

namespace kollect::extract {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

uint8_t byte_at(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

struct Decoded {
  char32_t point = kReplacement;
  size_t bytes = 1;
  bool is_valid = false;
};

Decoded decode(std::string_view text) {
  const uint8_t lead = byte_at(text, 0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t bytes = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (bytes == 0 || text.size() < bytes) return {};
  char32_t point = lead & (0x7Fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return {};
    point = point << 6 | (byte_at(text, i) & 0x3Fu);
  }
  const bool overlong = (bytes == 3 && point < 0x800) || (bytes == 4 && point < 0x10000);
  const bool beyond = point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF);
  if (overlong || beyond) return {};
  return {point, bytes, true};
}

bool is_space(char32_t point) {
  if (point < 0x80) return point == ' ' || (point >= '\t' && point <= '\r');
  constexpr char32_t kOthers[] = {0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  return (point >= 0x2000 && point <= 0x200A) ||
         std::find(std::begin(kOthers), std::end(kOthers), point) != std::end(kOthers);
}

// Bytes of the last code point of a text that is not empty.
size_t last_code_point_bytes(std::string_view text) {
  for (size_t bytes = 2; bytes <= std::min<size_t>(4, text.size()); ++bytes) {
    const Decoded last = decode(text.substr(text.size() - bytes));
    if (last.is_valid && last.bytes == bytes) return bytes;
  }
  return 1;
}

char escape_of(char c) {
  constexpr std::string_view kMeant = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  const size_t at = kMeant.find(c);
  return at == std::string_view::npos ? '\0' : kLetters[at];
}

template <typename Change>
void change_each(std::string_view text, char* out, Change change) {
  std::transform(text.begin(), text.end(), out, change);
}

}  // namespace

bool is_ascii(std::string_view text) {
  uint64_t seen = 0;
  for (; text.size() >= sizeof(seen); text.remove_prefix(sizeof(seen))) {
    uint64_t word;
    std::memcpy(&word, text.data(), sizeof(word));
    seen |= word;
  }
  for (char c : text) seen |= static_cast<uint8_t>(c);
  return (seen & 0x8080808080808080u) == 0;
}

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (!next.is_valid) return false;
    text.remove_prefix(next.bytes);
  }
  return true;
}

size_t code_point_bytes(std::string_view text) { return decode(text).bytes; }

char32_t code_point(std::string_view text) { return decode(text).point; }

size_t encode_code_point(char32_t point, char* out) {
  if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) point = kReplacement;
  if (point < 0x80) {
    out[0] = static_cast<char>(point);
    return 1;
  }
  const size_t bytes = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  for (size_t i = bytes - 1; i > 0; --i, point >>= 6)
    out[i] = static_cast<char>(0x80 | (point & 0x3F));
  out[0] = static_cast<char>((0xF00u >> bytes & 0xF0u) | point);
  return bytes;
}

size_t repair_utf8(std::string_view text, char* out) {
  char* const start = out;
  for (; !text.empty(); text.remove_prefix(code_point_bytes(text))) {
    out += encode_code_point(code_point(text), out);
  }
  return static_cast<size_t>(out - start);
}

size_t code_point_count(std::string_view text) {
  if (is_ascii(text)) return text.size();
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(code_point_bytes(text));
  return count;
}

std::optional<size_t> byte_position(std::string_view text, size_t index) {
  size_t at = 0;
  for (; index > 0; --index) {
    if (at == text.size()) return std::nullopt;
    at += code_point_bytes(text.substr(at));
  }
  return at;
}

std::optional<size_t> index_of(std::string_view text, std::string_view word, size_t from) {
  const std::optional<size_t> start = byte_position(text, from);
  if (!start) return std::nullopt;
  const size_t found = text.find(word, *start);
  if (found == std::string_view::npos) return std::nullopt;
  return from + code_point_count(text.substr(*start, found - *start));
}

std::optional<size_t> last_index_of(std::string_view text, std::string_view word, size_t from) {
  const size_t start = byte_position(text, from).value_or(text.size());
  const size_t found = text.rfind(word, start);
  if (found == std::string_view::npos) return std::nullopt;
  return code_point_count(text.substr(0, found));
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(code_point(text))) text.remove_prefix(code_point_bytes(text));
  while (!text.empty()) {
    const size_t bytes = last_code_point_bytes(text);
    if (!is_space(code_point(text.substr(text.size() - bytes)))) break;
    text.remove_suffix(bytes);
  }
  return text;
}

void lower_ascii(std::string_view text, char* out) {
  change_each(text, out,
              [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

void upper_ascii(std::string_view text, char* out) {
  change_each(text, out,
              [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
}

void reverse_text(std::string_view text, char* out) {
  for (out += text.size(); !text.empty();) {
    const size_t bytes = code_point_bytes(text);
    out -= bytes;
    std::memcpy(out, text.data(), bytes);
    text.remove_prefix(bytes);
  }
}

size_t quoted_bytes(std::string_view text) {
  size_t bytes = 2;
  while (!text.empty()) {
    const Decoded next = decode(text);
    bytes += !next.is_valid ? 3 : next.bytes;
    if (next.bytes == 1 && escape_of(text.front()) != '\0') ++bytes;
    text.remove_prefix(next.bytes);
  }
  return bytes;
}

void quote(std::string_view text, char* out) {
  *out++ = '"';
  while (!text.empty()) {
    const Decoded next = decode(text);
    const char letter = next.bytes == 1 ? escape_of(text.front()) : '\0';
    if (letter != '\0') {
      *out++ = '\\';
      *out++ = letter;
    } else {
      out += encode_code_point(next.point, out);
    }
    text.remove_prefix(next.bytes);
  }
  *out = '"';
}

}  // namespace kollect::extract
