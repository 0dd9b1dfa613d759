#include "sandbox/failure.h"

#include <vector>

#include <fmt/format.h>

#include "base/json_write.h"
#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

std::string quoted(const KindPtr& kind, std::string_view name) {
  return fmt::format("{} \"{}\"", kind->resource(), name);
}

}  // namespace

Failure not_found(const KindPtr& kind, std::string_view name) {
  return {404, "NotFound", quoted(kind, name) + " not found", kind, std::string(name)};
}

Failure already_exists(const KindPtr& kind, std::string_view name) {
  return {409, "AlreadyExists", quoted(kind, name) + " already exists", kind, std::string(name)};
}

Failure write_conflict(const KindPtr& kind, std::string_view name, std::string_view why) {
  return {409, "Conflict",
          fmt::format("Operation cannot be fulfilled on {}: {}", quoted(kind, name), why), kind,
          std::string(name)};
}

Failure invalid_object(const KindPtr& kind, std::string_view name, std::string_view what) {
  const std::string type =
      kind->gvr.group.empty() ? kind->name : kind->name + '.' + kind->gvr.group;
  return {422, "Invalid", fmt::format("{} \"{}\" is invalid: {}", type, name, what), kind,
          std::string(name)};
}

Failure bad_request(std::string message) { return {400, "BadRequest", std::move(message)}; }

Failure expired(std::string message) { return {410, "Expired", std::move(message)}; }

std::string status_text(const Failure& failure) {
  json::Arena arena;
  std::vector<Member> details;
  if (failure.kind) {
    details = {{"name", text_of(failure.name)},
               {"group", text_of(failure.kind->gvr.group)},
               {"kind", text_of(failure.kind->gvr.resource)}};
  }
  if (failure.retry_after_seconds > 0)
    details.push_back({"retryAfterSeconds", Value::integer(failure.retry_after_seconds)});
  Value status = object_of(arena, {{"kind", text_of("Status")},
                                   {"apiVersion", text_of("v1")},
                                   {"metadata", Value::object({})},
                                   {"status", text_of("Failure")},
                                   {"message", text_of(failure.message)},
                                   {"reason", text_of(failure.reason)},
                                   {"code", Value::integer(failure.code)}});
  if (!details.empty()) status = with(arena, status, "details", arena.object(details));
  return json::to_text(status);
}

}  // namespace kollect::sandbox
