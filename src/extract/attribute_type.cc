#include "extract/attribute_type.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "base/json_write.h"
#include "extract/cel/lib_time.h"
#include "extract/scrub.h"

namespace kollect::extract {

namespace {

using json::Kind;
using json::Value;

constexpr std::array<std::pair<std::string_view, AttributeType>, 10> kWords = {{
    {"list", AttributeType::list},
    {"int", AttributeType::integer},
    {"float", AttributeType::floating},
    {"bool", AttributeType::boolean},
    {"string", AttributeType::string},
    {"timestamp", AttributeType::timestamp},
    {"duration", AttributeType::duration},
    {"bytes", AttributeType::bytes},
    {"object", AttributeType::object},
    {"map", AttributeType::object},
}};

Typed kept(const Value& value, bool fits) { return {value, fits ? Fit::yes : Fit::no}; }

bool is_integer_text(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return !text.empty() && digits && (text.size() == 1 || text.front() != '0');
}

// The number that a JSON number text stands for; null when it is none.
Value number_of(std::string_view text) {
  Value number;
  return json::parse_number_text(text, number) ? number : Value();
}

Typed to_integer(const Value& value) {
  if (value.kind() == Kind::number)
    return kept(value, std::trunc(value.as_double()) == value.as_double());
  if (value.is_number()) return kept(value, true);
  if (!value.is_string() || !is_integer_text(value.as_string())) return kept(value, false);
  const Value number = number_of(value.as_string());
  return number.is_number() && number.kind() != Kind::number ? kept(number, true)
                                                             : kept(value, false);
}

Typed to_floating(const Value& value) {
  if (value.is_number()) return kept(value, true);
  if (!value.is_string()) return kept(value, false);
  const Value number = number_of(value.as_string());
  return number.is_number() ? kept(number, true) : kept(value, false);
}

Typed to_boolean(const Value& value) {
  if (value.kind() == Kind::boolean) return kept(value, true);
  const std::string_view text = value.is_string() ? value.as_string() : std::string_view();
  if (text == "true" || text == "false") return kept(Value::boolean(text == "true"), true);
  return kept(value, false);
}

Typed to_string(const Value& value, json::Arena& arena) {
  if (value.is_string()) return kept(value, true);
  if (!value.is_number() && value.kind() != Kind::boolean) return kept(value, false);
  return kept(arena.string(json::to_text(value)), true);
}

Typed to_list(const Value& value, json::Arena& arena) {
  if (value.is_null()) return kept(Value::array({}), true);
  if (value.is_array()) return kept(value, true);
  return kept(arena.array({&value, 1}), true);
}

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  return std::ranges::all_of(text.substr(0, text.size() - padding), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

bool is_duration(const Value& value) {
  if (value.kind() == Kind::integer) return true;
  return value.is_string() && parse_duration(value.as_string()).has_value();
}

}  // namespace

AttributeType attribute_type(std::string_view word) {
  const auto* found =
      std::ranges::find(kWords, word, &std::pair<std::string_view, AttributeType>::first);
  return found == kWords.end() ? AttributeType::any : found->second;
}

bool is_known_type(std::string_view word) { return attribute_type(word) != AttributeType::any; }

Typed apply_type(AttributeType type, const Value& value, json::Arena& arena) {
  if (is_marker(value)) return kept(value, true);
  if (value.is_null() && type != AttributeType::list) return kept(value, true);
  switch (type) {
    case AttributeType::any:
      return kept(value, true);
    case AttributeType::list:
      return to_list(value, arena);
    case AttributeType::integer:
      return to_integer(value);
    case AttributeType::floating:
      return to_floating(value);
    case AttributeType::boolean:
      return to_boolean(value);
    case AttributeType::string:
      return to_string(value, arena);
    case AttributeType::timestamp:
      return kept(value, value.is_string() && parse_timestamp(value.as_string()).has_value());
    case AttributeType::duration:
      return kept(value, is_duration(value));
    case AttributeType::bytes:
      return kept(value, value.is_string() && is_base64(value.as_string()));
    case AttributeType::object:
      return kept(value, value.is_object());
  }
  return kept(value, true);
}

}  // namespace kollect::extract
