#include "base/detail/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/detail/utf8.h"
#include "base/json_write.h"

namespace kollect::yaml {

namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 12> kNotFinite = {".nan",  ".NaN",  ".NAN",  ".inf",
                                                         ".Inf",  ".INF",  "+.inf", "+.Inf",
                                                         "+.INF", "-.inf", "-.Inf", "-.INF"};

template <size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t digits(std::string_view text, size_t from) {
  size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

// [-+]?(.d+|d+(.d*)?)([eE][-+]?d+)?
bool is_float(std::string_view text) {
  size_t at = text.starts_with("-") || text.starts_with("+") ? 1 : 0;
  const size_t whole = digits(text, at);
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = digits(text, at + 1);
    if (whole == 0 && fraction == 0) return false;
    at += 1 + fraction;
  } else if (whole == 0) {
    return false;
  }
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const size_t exponent = digits(text, at);
  return exponent > 0 && at + exponent == text.size();
}

template <typename T>
std::optional<T> read(std::string_view text, int base) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// 0x, 0b, 0o and a leading 0 choose the base; a sign only for what fits the signed range.
std::optional<json::Value> read_integer(std::string_view text) {
  const bool negative = text.starts_with("-");
  const bool has_sign = negative || text.starts_with("+");
  if (has_sign) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char letter = static_cast<char>(text[1] | 0x20);
    base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    text.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
  }
  if (text.empty() || text[0] == '-') return std::nullopt;
  const std::optional<uint64_t> magnitude = read<uint64_t>(text, base);
  constexpr uint64_t kMax = uint64_t{1} << 63;
  if (!magnitude || (has_sign && *magnitude > kMax - (negative ? 0 : 1))) return std::nullopt;
  if (!negative) return json::Value::unsigned_integer(*magnitude);
  return json::Value::integer(*magnitude == kMax ? INT64_MIN : -static_cast<int64_t>(*magnitude));
}

// A whole number is an integer, as it is once Kubernetes has turned it into JSON and read it back.
json::Value from_double(double number) {
  constexpr double kLimit = 9223372036854775808.0;
  const bool whole = std::trunc(number) == number && number >= -kLimit && number < kLimit;
  return whole ? json::Value::integer(static_cast<int64_t>(number)) : json::Value::number(number);
}

std::optional<json::Value> read_number(std::string_view text) {
  const char first = text.empty() ? '\0' : text[0];
  if (!is_digit(first) && first != '-' && first != '+' && first != '.') return std::nullopt;
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
  if (auto integer = read_integer(plain)) return integer;
  if (!is_float(plain)) return std::nullopt;
  const double number = std::strtod(plain.c_str(), nullptr);
  if (!std::isfinite(number)) return std::nullopt;  // stays text, as kubectl has it
  return from_double(number);
}

Result<json::Value> resolve_plain(std::string_view text, json::Arena& arena) {
  if (holds(kNull, text)) return json::Value();
  if (holds(kTrue, text)) return json::Value::boolean(true);
  if (holds(kFalse, text)) return json::Value::boolean(false);
  if (holds(kNotFinite, text)) return invalid("JSON has no infinities and no NaN");
  if (const auto number = read_number(text)) return *number;
  return arena.string(text);
}

bool fits(std::string_view tag, const json::Value& value) {
  if (tag == "bool") return value.kind() == json::Kind::boolean;
  if (tag == "null") return value.is_null();
  if (tag == "float") return value.is_number();
  return value.is_number() && value.kind() != json::Kind::number;
}

}  // namespace

Result<json::Value> resolve(const Scalar& scalar, json::Arena& arena) {
  if (scalar.tag.empty()) {
    return scalar.implicit ? resolve_plain(scalar.text, arena) : arena.string(scalar.text);
  }
  const std::string_view tag = scalar.tag.starts_with(kTagPrefix)
                                   ? scalar.tag.substr(kTagPrefix.size())
                                   : std::string_view();
  if (tag == "binary") {
    const auto bytes = base64_decode(scalar.text);
    if (!bytes) return invalid("!!binary is no base64");
    return arena.string(valid_utf8(*bytes));
  }
  if (tag != "bool" && tag != "null" && tag != "float" && tag != "int")
    return arena.string(scalar.text);
  auto value = resolve_plain(scalar.text, arena);
  if (value && !fits(tag, *value)) return invalid(fmt::format("a value that is no !!{}", tag));
  return value;
}

Result<std::string_view> key_text(const json::Value& value, json::Arena& arena) {
  if (value.is_string()) return value.as_string();
  if (value.is_null()) return invalid("a map key that is null");
  return arena.copy(json::to_text(value));
}

bool is_safe_plain(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords = {"y",   "n",    "yes",   "no",  "on",
                                                      "off", "true", "false", "null"};
  constexpr size_t kLongest = 200;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_inner = [&](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '/' || c == '-';
  };
  if (text.empty() || text.size() > kLongest || !is_letter(text.front())) return false;
  if (!is_letter(text.back()) && !is_digit(text.back())) return false;
  if (!std::all_of(text.begin(), text.end(), is_inner)) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(c | 0x20); });
  return !holds(kWords, lower);
}

}  // namespace kollect::yaml
