#include "sandbox/access.h"

#include <algorithm>

#include <fmt/format.h>

namespace kollect::sandbox {

namespace {

bool fits(const std::string& pattern, const std::string& text) {
  return pattern == "*" || pattern == text;
}

}  // namespace

Result<AccessRule> parse_access_rule(std::string_view text, bool allows) {
  AccessRule rule{.user = {}, .allows = allows};
  std::string* const parts[] = {&rule.user, &rule.verb, &rule.resource, &rule.ns};
  size_t part = 0;
  for (size_t begin = 0; begin <= text.size(); ++part) {
    const size_t end = std::min(text.find(':', begin), text.size());
    if (part == std::size(parts))
      return invalid(fmt::format("\"{}\" is not user:verb:resource:namespace", text));
    *parts[part] = text.substr(begin, end - begin);
    begin = end + 1;
  }
  if (rule.user.empty()) return invalid(fmt::format("\"{}\" names no user", text));
  return rule;
}

void Access::add_token(std::string token, std::string user) {
  tokens_.insert_or_assign(std::move(token), std::move(user));
}

std::string Access::token(const std::string& user) const {
  const auto found = std::ranges::find(tokens_, user, &decltype(tokens_)::value_type::second);
  return found == tokens_.end() ? std::string() : found->first;
}

std::string Access::user(std::string_view token) const {
  const auto found = tokens_.find(token);
  return found == tokens_.end() ? std::string() : found->second;
}

bool Access::allows(const std::string& user, const Action& action) const {
  bool allowed = true;
  for (const AccessRule& rule : rules_) {
    if (fits(rule.user, user) && fits(rule.verb, action.verb) &&
        fits(rule.resource, action.resource) && fits(rule.ns, action.ns))
      allowed = rule.allows;
  }
  return allowed;
}

}  // namespace kollect::sandbox
