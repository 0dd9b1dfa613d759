// KollectScope and KollectClusterScope: static ceilings. Of several in one place the one with the
// smallest name applies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/types.h"

namespace kollect::api {

// Empty lists allow everything.
struct Ceiling {
  std::vector<Gvk> allowed_gvks;
  std::vector<std::string> allowed_namespaces;
  std::vector<std::string> denied_namespaces;
  std::optional<Duration> min_export_interval;
  bool operator==(const Ceiling&) const = default;
};

// Permitted sink names by family; an empty list permits any.
struct SinkAllowLists {
  std::vector<std::string> snapshot;
  std::vector<std::string> database;
  std::vector<std::string> event;
  bool operator==(const SinkAllowLists&) const = default;
};

struct ScopeSpec {
  Ceiling ceiling;
  SinkAllowLists sinks;
  bool operator==(const ScopeSpec&) const = default;
};

struct Scope {
  Metadata metadata;
  ScopeSpec spec;
  bool operator==(const Scope&) const = default;
};

struct ClusterScopeSpec {
  Ceiling ceiling;
  SinkAllowLists sinks;
  std::vector<std::string> allowed_static_ref_namespaces;  // empty: any
  bool operator==(const ClusterScopeSpec&) const = default;
};

struct ClusterScope {
  Metadata metadata;
  ClusterScopeSpec spec;
  bool operator==(const ClusterScope&) const = default;
};

}  // namespace kollect::api
