// Taking secrets out of text that people will see: logs, events, conditions, statuses.
//
// Everything in doubt is taken out: a lost detail costs a look elsewhere, a leaked password costs
// far more.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kollect {

// The longest text that leaves redact() unless the caller asks for less.
inline constexpr size_t kMaxRedactedBytes = 1024;

// What stands where a secret stood.
inline constexpr std::string_view kSecretMark = "***";

// The text without its secrets, valid UTF-8 (a bad byte becomes U+FFFD), at most `max_bytes` long;
// a text that was cut ends in "..." on a character boundary. Takes out, each replaced by
// kSecretMark:
//  - the userinfo of URLs, and `user:password@host` without a scheme;
//  - the values of keys that name secrets (password=, "token": "...", --api-key X, libpq and ADO
//  strings, queries);
//  - values of Authorization, Cookie and like headers, to the end of their line or quote;
//  - credentials after the words Bearer, Basic, Token, Negotiate;
//  - JSON web tokens, tokens with a known prefix (ghp_, glpat-, AKIA...), bootstrap tokens, PEM
//  private keys.
// Time and memory are linear in the text. Pure; any thread.
std::string redact(std::string_view text, size_t max_bytes = kMaxRedactedBytes);

// Whether a field of this name holds a secret: dbPassword, API_TOKEN, client-secret, authorization
// do; secretName, tokenFile, passwords do not. Case, '_', '-' and '.' do not matter.
bool names_secret(std::string_view key);

// At most `max_bytes` of a UTF-8 text, never half a character.
std::string_view cut_utf8(std::string_view text, size_t max_bytes);

}  // namespace kollect
