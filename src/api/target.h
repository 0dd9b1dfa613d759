// KollectTarget and KollectClusterTarget: which objects to collect with a profile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/types.h"

namespace kollect::api {

struct TargetSpec {
  std::string profile_ref;  // in the target's namespace
  CollectionFilter filter;
  std::optional<LabelSelector> label_selector;  // without resource rules only
  std::vector<std::string> names;               // without resource rules only
  std::optional<bool> suspend;                  // absent: false
  std::string watch_mode;                       // `All`, `OptIn`; empty: All
  bool operator==(const TargetSpec&) const = default;
};

struct TargetStatus {
  std::vector<Condition> conditions;
  std::optional<int64_t> observed_generation;
  std::optional<int64_t> extraction_failures;
  std::string last_extraction_error;
  std::optional<int64_t> collected_count;  // absent: never computed; 0 is a count
  std::optional<Time> collected_count_updated_at;
  std::vector<std::string> matched_namespaces;
  std::vector<std::string> effective_namespaces;
  std::optional<int64_t> active_resource_rules;
  bool operator==(const TargetStatus&) const = default;
};

struct Target {
  Metadata metadata;
  TargetSpec spec;
  TargetStatus status;
  bool operator==(const Target&) const = default;
};

struct ClusterTargetSpec {
  ObjectRef profile_ref;
  CollectionFilter filter;
  std::optional<bool> suspend;  // absent: false
  bool operator==(const ClusterTargetSpec&) const = default;
};

struct ClusterTargetStatus {
  std::vector<Condition> conditions;
  std::optional<int64_t> observed_generation;
  std::vector<std::string> matched_namespaces;
  std::vector<std::string> effective_namespaces;
  std::optional<int64_t> active_resource_rules;
  bool operator==(const ClusterTargetStatus&) const = default;
};

struct ClusterTarget {
  Metadata metadata;
  ClusterTargetSpec spec;
  ClusterTargetStatus status;
  bool operator==(const ClusterTarget&) const = default;
};

}  // namespace kollect::api
