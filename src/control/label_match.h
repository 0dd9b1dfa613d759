// Label selectors, compiled: what a selector says of the labels of an object or of a namespace.
#pragma once

#include <optional>
#include <string_view>

#include "api/types.h"
#include "base/json.h"

namespace kollect::control {

// Labels as they come: a JSON object, or a map. Good for as long as what it looks at.
class Labels {
 public:
  Labels() = default;
  // Null, or no object: no labels.
  explicit Labels(const json::Value* object) : object_(object) {}
  explicit Labels(const api::TextMap& map) : map_(&map) {}

  std::optional<std::string_view> find(std::string_view key) const;

 private:
  const json::Value* object_ = nullptr;
  const api::TextMap* map_ = nullptr;
};

// Whether labels satisfy every part of a selector (collection.md F2). An invalid selector matches
// nothing.
bool matches(const api::LabelSelector& selector, const Labels& labels);
// Keys and values are those of labels, operators are known and have the operands they take.
bool is_valid(const api::LabelSelector& selector);

}  // namespace kollect::control
