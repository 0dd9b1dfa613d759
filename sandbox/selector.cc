#include "sandbox/selector.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_write.h"

namespace kollect::sandbox {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size()) depth += (text[at] == '(') - (text[at] == ')');
    if (at < text.size() && (text[at] != ',' || depth > 0)) continue;
    parts.push_back(trimmed(text.substr(begin, at - begin)));
    begin = at + 1;
  }
  return parts;
}

const json::Value* value_at(const json::Value& object, std::string_view path) {
  const json::Value* at = &object;
  while (at != nullptr && !path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    at = at->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

}  // namespace

Result<Selector::Term> Selector::term(std::string_view text) {
  const auto refuse = [&] {
    return invalid(fmt::format("unable to parse requirement: \"{}\"", text));
  };
  if (const size_t open = text.find('('); open != std::string_view::npos) {
    const std::string_view head = trimmed(text.substr(0, open));
    const size_t blank = head.find(' ');
    if (!text.ends_with(')') || blank == std::string_view::npos) return refuse();
    const std::string_view word = trimmed(head.substr(blank));
    if (word != "in" && word != "notin") return refuse();
    Term result{std::string(head.substr(0, blank)), word == "in" ? Test::in : Test::not_in, {}};
    for (const auto value : split(text.substr(open + 1, text.size() - open - 2)))
      result.values.emplace_back(value);
    return result;
  }
  if (const size_t at = text.find('='); at != std::string_view::npos) {
    const bool is_not = at > 0 && text[at - 1] == '!';
    const size_t skip = at + (text.substr(at).starts_with("==") ? 2 : 1);
    const std::string_view key = trimmed(text.substr(0, at - (is_not ? 1 : 0)));
    if (key.empty()) return refuse();
    return Term{std::string(key),
                is_not ? Test::not_in : Test::in,
                {std::string(trimmed(text.substr(skip)))}};
  }
  const bool is_absent = text.starts_with('!');
  const std::string_view key = trimmed(text.substr(is_absent ? 1 : 0));
  if (key.empty() || key.find(' ') != std::string_view::npos) return refuse();
  return Term{std::string(key), is_absent ? Test::absent : Test::exists, {}};
}

Result<Selector> Selector::labels(std::string_view text) {
  Selector result;
  if (trimmed(text).empty()) return result;
  for (const std::string_view part : split(text)) {
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

bool Selector::holds(const Term& term, const std::string* value) {
  const auto is_listed = [&] {
    return value != nullptr && std::ranges::find(term.values, *value) != term.values.end();
  };
  switch (term.test) {
    case Test::in:
      return is_listed();
    case Test::not_in:
      return !is_listed();
    case Test::exists:
      return value != nullptr;
    case Test::absent:
      return value == nullptr;
  }
  return false;
}

bool Selector::matches_labels(const json::Value& object) const {
  const json::Value* labels = object.at({"metadata", "labels"});
  return std::ranges::all_of(terms_, [&](const Term& term) {
    const json::Value* value = labels != nullptr ? labels->find(term.key) : nullptr;
    const std::string text =
        value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
    return holds(term, value != nullptr ? &text : nullptr);
  });
}

bool Selector::matches_fields(const json::Value& object) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    const json::Value* value = value_at(object, term.key);
    const std::string text = value == nullptr || value->is_null() ? std::string()
                             : value->is_string()                 ? std::string(value->as_string())
                                                                  : json::to_text(*value);
    return holds(term, &text);
  });
}

std::vector<std::string> Selector::keys() const {
  std::vector<std::string> keys;
  for (const Term& term : terms_) keys.push_back(term.key);
  return keys;
}

}  // namespace kollect::sandbox
