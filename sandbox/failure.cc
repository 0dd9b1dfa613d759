#include "sandbox/failure.h"

#include <fmt/format.h>

#include "sandbox/edit.h"

namespace kollect::sandbox {

Failure not_found(const Kind& kind, std::string_view name) {
  return {404, "NotFound", fmt::format("{} \"{}\" not found", kind.resource(), name)};
}

Failure write_conflict(const Kind& kind, std::string_view name, std::string_view why) {
  return {
      409, "Conflict",
      fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", kind.resource(), name, why)};
}

Failure invalid_object(const Kind& kind, std::string_view name, std::string_view what) {
  return {422, "Invalid", fmt::format("{} \"{}\" is invalid: {}", kind.name, name, what)};
}

Failure bad_request(std::string message) { return {400, "BadRequest", std::move(message)}; }

Failure expired(std::string message) { return {410, "Expired", std::move(message)}; }

Failure unserved() { return {404, "NotFound", "the server could not find the requested resource"}; }

std::string status_text(const Failure& failure) {
  return fmt::format(R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure",)"
                     R"("message":{},"reason":"{}","code":{}}})",
                     quoted(failure.message), failure.reason, failure.code);
}

}  // namespace kollect::sandbox
