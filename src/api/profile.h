// KollectProfile: what to extract from one resource kind.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/names.h"
#include "api/types.h"

namespace kollect::api {

struct Attribute {
  std::string name;
  std::string path;
  std::string type;
  std::optional<bool> optional;  // absent: false
  std::optional<bool> redact;    // absent: false
  bool operator==(const Attribute&) const = default;
};

struct Prune {
  std::optional<bool> defaults;  // absent: true
  std::vector<std::string> json_pointers;
  std::vector<std::string> json_paths;
  std::vector<std::string> scrub_keys;
  std::vector<std::string> cel;
  bool operator==(const Prune&) const = default;
};

// Whole-object export.
struct ResourceExport {
  std::string mode;                     // `Attributes`, `Resource`; empty: Attributes
  std::string as;                       // empty: resource
  std::string include;                  // empty: SpecAndStatus
  std::optional<bool> dedupe_identity;  // absent: true
  std::optional<Prune> prune;

  bool is_resource() const { return mode == "Resource"; }
  bool operator==(const ResourceExport&) const = default;
};

// A Prometheus series summed over the numeric values of an attribute.
struct SeriesSpec {
  std::string name;
  std::string path;  // name of the attribute
  std::vector<std::string> labels;
  bool operator==(const SeriesSpec&) const = default;
};

struct ProfileSpec {
  Gvk target_gvk;
  std::vector<Attribute> attributes;
  std::optional<ResourceExport> resource_export;  // absent: mode Attributes
  std::vector<SeriesSpec> metrics;
  bool operator==(const ProfileSpec&) const = default;
};

struct ProfileStatus {
  std::vector<Condition> conditions;
  bool operator==(const ProfileStatus&) const = default;
};

struct Profile {
  Metadata metadata;
  ProfileSpec spec;
  ProfileStatus status;
  bool operator==(const Profile&) const = default;
};

// Whether the profile carries kAllowSecretExtraction or kAllowFullResourceExport with exactly the
// value `true`.
bool has_consent(const Profile& profile, std::string_view annotation);

}  // namespace kollect::api
