#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace kollect {

std::string_view word(Fault fault) {
  switch (fault) {
    case Fault::invalid:
      return "invalid";
    case Fault::missing:
      return "missing";
    case Fault::denied:
      return "denied";
    case Fault::conflict:
      return "conflict";
    case Fault::throttled:
      return "throttled";
    case Fault::unavailable:
      return "unavailable";
    case Fault::cancelled:
      return "cancelled";
    case Fault::internal:
      return "internal";
  }
  return "internal";
}

Error Error::in(std::string_view where) const {
  Error outer = *this;
  outer.context = context.empty() ? std::string(where) : std::string(where) + ": " + context;
  return outer;
}

std::string Error::text() const { return context.empty() ? message : context + ": " + message; }

namespace {
Error make(Fault fault, std::string message) {
  return Error{.fault = fault, .message = std::move(message), .context = {}};
}
}  // namespace

Error invalid(std::string message) { return make(Fault::invalid, std::move(message)); }
Error missing(std::string message) { return make(Fault::missing, std::move(message)); }
Error denied(std::string message) { return make(Fault::denied, std::move(message)); }
Error conflict(std::string message) { return make(Fault::conflict, std::move(message)); }
Error unavailable(std::string message) { return make(Fault::unavailable, std::move(message)); }
Error cancelled(std::string message) { return make(Fault::cancelled, std::move(message)); }
Error internal(std::string message) { return make(Fault::internal, std::move(message)); }

void broken_promise(const char* promise, const char* file, int line) {
  std::fprintf(stderr, "kollect: broken promise: %s (%s:%d)\n", promise, file, line);
  std::abort();
}

}  // namespace kollect
