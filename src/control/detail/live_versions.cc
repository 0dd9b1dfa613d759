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

void LiveVersions::saw(std::string_view uid, uint64_t version, Event event, kube::Part part) {
  if (!is_needed()) return;
  const auto found = seen_.find(uid);
  is_full_ |= found == seen_.end() && seen_.size() >= most_;
  if (is_full_) return;
  Seen& seen = found == seen_.end() ? seen_[std::string(uid)] : found->second;
  const Said said{version, ++said_, event == Event::erased};
  const auto replaces = [&](const Said& known) {
    return known.number == 0 || (!known.is_erased && version >= known.version);
  };
  if (replaces(seen.any)) seen.any = said;
  if (part == kube::Part::whole && replaces(seen.whole)) seen.whole = said;
  seen.is_listed_since = false;
}

const LiveVersions::Said* LiveVersions::heard(std::string_view uid, const Hearer& hearer) const {
  const auto found = seen_.find(uid);
  if (found == seen_.end()) return nullptr;
  const Said& said = hearer.needs_whole ? found->second.whole : found->second.any;
  return said.number > 0 && said.number >= hearer.since ? &said : nullptr;
}

bool LiveVersions::is_overtaken(std::string_view uid, uint64_t version,
                                const Hearer& hearer) const {
  const Said* said = heard(uid, hearer);
  return said != nullptr && (said->is_erased || version <= said->version);
}

bool LiveVersions::is_outdated(std::string_view uid, uint64_t version, const Hearer& hearer) const {
  const Said* said = heard(uid, hearer);
  return said != nullptr && (said->is_erased || version < said->version);
}

void LiveVersions::listed(std::string_view uid) {
  const auto found = seen_.find(uid);
  if (found != seen_.end()) found->second.is_listed_since = true;
}

bool LiveVersions::has_doubt_before(uint64_t version) const {
  return std::ranges::any_of(seen_, [&](const auto& entry) {
    const Seen& seen = entry.second;
    return !seen.is_listed_since && !seen.any.is_erased && seen.any.version < version;
  });
}

}  // namespace kollect::control
