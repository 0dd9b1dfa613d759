// The address of an object, and what every object carries in its metadata.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/json.h"
#include "kube/gvk.h"

namespace kollect::kube {

struct ObjectKey {
  std::string ns;  // empty for objects of the cluster
  std::string name;

  auto operator<=>(const ObjectKey&) const = default;
  // "namespace/name", or the name alone.
  std::string text() const { return ns.empty() ? name : ns + '/' + name; }
};

// The other way round; a text with more than one slash gives all after the first as the name.
ObjectKey parse_object_key(std::string_view text);

// Parts of an object; empty when absent. Views are good for as long as the object is.
ObjectKey key_of(const json::Value& object);
Gvk gvk_of(const json::Value& object);
std::string_view uid_of(const json::Value& object);
std::string_view resource_version_of(const json::Value& object);
// 0 when absent.
int64_t generation_of(const json::Value& object);
bool is_being_deleted(const json::Value& object);

}  // namespace kollect::kube
