// Every rule that refuses, as rows: the unit tests run them on the rules, the system tests send
// them to a real API server.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/testing/rule_table.h"

namespace kollect::api {

// Rows on one sound manifest. Groups may be shared between tables.
struct RefusalTable {
  std::string_view name;
  const Subject& subject;
  std::vector<std::span<const RuleCase>> groups;
};

// In the order of the reference.
std::vector<RefusalTable> refusal_tables();

// One row of all tables.
struct Refusal {
  const Subject* subject;
  const RuleCase* row;
  std::string name;  // `git_branch_dash`
};
std::vector<Refusal> refusals();

}  // namespace kollect::api
