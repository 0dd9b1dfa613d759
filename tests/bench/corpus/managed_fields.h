// managedFields as server-side field tracking writes them.
#pragma once

#include <string>
#include <string_view>

namespace kollect::bench {

struct FieldOwner {
  std::string_view manager;
  std::string_view operation;  // Update or Apply
  std::string_view api_version;
  std::string_view time_slot;
  std::string_view subresource;  // empty: none
};

// One element of managedFields: the owner owns every field of `object`, a JSON object of the parts
// that it wrote.
std::string managed_fields(const FieldOwner& owner, std::string_view object);

}  // namespace kollect::bench
