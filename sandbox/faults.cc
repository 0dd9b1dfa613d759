#include "sandbox/faults.h"

#include <algorithm>

#include <fmt/format.h>

#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

// In the order of FaultKind.
constexpr std::string_view kWords[] = {"drop",      "stall",  "half-page",   "garbage",   "gone",
                                       "throttled", "failed", "error-frame", "half-line", "hold"};

}  // namespace

bool meets_requests(FaultKind kind, std::string_view verb) {
  switch (kind) {
    case FaultKind::stall:
    case FaultKind::gone:
    case FaultKind::throttled:
    case FaultKind::failed:
      return true;
    case FaultKind::drop:
    case FaultKind::half_page:
    case FaultKind::garbage:
      return verb != "watch";
    case FaultKind::error_frame:
    case FaultKind::half_line:
    case FaultKind::hold:
      return false;
  }
  return false;
}

Result<InjectedFault> parse_fault(const json::Value& value) {
  const std::string_view word = value.text("fault");
  const auto found = std::ranges::find(kWords, word);
  if (found == std::end(kWords))
    return invalid(fmt::format("fault \"{}\": use one of {}", word, fmt::join(kWords, " ")));
  InjectedFault fault{.kind = static_cast<FaultKind>(found - std::begin(kWords))};
  if (value.find("verb") != nullptr) fault.verb = value.text("verb");
  if (value.find("resource") != nullptr) fault.resource = value.text("resource");
  fault.times = static_cast<int>(int_at(value, {"times"}, fault.times));
  fault.code = static_cast<int>(int_at(value, {"code"}));
  fault.retry_after_seconds = static_cast<int>(int_at(value, {"retryAfterSeconds"}, 1));
  return fault;
}

std::optional<InjectedFault> Faults::take(std::string_view verb, std::string_view resource,
                                          bool of_request) {
  const auto fits = [&](const InjectedFault& fault) {
    return meets_requests(fault.kind, verb) == of_request &&
           (fault.verb == "*" || fault.verb == verb) &&
           (fault.resource == "*" || fault.resource == resource);
  };
  const auto found = std::ranges::find_if(pending_, fits);
  if (found == pending_.end()) return {};
  const InjectedFault fault = *found;
  if (fault.kind != FaultKind::hold && found->times > 0 && --found->times == 0)
    pending_.erase(found);
  return fault;
}

std::optional<InjectedFault> Faults::take_for_request(std::string_view verb,
                                                      std::string_view resource) {
  return take(verb, resource, true);
}

std::optional<InjectedFault> Faults::take_for_watch(std::string_view resource) {
  return take("watch", resource, false);
}

}  // namespace kollect::sandbox
