// Who asks, and what they may do: tokens, and rules of which the last that fits decides.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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
  std::string verb;
  std::string resource;
  std::string ns;
  bool allows = false;
};

// Not thread-safe: it lives inside the cluster's lock. Who has a token may do everything until a
// rule says no.
struct Access {
  std::map<std::string, std::string, std::less<>> users = {};  // by token
  std::vector<AccessRule> rules = {};

  // Empty for an unknown token.
  std::string user(std::string_view token) const;
  bool allows(const std::string& user, const Action& action) const;
};

}  // namespace kollect::sandbox
