#include <algorithm>

#include <fmt/format.h>

#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Outcome<Selector> Selector::read(std::string_view text, bool is_of_fields) {
  Selector result;
  result.is_of_fields_ = is_of_fields;
  for (const std::string& part : split(trimmed(text), ',')) {
    const size_t equals = part.find('=');
    const bool has_value = equals != std::string::npos;
    std::string_view key = trimmed(std::string_view(part).substr(0, equals));
    Term term{.is_negative = has_value ? key.ends_with('!') : key.starts_with('!')};
    if (term.is_negative) key = trimmed(key.substr(has_value ? 0 : 1, key.size() - 1));
    if (has_value) {
      const std::string_view value = std::string_view(part).substr(equals + 1);
      term.value = trimmed(value.substr(value.starts_with('=') ? 1 : 0));
    }
    if (key.empty() || key.find_first_of(" (") != std::string_view::npos ||
        (is_of_fields && !has_value))
      return bad_request(fmt::format("unable to parse requirement: \"{}\"", part));
    term.path = is_of_fields ? split(key, '.')
                             : std::vector<std::string>{"metadata", "labels", std::string(key)};
    result.terms_.push_back(std::move(term));
  }
  return result;
}

bool Selector::matches(const Value& object) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    const Value* at = &object;
    for (const std::string& step : term.path) at = at == nullptr ? nullptr : at->find(step);
    std::optional<std::string> found;
    if (at != nullptr || is_of_fields_) found = at != nullptr ? plain_text(*at) : "";
    return (term.value ? found == term.value : found.has_value()) != term.is_negative;
  });
}

}  // namespace kollect::sandbox
