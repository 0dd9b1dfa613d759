#include "control/label_match.h"

#include <algorithm>

#include "api/scalar.h"

namespace kollect::control {

namespace {

bool contains(const std::vector<std::string>& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

bool is_valid(const api::LabelRequirement& requirement) {
  if (!api::is_label_key(requirement.key)) return false;
  if (!std::ranges::all_of(requirement.values, api::is_label_value)) return false;
  if (requirement.op == "In" || requirement.op == "NotIn") return !requirement.values.empty();
  return (requirement.op == "Exists" || requirement.op == "DoesNotExist") &&
         requirement.values.empty();
}

bool holds(const api::LabelRequirement& requirement, const Labels& labels) {
  const auto value = labels.find(requirement.key);
  if (requirement.op == "In") return value && contains(requirement.values, *value);
  if (requirement.op == "NotIn") return !value || !contains(requirement.values, *value);
  return value.has_value() == (requirement.op == "Exists");
}

}  // namespace

std::optional<std::string_view> Labels::find(std::string_view key) const {
  if (map_ != nullptr) {
    const auto found = map_->find(key);
    if (found == map_->end()) return std::nullopt;
    return found->second;
  }
  const json::Value* value = object_ == nullptr ? nullptr : object_->find(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->as_string();
}

bool is_valid(const api::LabelSelector& selector) {
  for (const auto& [key, value] : selector.match_labels) {
    if (!api::is_label_key(key) || !api::is_label_value(value)) return false;
  }
  return std::ranges::all_of(selector.match_expressions,
                             [](const auto& requirement) { return is_valid(requirement); });
}

bool matches(const api::LabelSelector& selector, const Labels& labels) {
  for (const auto& [key, value] : selector.match_labels) {
    if (!api::is_label_key(key) || !api::is_label_value(value)) return false;
    if (labels.find(key) != value) return false;
  }
  return std::ranges::all_of(selector.match_expressions, [&](const auto& requirement) {
    return is_valid(requirement) && holds(requirement, labels);
  });
}

}  // namespace kollect::control
