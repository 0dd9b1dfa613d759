#include "base/detail/redact_words.h"

#include <algorithm>
#include <array>

#include "base/redact.h"

namespace kollect {

namespace {

// A name that ends in one of these, its separators and trailing digits removed, holds a secret.
constexpr std::array<std::string_view, 22> kSecretEndings = {
    "password",   "passwd",          "passphrase", "passcode",   "secret",
    "token",      "apikey",          "privatekey", "accesskey",  "secretkey",
    "accountkey", "sharedkey",       "signature",  "credential", "credentials",
    "auth",       "authorization",   "cookie",     "jwt",        "bearer",
    "dsn",        "connectionstring"};
// Short names count only as the whole last part: db_pass and userPwd, but not bypass.
constexpr std::array<std::string_view, 5> kSecretParts = {"pass", "pwd", "sig", "sas", "pat"};
constexpr std::array<std::string_view, 2> kHeaderEndings = {"authorization", "cookie"};

constexpr std::array<std::string_view, 24> kTokenPrefixes = {
    "ghp_",     "gho_",   "ghu_",  "ghs_",  "ghr_",  "github_pat_", "glpat-", "gldt-",
    "glrt-",    "glcbt-", "xoxa-", "xoxb-", "xoxp-", "xoxr-",       "xoxs-",  "xapp-",
    "sk_live_", "npm_",   "hvs.",  "hvb.",  "ya29.", "AKIA",        "ASIA",   "AIza"};
constexpr size_t kShortestToken = 14;

// Words that follow "token: " or "Bearer " in messages of people and libraries.
constexpr std::string_view kProse =
    " a an and auth authentication authorization cannot connection context could"
    " credential credentials denied dial empty error expected expired failed false field"
    " for forbidden get in invalid is key malformed missing must needs no none not null"
    " open or permission post read required secret the timeout token tokens true unable"
    " unauthorized unexpected was ";

template <size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <size_t N>
bool ends_in(const std::array<std::string_view, N>& endings, std::string_view word) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return word.ends_with(ending); });
}

// The last part of a name: "pass" of db_pass and of dbPass.
std::string_view last_part(std::string_view name) {
  size_t start = name.size();
  while (start > 0 && is_alnum(name[start - 1])) {
    --start;
    if (is_upper(name[start]) && start > 0 && !is_upper(name[start - 1])) break;
  }
  return name.substr(start);
}

char lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

bool is_secret_prose(std::string_view word) {
  while (!word.empty() && !is_alnum(word.back())) word.remove_suffix(1);
  if (word.empty() || word.size() > 16 || word.find(' ') != std::string_view::npos) return false;
  return kProse.find(" " + lower_ascii(word) + " ") != std::string_view::npos;
}

bool names_secret_header(std::string_view name) {
  constexpr size_t kLongest = 24;
  if (name.size() > kLongest) name.remove_prefix(name.size() - kLongest);
  return ends_in(kHeaderEndings, lower_ascii(name));
}

bool is_token(std::string_view word) {
  if (word.size() < kShortestToken) return false;
  for (std::string_view prefix : kTokenPrefixes) {
    if (word.starts_with(prefix)) return true;
  }
  const auto plain = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); };
  return word.size() == 23 && word[6] == '.' && std::any_of(word.begin(), word.end(), is_digit) &&
         std::all_of(word.begin(), word.begin() + 6, plain) &&
         std::all_of(word.begin() + 7, word.end(), plain);
}

size_t find_web_token(std::string_view word) {
  const size_t start = word.find("eyJ");
  if (start == std::string_view::npos || word.size() - start < kShortestToken)
    return std::string_view::npos;
  return start == 0 || !is_alnum(word[start - 1]) ? start : std::string_view::npos;
}

bool names_secret(std::string_view key) {
  while (!key.empty() && !is_alnum(key.back())) key.remove_suffix(1);
  while (!key.empty() && is_digit(key.back())) key.remove_suffix(1);
  if (holds(kSecretParts, lower_ascii(last_part(key)))) return true;
  constexpr size_t kLongest = 32;
  std::string plain;
  for (size_t i = key.size(); i > 0 && plain.size() < kLongest; --i) {
    if (is_alnum(key[i - 1])) plain += lower(key[i - 1]);
  }
  std::reverse(plain.begin(), plain.end());
  return ends_in(kSecretEndings, plain);
}

}  // namespace kollect
