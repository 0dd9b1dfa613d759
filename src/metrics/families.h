// Every metric of the operator, in one table: a new one is a row here and an enumerator before it.
//
// Names, types, labels and buckets are the contract of operator.md section 4: dashboards stand on
// them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kollect::metrics {

enum class Metric : uint8_t {
  access_cache,
  build,
  collect_dispatch_backpressure,
  collect_dispatch_duration,
  collect_dispatch_queue_depth,
  collect_items,
  collect_namespace_mismatch,
  collected_objects,
  custom_resource_labeled_series,
  custom_resource_labeled_series_capped,
  custom_resource_series,
  informer_cluster_wide_scope,
  informer_objects,
  informer_resync_dispatches,
  inventory_items,
  reconcile,
  reconcile_duration,
  reconcile_errors,
  workqueue_depth,
  process_cpu,
  process_max_fds,
  process_open_fds,
  process_resident_memory,
  process_start_time,
  process_virtual_memory,
};

enum class Type : uint8_t { counter, gauge, histogram };

// "counter", "gauge", "histogram".
std::string_view word(Type type);

struct Family {
  Metric metric;
  std::string_view name;
  Type type;
  std::string_view help;
  std::array<std::string_view, 3> label_names = {};  // those left empty do not exist
  std::span<const double> buckets = {};  // upper bounds of a histogram, ascending, without +Inf

  constexpr std::span<const std::string_view> labels() const {
    size_t count = 0;
    while (count < label_names.size() && !label_names[count].empty()) ++count;
    return std::span(label_names).first(count);
  }
};

// In the order of the enumerators, which is that of the exposition.
std::span<const Family> families();
const Family& family(Metric metric);

}  // namespace kollect::metrics
