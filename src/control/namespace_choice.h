// Which namespaces a target collects from (collection.md 2.2, 2.3): pure, one namespace at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/scope.h"
#include "api/target.h"
#include "control/namespace_facts.h"

namespace kollect::control {

// Flags of the operator that concern every target.
struct CollectionDefaults {
  std::vector<std::string> included_namespaces = {};
  std::vector<std::string> excluded_namespaces = {};
  std::vector<std::string> scrub_keys = {};
  bool operator==(const CollectionDefaults&) const = default;
};

enum class NamespaceStanding : uint8_t {
  unmatched,
  out_of_scope,  // matched, but a scope denies it or does not allow it
  effective,
};

class NamespaceChoice {
 public:
  // No ceiling: no scope is in force.
  NamespaceChoice(const api::CollectionFilter& filter, std::optional<api::Ceiling> ceiling,
                  const CollectionDefaults& defaults);

  NamespaceStanding judge(const NamespaceFacts& facts) const;
  // What the scope alone says of a namespace.
  bool is_in_scope(std::string_view namespace_name) const;
  // Names that the target mentions as wanted: all that can be known where namespaces cannot be
  // listed.
  const std::vector<std::string>& included() const { return included_; }

 private:
  bool is_matched(const NamespaceFacts& facts) const;

  std::vector<std::string> included_;  // empty: any
  std::vector<std::string> excluded_;
  std::optional<api::LabelSelector> selector_;
  std::optional<api::LabelSelector> exclude_selector_;
  std::optional<api::Ceiling> ceiling_;
};

}  // namespace kollect::control
