// Structures that several kinds share, and the metadata of every object.
//
// In all structs of this module an empty text, list or map is an absent one; where absence means
// something else than the zero value the member is an optional. Names follow the wire names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/field.h"
#include "kube/gvk.h"

namespace kollect::api {

struct Metadata {
  std::string name;
  std::string generate_name;
  std::string namespace_name;
  std::string uid;
  std::string resource_version;
  std::optional<int64_t> generation;
  std::optional<Time> creation_timestamp;
  std::optional<Time> deletion_timestamp;
  TextMap labels;
  TextMap annotations;
  std::vector<std::string> finalizers;

  // The value of an annotation; empty when absent.
  std::string_view annotation(std::string_view key) const {
    const auto found = annotations.find(key);
    return found == annotations.end() ? std::string_view() : std::string_view(found->second);
  }
  bool operator==(const Metadata&) const = default;
};

using kube::Gvk;

// `apps/v1/Deployment`, `v1/Service`.
std::string text(const Gvk& gvk);
// Exact on all three parts, ignoring case; how policies compare.
bool same_kind(const Gvk& a, const Gvk& b);
// The core Secret, with group "" or `core`.
bool is_secret(const Gvk& gvk);

struct LabelRequirement {
  std::string key;
  std::string op;
  std::vector<std::string> values;
  bool operator==(const LabelRequirement&) const = default;
};

struct LabelSelector {
  TextMap match_labels;
  std::vector<LabelRequirement> match_expressions;

  bool is_empty() const { return match_labels.empty() && match_expressions.empty(); }
  bool operator==(const LabelSelector&) const = default;
};

// A Secret reference or a reference to one of our objects; no namespace: that of the object that
// refers.
struct ObjectRef {
  std::string name;
  std::string namespace_name;
  bool operator==(const ObjectRef&) const = default;
};

// An inventory's binding to one sink.
struct SinkRef {
  std::string name;
  std::string namespace_name;
  std::optional<Duration> export_min_interval;
  std::optional<int64_t> max_export_bytes;
  bool operator==(const SinkRef&) const = default;
};

// The three lists of an inventory, in the order of processing.
struct SinkRefs {
  std::vector<SinkRef> snapshot;
  std::vector<SinkRef> database;
  std::vector<SinkRef> event;
  bool operator==(const SinkRefs&) const = default;
};

struct Condition {
  std::string type;
  std::string status;
  std::string reason;
  std::string message;
  Time last_transition_time{};
  std::optional<int64_t> observed_generation;
  bool operator==(const Condition&) const = default;
};

struct SinkExport {
  std::string name;  // `snapshot/<sink>`, `database/<sink>`, `event/<sink>`
  std::string namespace_name;
  std::optional<Time> last_export_time;
  std::string last_checksum;
  std::vector<Condition> conditions;
  bool operator==(const SinkExport&) const = default;
};

struct ResourceRule {
  Gvk gvk;
  std::optional<LabelSelector> namespace_selector;
  TextMap match_labels;
  std::vector<LabelRequirement> match_expressions;
  std::string match_policy;
  bool operator==(const ResourceRule&) const = default;
};

// Namespaces and objects to collect, of both target kinds.
struct CollectionFilter {
  std::optional<LabelSelector> namespace_selector;
  std::vector<std::string> included_namespaces;
  std::vector<std::string> excluded_namespaces;
  std::optional<LabelSelector> namespace_exclude_selector;
  std::vector<ResourceRule> resource_rules;
  bool operator==(const CollectionFilter&) const = default;
};

}  // namespace kollect::api
