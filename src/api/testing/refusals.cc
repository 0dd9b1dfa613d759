#include "api/testing/refusals.h"

namespace kollect::api {

RefusalTable profile_refusals();
RefusalTable target_refusals();
RefusalTable inventory_refusals();
RefusalTable git_refusals();
RefusalTable s3_refusals();
RefusalTable database_refusals();
RefusalTable kafka_refusals();
RefusalTable nats_refusals();
RefusalTable scope_refusals();
RefusalTable probe_refusals();
RefusalTable cluster_target_refusals();
RefusalTable cluster_inventory_refusals();
RefusalTable cluster_scope_refusals();

std::vector<RefusalTable> refusal_tables() {
  return {profile_refusals(),
          target_refusals(),
          inventory_refusals(),
          git_refusals(),
          s3_refusals(),
          database_refusals(),
          kafka_refusals(),
          nats_refusals(),
          scope_refusals(),
          probe_refusals(),
          cluster_target_refusals(),
          cluster_inventory_refusals(),
          cluster_scope_refusals()};
}

std::vector<Refusal> refusals() {
  std::vector<Refusal> out;
  for (const RefusalTable& table : refusal_tables()) {
    for (const std::span<const RuleCase> group : table.groups) {
      for (const RuleCase& row : group)
        out.push_back({&table.subject, &row, std::string(table.name) + "_" + row.name});
    }
  }
  return out;
}

}  // namespace kollect::api
