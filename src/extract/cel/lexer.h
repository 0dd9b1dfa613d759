// From the text of an expression to tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extract/cel/ast.h"
#include "extract/cel/value.h"

namespace kollect::extract {

enum class TokenKind : uint8_t {
  end,
  invalid,     // `text` says what is wrong
  identifier,  // reserved words included: the parser decides where they may stand
  quoted,      // `a-b`, as a field name; `text` is the content
  constant,    // number, string, bytes; `value`
  symbol,      // operator or bracket; `text`
};

struct Token {
  TokenKind kind = TokenKind::end;
  uint32_t offset = 0;
  std::string_view text = {};
  CelValue value = {};
  bool needs_minus = false;  // the constant is 2^63, which only a minus makes an int
};

// Reads one token after the other. Contents of string literals are kept in the arena. Integers that
// do not fit are invalid tokens.
class Lexer {
 public:
  Lexer(std::string_view source, json::Arena& arena) : source_(source), arena_(arena) {}
  Token next();

 private:
  bool skip_blank();
  Token number(uint32_t start);
  Token hexadecimal(uint32_t start);
  Token integer(uint32_t start, std::string_view digits, int base);
  Token word(uint32_t start);
  Token quoted_name(uint32_t start);
  Token literal(uint32_t start, bool is_raw, bool is_bytes);
  Token symbol(uint32_t start);
  Token invalid(uint32_t start, std::string_view message);
  char peek(size_t ahead = 0) const;

  std::string_view source_;
  json::Arena& arena_;
  uint32_t at_ = 0;
};

// What the escapes of a literal stand for, appended to `out`; false when one is malformed. In a
// string an escape \xHH or \OOO names a code point, in bytes a byte.
enum class LiteralKind : uint8_t { text, bytes };
bool unescape_literal(std::string_view content, LiteralKind kind, std::string& out);

}  // namespace kollect::extract
