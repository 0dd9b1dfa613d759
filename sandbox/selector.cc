#include <algorithm>

#include <fmt/format.h>

#include "base/json_write.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// At commas outside of parentheses.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size()) depth += (text[at] == '(') - (text[at] == ')');
    if (at < text.size() && (text[at] != ',' || depth > 0)) continue;
    parts.emplace_back(trimmed(text.substr(begin, at - begin)));
    begin = at + 1;
  }
  return parts;
}

}  // namespace

Result<Selector::Term> Selector::term(std::string_view text) {
  const bool is_set = text.ends_with(')');
  const size_t end = is_set ? text.find('(') : text.find('=');
  std::string_view key = trimmed(text.substr(0, end));
  Term result;
  if (is_set) {
    result.is_negative = key.ends_with(" notin");
    if (!result.is_negative && !key.ends_with(" in")) key = {};
    key = trimmed(key.substr(0, key.rfind(' ')));
    result.values = split(text.substr(end + 1, text.size() - end - 2));
  } else if (end != std::string_view::npos) {
    result.is_negative = key.ends_with('!');
    if (result.is_negative) key = trimmed(key.substr(0, key.size() - 1));
    const std::string_view value = text.substr(end + 1);
    result.values.emplace_back(trimmed(value.substr(value.starts_with('=') ? 1 : 0)));
  } else {
    result.is_negative = key.starts_with('!');
    if (result.is_negative) key = trimmed(key.substr(1));
  }
  result.key = key;
  if (key.empty() || key.find_first_of(" (") != std::string_view::npos)
    return invalid(fmt::format("unable to parse requirement: \"{}\"", text));
  return result;
}

Result<Selector> Selector::labels(std::string_view text) {
  Selector result;
  if (trimmed(text).empty()) return result;
  for (const std::string& part : split(text)) {
    auto parsed = term(part);
    if (!parsed) return parsed.error();
    result.terms_.push_back(*std::move(parsed));
  }
  return result;
}

Result<Selector> Selector::fields(std::string_view text) {
  auto result = labels(text);
  if (!result) return result;
  for (const Term& each : result->terms_) {
    if (each.values.size() != 1)
      return invalid(fmt::format("invalid field selector: \"{}\"; can't understand", text));
  }
  return result;
}

bool Selector::Term::holds(const Value* value) const {
  if (values.empty()) return (value != nullptr) != is_negative;
  if (value == nullptr) return is_negative;
  const std::string text =
      value->is_string() ? std::string(value->as_string()) : json::to_text(*value);
  return (std::ranges::find(values, text) != values.end()) != is_negative;
}

bool Selector::matches_labels(const Value& object) const {
  const Value* labels = object.at({"metadata", "labels"});
  return std::ranges::all_of(terms_, [&](const Term& term) {
    return term.holds(labels != nullptr ? labels->find(term.key) : nullptr);
  });
}

bool Selector::matches_fields(const Value& object) const {
  const auto value_at = [&](std::string_view path) {
    const Value* at = &object;
    while (at != nullptr && !path.empty()) {
      const size_t dot = std::min(path.find('.'), path.size());
      at = at->find(path.substr(0, dot));
      path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return at;
  };
  const Value absent = Value::string("");
  return std::ranges::all_of(terms_, [&](const Term& term) {
    const Value* value = value_at(term.key);
    return term.holds(value != nullptr ? value : &absent);
  });
}

}  // namespace kollect::sandbox
