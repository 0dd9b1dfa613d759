#include "sandbox/access.h"

namespace kollect::sandbox {

namespace {

bool fits(const std::string& pattern, const std::string& text) {
  return pattern == "*" || pattern == text;
}

}  // namespace

std::string Access::user(std::string_view token) const {
  const auto found = users.find(token);
  return found == users.end() ? std::string() : found->second;
}

bool Access::allows(const std::string& user, const Action& action) const {
  bool allowed = true;
  for (const AccessRule& rule : rules) {
    if (fits(rule.user, user) && fits(rule.verb, action.verb) &&
        fits(rule.resource, action.resource) && fits(rule.ns, action.ns))
      allowed = rule.allows;
  }
  return allowed;
}

}  // namespace kollect::sandbox
