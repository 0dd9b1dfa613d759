#include "kube/gvk.h"

#include <fmt/format.h>

namespace kollect::kube {

std::string GroupVersion::text() const { return group.empty() ? version : group + '/' + version; }

Result<GroupVersion> parse_api_version(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    if (text.empty()) return invalid("apiVersion is empty");
    return GroupVersion{.group = {}, .version = std::string(text)};
  }
  const std::string_view group = text.substr(0, slash);
  const std::string_view version = text.substr(slash + 1);
  if (group.empty() || version.empty() || version.find('/') != std::string_view::npos) {
    return invalid(fmt::format("apiVersion '{}' is neither version nor group/version", text));
  }
  return GroupVersion{.group = std::string(group), .version = std::string(version)};
}

}  // namespace kollect::kube
