// The vocabulary of redaction: characters, names and shapes of secrets.
#pragma once

#include <string>
#include <string_view>

namespace kollect {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_alnum(char c) { return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z'); }
inline bool is_word(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }
inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r'; }
inline bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
std::string lower_ascii(std::string_view text);

// Whether the word follows "token: " or "Bearer " in the messages of people and libraries.
bool is_secret_prose(std::string_view word);
// Whether the value of this name goes to the end of its line: Authorization, Set-Cookie.
bool names_secret_header(std::string_view name);
// Tokens with a prefix of their issuer, and bootstrap tokens of Kubernetes.
bool is_token(std::string_view word);
// Where a JSON web token (base64 of `{"`) starts in a word; npos without one.
size_t find_web_token(std::string_view word);

}  // namespace kollect
