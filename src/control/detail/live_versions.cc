#include "control/detail/live_versions.h"

#include <algorithm>
#include <charconv>

namespace kollect::control {

uint64_t version_number(std::string_view resource_version) {
  uint64_t number = 0;
  const char* end = resource_version.data() + resource_version.size();
  const auto [at, error] = std::from_chars(resource_version.data(), end, number);
  return error == std::errc() && at == end ? number : 0;
}

bool LiveVersions::saw(std::string_view uid, uint64_t version, Event event) {
  if (!is_needed()) return true;
  const auto found = seen_.find(uid);
  Seen& seen = found == seen_.end() ? seen_[std::string(uid)] : found->second;
  if (seen.is_erased || version < seen.version) return false;
  seen = {.version = version, .is_erased = event == Event::erased, .is_listed_since = false};
  return true;
}

bool LiveVersions::is_overtaken(std::string_view uid, uint64_t version) {
  const auto found = seen_.find(uid);
  if (found == seen_.end()) return false;
  found->second.is_listed_since = true;
  return found->second.is_erased || version <= found->second.version;
}

bool LiveVersions::has_doubt_before(uint64_t version) const {
  return std::ranges::any_of(seen_, [&](const auto& entry) {
    const Seen& seen = entry.second;
    return !seen.is_listed_since && !seen.is_erased && seen.version < version;
  });
}

}  // namespace kollect::control
