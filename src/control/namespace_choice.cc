#include "control/namespace_choice.h"

#include <algorithm>

#include "api/scalar.h"
#include "api/scope_policy.h"

namespace kollect::control {

namespace {

// Sorted, each once, without blanks.
std::vector<std::string> tidy(std::vector<std::string> names) {
  std::erase_if(names, api::is_blank);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool has(const std::vector<std::string>& sorted, std::string_view name) {
  return std::ranges::binary_search(sorted, name, std::less<>());
}

}  // namespace

NamespaceChoice::NamespaceChoice(const api::CollectionFilter& filter,
                                 std::optional<api::Ceiling> ceiling,
                                 const CollectionDefaults& defaults)
    : included_(tidy(filter.included_namespaces)),
      selector_(filter.namespace_selector),
      exclude_selector_(filter.namespace_exclude_selector),
      ceiling_(std::move(ceiling)) {
  if (included_.empty()) included_ = tidy(defaults.included_namespaces);
  std::vector<std::string> excluded = filter.excluded_namespaces;
  excluded.insert(excluded.end(), defaults.excluded_namespaces.begin(),
                  defaults.excluded_namespaces.end());
  excluded_ = tidy(std::move(excluded));
}

bool NamespaceChoice::is_matched(const NamespaceFacts& facts) const {
  if (!included_.empty() && !has(included_, facts.name)) return false;
  if (has(excluded_, facts.name)) return false;
  const Labels labels(facts.labels);
  if (selector_ && !matches(*selector_, labels)) return false;
  if (!exclude_selector_) return true;
  return is_valid(*exclude_selector_) && !matches(*exclude_selector_, labels);
}

bool NamespaceChoice::is_in_scope(std::string_view namespace_name) const {
  return !ceiling_ || judge_namespace(*ceiling_, namespace_name) == api::NamespaceVerdict::allowed;
}

NamespaceStanding NamespaceChoice::judge(const NamespaceFacts& facts) const {
  if (!is_matched(facts)) return NamespaceStanding::unmatched;
  return is_in_scope(facts.name) ? NamespaceStanding::effective : NamespaceStanding::out_of_scope;
}

}  // namespace kollect::control
