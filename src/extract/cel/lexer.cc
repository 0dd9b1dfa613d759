#include "extract/cel/lexer.h"

#include <charconv>
#include <cstdlib>

namespace kollect::extract {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr std::string_view kLongSymbols[] = {"&&", "||", "==", "!=", "<=", ">="};
constexpr std::string_view kSymbols = "+-*/%!<>?:.,()[]{}";

}  // namespace

char Lexer::peek(size_t ahead) const {
  return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
}

Token Lexer::invalid(uint32_t start, std::string_view message) {
  at_ = static_cast<uint32_t>(source_.size());
  return {.kind = TokenKind::invalid, .offset = start, .text = message};
}

bool Lexer::skip_blank() {
  while (at_ < source_.size()) {
    if (source_.substr(at_, 2) == "//") {
      const size_t end = source_.find('\n', at_);
      at_ = static_cast<uint32_t>(end == std::string_view::npos ? source_.size() : end);
    } else if (std::string_view(" \t\n\f\r").find(source_[at_]) != std::string_view::npos) {
      ++at_;
    } else {
      return true;
    }
  }
  return false;
}

Token Lexer::next() {
  if (!skip_blank()) return {.kind = TokenKind::end, .offset = at_};
  const uint32_t start = at_;
  const char c = peek();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(start);
  if (c == '"' || c == '\'') return literal(start, false, false);
  if (is_letter(c)) return word(start);
  if (c == '`') return quoted_name(start);
  return symbol(start);
}

Token Lexer::symbol(uint32_t start) {
  for (const std::string_view known : kLongSymbols) {
    if (source_.substr(at_, 2) == known) {
      at_ += 2;
      return {.kind = TokenKind::symbol, .offset = start, .text = known};
    }
  }
  if (kSymbols.find(source_[at_]) == std::string_view::npos) {
    return invalid(start, "unexpected character");
  }
  return {.kind = TokenKind::symbol, .offset = start, .text = source_.substr(at_++, 1)};
}

Token Lexer::word(uint32_t start) {
  const bool may_be_bytes = peek() == 'b' || peek() == 'B';
  const size_t raw_at = may_be_bytes ? 1 : 0;
  const bool is_raw = peek(raw_at) == 'r' || peek(raw_at) == 'R';
  const char quote = peek(raw_at + (is_raw ? 1 : 0));
  if ((may_be_bytes || is_raw) && (quote == '"' || quote == '\'')) {
    at_ += (may_be_bytes ? 1 : 0) + (is_raw ? 1 : 0);
    return literal(start, is_raw, may_be_bytes);
  }
  while (is_letter(peek()) || is_digit(peek())) ++at_;
  return {
      .kind = TokenKind::identifier, .offset = start, .text = source_.substr(start, at_ - start)};
}

Token Lexer::quoted_name(uint32_t start) {
  ++at_;
  const uint32_t begin = at_;
  while (is_letter(peek()) || is_digit(peek()) ||
         (peek() != '\0' && std::string_view(".-/ ").find(peek()) != std::string_view::npos)) {
    ++at_;
  }
  if (peek() != '`' || at_ == begin) return invalid(start, "malformed quoted field name");
  const std::string_view name = source_.substr(begin, at_ - begin);
  ++at_;
  return {.kind = TokenKind::quoted, .offset = start, .text = name};
}

Token Lexer::hexadecimal(uint32_t start) {
  at_ += 2;
  const uint32_t begin = at_;
  while (is_hex(peek())) ++at_;
  return integer(start, source_.substr(begin, at_ - begin), 16);
}

Token Lexer::integer(uint32_t start, std::string_view digits, int base) {
  uint64_t number = 0;
  const auto [end, status] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  const bool fits = status == std::errc() && end == digits.data() + digits.size();
  const bool is_unsigned = peek() == 'u' || peek() == 'U';
  if (is_unsigned) ++at_;
  if (is_letter(peek())) return invalid(start, "malformed number");
  constexpr uint64_t kAfterMaximum = uint64_t{1} << 63;
  if (!fits || (!is_unsigned && number > kAfterMaximum)) {
    return invalid(start, "integer is out of range");
  }
  Token token{.kind = TokenKind::constant,
              .offset = start,
              .text = source_.substr(start, at_ - start),
              .value = CelValue::unsigned_integer(number),
              .needs_minus = !is_unsigned && number == kAfterMaximum};
  if (!is_unsigned && !token.needs_minus) {
    token.value = CelValue::integer(static_cast<int64_t>(number));
  }
  return token;
}

Token Lexer::number(uint32_t start) {
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
    return hexadecimal(start);
  }
  bool is_double = false;
  while (is_digit(peek())) ++at_;
  if (peek() == '.' && is_digit(peek(1))) {
    is_double = true;
    ++at_;
    while (is_digit(peek())) ++at_;
  }
  const size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
  if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
    is_double = true;
    at_ += static_cast<uint32_t>(1 + sign);
    while (is_digit(peek())) ++at_;
  }
  const std::string_view digits = source_.substr(start, at_ - start);
  if (!is_double) return integer(start, digits, 10);
  if (is_letter(peek())) return invalid(start, "malformed number");
  // strtod, not from_chars: what is too large or too small becomes infinite or zero.
  return {.kind = TokenKind::constant,
          .offset = start,
          .text = digits,
          .value = CelValue::number(std::strtod(std::string(digits).c_str(), nullptr))};
}

Token Lexer::literal(uint32_t start, bool is_raw, bool is_bytes) {
  const char quote = peek();
  const bool is_triple = peek(1) == quote && peek(2) == quote;
  const std::string_view closing =
      std::string_view(quote == '"' ? "\"\"\"" : "'''").substr(0, is_triple ? 3 : 1);
  at_ += static_cast<uint32_t>(closing.size());
  const uint32_t begin = at_;
  while (at_ < source_.size() && source_.substr(at_, closing.size()) != closing) {
    if (!is_triple && (peek() == '\n' || peek() == '\r')) break;
    at_ += peek() == '\\' && !is_raw ? 2 : 1;
  }
  if (at_ >= source_.size() || source_.substr(at_, closing.size()) != closing) {
    return invalid(start, "string is not closed");
  }
  std::string_view content = source_.substr(begin, at_ - begin);
  at_ += static_cast<uint32_t>(closing.size());
  std::string plain;
  if (!is_raw && content.find('\\') != std::string_view::npos) {
    const auto kind = is_bytes ? LiteralKind::bytes : LiteralKind::text;
    if (!unescape_literal(content, kind, plain)) return invalid(start, "malformed escape");
    content = plain;
  }
  content = arena_.copy(content);
  return {.kind = TokenKind::constant,
          .offset = start,
          .value = is_bytes ? CelValue::bytes(content) : CelValue::string(content)};
}

}  // namespace kollect::extract
