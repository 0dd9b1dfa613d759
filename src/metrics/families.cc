#include "metrics/families.h"

namespace kollect::metrics {

namespace {

constexpr double kDispatchBuckets[] = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1};
constexpr double kReconcileBuckets[] = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

constexpr Family kFamilies[] = {
    {.metric = Metric::access_cache,
     .name = "kollect_access_cache_total",
     .type = Type::counter,
     .help = "Access reviews answered from the cache (hit) or by the API server (miss).",
     .label_names = {"result"}},
    {.metric = Metric::build,
     .name = "kollect_build_info",
     .type = Type::gauge,
     .help = "Always 1; the labels tell which build runs.",
     .label_names = {"version", "commit"}},
    {.metric = Metric::collect_dispatch_backpressure,
     .name = "kollect_collect_dispatch_backpressure_total",
     .type = Type::counter,
     .help = "Reads from the API server that had to wait for processing."},
    {.metric = Metric::collect_dispatch_duration,
     .name = "kollect_collect_dispatch_duration_seconds",
     .type = Type::histogram,
     .help = "Time to extract and store what one read brought.",
     .buckets = kDispatchBuckets},
    {.metric = Metric::collect_dispatch_queue_depth,
     .name = "kollect_collect_dispatch_queue_depth",
     .type = Type::gauge,
     .help = "Reads waiting for processing."},
    {.metric = Metric::collect_items,
     .name = "kollect_collect_items_total",
     .type = Type::gauge,
     .help = "Rows held in the store."},
    {.metric = Metric::collect_namespace_mismatch,
     .name = "kollect_collect_namespace_mismatch_total",
     .type = Type::counter,
     .help = "Objects seen outside the effective namespaces of a target.",
     .label_names = {"group", "version", "resource"}},
    {.metric = Metric::collected_objects,
     .name = "kollect_collected_objects",
     .type = Type::gauge,
     .help = "Rows per profile and kind, summed over targets.",
     .label_names = {"profile", "gvk"}},
    {.metric = Metric::custom_resource_labeled_series,
     .name = "kollect_custom_resource_labeled_series",
     .type = Type::gauge,
     .help = "Sums of a profile's metrics, grouped by the label attributes it declares.",
     .label_names = {"profile", "gvk", "series"}},
    {.metric = Metric::custom_resource_labeled_series_capped,
     .name = "kollect_custom_resource_labeled_series_capped_total",
     .type = Type::counter,
     .help = "Label tuples left out because a series had too many.",
     .label_names = {"profile", "gvk", "series"}},
    {.metric = Metric::custom_resource_series,
     .name = "kollect_custom_resource_series",
     .type = Type::gauge,
     .help = "Object count, and sums of numeric attributes of a profile.",
     .label_names = {"profile", "gvk", "series"}},
    {.metric = Metric::informer_cluster_wide_scope,
     .name = "kollect_informer_cluster_wide_scope",
     .type = Type::gauge,
     .help = "1 when the watch covers all namespaces, 0 when it covers one.",
     .label_names = {"group", "version", "resource"}},
    {.metric = Metric::informer_objects,
     .name = "kollect_informer_objects",
     .type = Type::gauge,
     .help = "Objects known to the watch.",
     .label_names = {"group", "version", "resource"}},
    {.metric = Metric::informer_resync_dispatches,
     .name = "kollect_informer_resync_dispatches_total",
     .type = Type::counter,
     .help = "Updates delivered although the object had not changed.",
     .label_names = {"group", "version", "resource"}},
    {.metric = Metric::inventory_items,
     .name = "kollect_inventory_items_total",
     .type = Type::gauge,
     .help = "Rows in the most recent aggregated snapshot."},
    {.metric = Metric::reconcile,
     .name = "kollect_reconcile_total",
     .type = Type::counter,
     .help = "Finished reconciles.",
     .label_names = {"controller", "result"}},
    {.metric = Metric::reconcile_duration,
     .name = "kollect_reconcile_duration_seconds",
     .type = Type::histogram,
     .help = "Time of one reconcile.",
     .label_names = {"controller"},
     .buckets = kReconcileBuckets},
    {.metric = Metric::reconcile_errors,
     .name = "kollect_reconcile_errors_total",
     .type = Type::counter,
     .help = "Failed reconciles by kind and class of the error.",
     .label_names = {"kind", "error_class"}},
    {.metric = Metric::workqueue_depth,
     .name = "kollect_workqueue_depth",
     .type = Type::gauge,
     .help = "Reconciles in flight.",
     .label_names = {"controller"}},
    {.metric = Metric::process_cpu,
     .name = "process_cpu_seconds_total",
     .type = Type::counter,
     .help = "User and system CPU time spent, in seconds."},
    {.metric = Metric::process_max_fds,
     .name = "process_max_fds",
     .type = Type::gauge,
     .help = "Limit of open file descriptors."},
    {.metric = Metric::process_open_fds,
     .name = "process_open_fds",
     .type = Type::gauge,
     .help = "Open file descriptors."},
    {.metric = Metric::process_resident_memory,
     .name = "process_resident_memory_bytes",
     .type = Type::gauge,
     .help = "Resident memory, in bytes."},
    {.metric = Metric::process_start_time,
     .name = "process_start_time_seconds",
     .type = Type::gauge,
     .help = "Start of the process, in seconds since 1970."},
    {.metric = Metric::process_virtual_memory,
     .name = "process_virtual_memory_bytes",
     .type = Type::gauge,
     .help = "Virtual memory, in bytes."},
};

constexpr bool is_in_order() {
  size_t i = 0;
  for (const Family& row : kFamilies) {
    if (row.metric != static_cast<Metric>(i++)) return false;
    if ((row.type == Type::histogram) != !row.buckets.empty()) return false;
  }
  return i == static_cast<size_t>(Metric::process_virtual_memory) + 1;
}
static_assert(is_in_order(), "one row per enumerator, in the same order; buckets for histograms");

}  // namespace

std::string_view word(Type type) {
  switch (type) {
    case Type::counter:
      return "counter";
    case Type::gauge:
      return "gauge";
    case Type::histogram:
      return "histogram";
  }
  return "gauge";
}

std::span<const Family> families() { return kFamilies; }

const Family& family(Metric metric) { return kFamilies[static_cast<size_t>(metric)]; }

}  // namespace kollect::metrics
