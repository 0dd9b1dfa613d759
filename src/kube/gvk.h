// The names of kinds and resources.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kollect::kube {

// "apps/v1" or "v1": the core group has no name.
struct GroupVersion {
  std::string group;
  std::string version;

  auto operator<=>(const GroupVersion&) const = default;
  // As in apiVersion.
  std::string text() const;
};

// Fault::invalid for an empty text, an empty part or a second slash.
Result<GroupVersion> parse_api_version(std::string_view text);

// A kind, as manifests name it.
struct Gvk {
  std::string group;
  std::string version;
  std::string kind;

  auto operator<=>(const Gvk&) const = default;
  std::string api_version() const { return GroupVersion{group, version}.text(); }
  // "apps/v1/Deployment", "/v1/Pod": the form of metric labels.
  std::string text() const { return group + '/' + version + '/' + kind; }
};

// A resource, as URLs name it.
struct Gvr {
  std::string group;
  std::string version;
  std::string resource;  // plural, lower case

  auto operator<=>(const Gvr&) const = default;
  std::string api_version() const { return GroupVersion{group, version}.text(); }
  std::string text() const { return group + '/' + version + '/' + resource; }
};

}  // namespace kollect::kube
