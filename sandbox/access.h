// Who asks, and what they may do: tokens, and rules of which the last that fits decides.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kollect::sandbox {

// What a request wants to do. `resource` is "pods", "deployments.apps", "pods/status"; an empty
// namespace is the whole cluster (or an object without one).
struct Action {
  std::string verb;
  std::string resource;
  std::string ns;
};

// "*" fits everything. A namespace "" fits only requests that name none.
struct AccessRule {
  std::string user;
  std::string verb = "*";
  std::string resource = "*";
  std::string ns = "*";
  bool allows = false;
};

// `user:verb:resource:namespace`; parts left out at the end are "*". Fault::invalid for more than
// four parts or an empty user.
Result<AccessRule> parse_access_rule(std::string_view text, bool allows);

// Not thread-safe: it lives inside the cluster's lock.
class Access {
 public:
  // A token of this user is known from now on; who has one may do everything until a rule says no.
  void add_token(std::string token, std::string user);
  void remove_token(const std::string& token) { tokens_.erase(token); }
  void add(AccessRule rule) { rules_.push_back(std::move(rule)); }
  // Forgets all rules.
  void clear() { rules_.clear(); }

  // The token of a user; empty when there is none.
  std::string token(const std::string& user) const;
  // Empty for an unknown token.
  std::string user(std::string_view token) const;
  bool allows(const std::string& user, const Action& action) const;

 private:
  std::map<std::string, std::string, std::less<>> tokens_;
  std::vector<AccessRule> rules_;
};

}  // namespace kollect::sandbox
