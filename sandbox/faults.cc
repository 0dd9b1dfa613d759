#include "sandbox/faults.h"

#include <algorithm>

namespace kollect::sandbox {

namespace {

// These meet open watches only, those both; the rest requests only, be it the one of a watch.
constexpr FaultKind kOfWatches[] = {FaultKind::error_frame, FaultKind::half_line, FaultKind::hold};
constexpr FaultKind kOfBoth[] = {FaultKind::drop, FaultKind::half_page, FaultKind::garbage};

bool meets_request(FaultKind kind, std::string_view verb) {
  if (std::ranges::find(kOfWatches, kind) != std::end(kOfWatches)) return false;
  return std::ranges::find(kOfBoth, kind) == std::end(kOfBoth) || verb != "watch";
}

template <typename Fits>
std::optional<InjectedFault> take(std::vector<InjectedFault>& pending, std::string_view verb,
                                  std::string_view resource, Fits fits) {
  const auto found = std::ranges::find_if(pending, [&](const InjectedFault& fault) {
    return fits(fault.kind) && (fault.verb == "*" || fault.verb == verb) &&
           (fault.resource == "*" || fault.resource == resource);
  });
  if (found == pending.end()) return {};
  const InjectedFault fault = *found;
  if (fault.kind != FaultKind::hold && found->times > 0 && --found->times == 0)
    pending.erase(found);
  return fault;
}

}  // namespace

std::optional<InjectedFault> Faults::for_request(std::string_view verb, std::string_view resource) {
  return take(pending, verb, resource, [&](FaultKind kind) { return meets_request(kind, verb); });
}

std::optional<InjectedFault> Faults::for_watch(std::string_view resource) {
  return take(pending, "watch", resource,
              [](FaultKind kind) { return !meets_request(kind, "watch"); });
}

}  // namespace kollect::sandbox
