#include "control/collector.h"

#include <algorithm>

#include "control/detail/collector_core.h"

namespace kollect::control {

Collector::Collector(const CollectorParts& parts, CollectorOptions options)
    : core_(std::make_unique<Core>(parts, std::move(options))) {}
Collector::~Collector() = default;

void Collector::set(const TargetName& target, PreparedTarget wanted) {
  core_->post(target, std::move(wanted));
}
void Collector::remove(const TargetName& target) { core_->post(target, std::nullopt); }
void Collector::targets_known() { core_->post_targets_known(); }
void Collector::follow(const store::PartitionKey& partition) { core_->post_followed(partition); }
std::optional<TargetReport> Collector::report(const TargetName& target) const {
  return core_->report(target);
}
bool Collector::is_settled() const { return core_->is_settled(); }
CollectorTotals Collector::totals() const { return core_->totals(); }

}  // namespace kollect::control
