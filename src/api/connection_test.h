// KollectConnectionTest: one probe of one sink.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/types.h"

namespace kollect::api {

// Exactly one member is set.
struct TestedSink {
  std::string snapshot;
  std::string database;
  std::string event;
  bool operator==(const TestedSink&) const = default;
};

struct ConnectionTestSpec {
  TestedSink sink_ref;
  std::string profile_ref;
  std::optional<bool> owner_sink;                     // absent: true
  std::optional<int32_t> ttl_seconds_after_finished;  // absent: 300
  bool operator==(const ConnectionTestSpec&) const = default;
};

struct ConnectionTestStatus {
  std::vector<Condition> conditions;
  std::optional<int64_t> observed_generation;
  std::optional<int64_t> latency_ms;
  std::optional<bool> completed;
  std::optional<Time> completed_at;
  bool operator==(const ConnectionTestStatus&) const = default;
};

struct ConnectionTest {
  Metadata metadata;
  ConnectionTestSpec spec;
  ConnectionTestStatus status;
  bool operator==(const ConnectionTest&) const = default;
};

}  // namespace kollect::api
