// KollectInventory and KollectClusterInventory: what rows to export, and where to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/types.h"

namespace kollect::api {

inline constexpr Duration kDefaultExportInterval = std::chrono::seconds(30);
inline constexpr Duration kMostExportInterval = std::chrono::hours(24);
inline constexpr size_t kMostSinkRefs = 20;
inline constexpr std::string_view kDefaultSinkNamespace = "kollect-system";

struct HttpEndpoint {
  std::optional<bool> enabled;
  std::optional<int32_t> port;
  bool operator==(const HttpEndpoint&) const = default;
};

struct InventorySpec {
  SinkRefs sink_refs;
  std::optional<Duration> export_min_interval;  // absent: kDefaultExportInterval
  std::optional<int64_t> max_export_bytes;      // absent: the operator's cap
  std::optional<bool> suspend;                  // absent: false
  std::optional<HttpEndpoint> http_endpoint;
  bool operator==(const InventorySpec&) const = default;
};

struct InventoryStatus {
  std::vector<Condition> conditions;
  std::optional<int64_t> observed_generation;
  std::optional<int64_t> item_count;
  std::optional<Time> last_export_time;
  std::vector<SinkExport> sink_exports;
  bool operator==(const InventoryStatus&) const = default;
};

struct Inventory {
  Metadata metadata;
  InventorySpec spec;
  InventoryStatus status;
  bool operator==(const Inventory&) const = default;
};

struct ClusterInventorySpec {
  std::optional<ObjectRef> profile_ref;
  std::vector<std::string> target_refs;  // empty: all cluster targets
  std::optional<LabelSelector> target_selector;
  std::optional<LabelSelector> namespace_selector;
  std::vector<std::string> namespaces;
  SinkRefs sink_refs;
  std::string sink_namespace;                   // empty: kDefaultSinkNamespace
  std::optional<Duration> export_min_interval;  // absent: kDefaultExportInterval
  std::string dedupe;                           // `keepAll`, `byResourceUID`; empty: keepAll
  std::optional<bool> suspend;                  // absent: false
  bool operator==(const ClusterInventorySpec&) const = default;
};

struct NamespaceShard {
  std::string namespace_name;
  std::optional<int64_t> item_count;
  std::optional<int64_t> target_count;
  std::string checksum;
  bool operator==(const NamespaceShard&) const = default;
};

struct ClusterInventoryStatus {
  std::vector<Condition> conditions;
  std::optional<int64_t> observed_generation;
  std::optional<int64_t> item_count;
  std::optional<int64_t> target_count;
  std::optional<int64_t> namespace_shard_count;
  std::vector<NamespaceShard> namespace_shards;
  std::optional<Time> last_export_time;
  std::vector<SinkExport> sink_exports;
  bool operator==(const ClusterInventoryStatus&) const = default;
};

struct ClusterInventory {
  Metadata metadata;
  ClusterInventorySpec spec;
  ClusterInventoryStatus status;
  bool operator==(const ClusterInventory&) const = default;
};

// Where a reference without a namespace points.
std::string_view sink_namespace(const ClusterInventorySpec& spec);

}  // namespace kollect::api
