// What an API server refuses with: the metav1.Status of an error, and a value that may be one.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "sandbox/kinds.h"

namespace kollect::sandbox {

struct Failure {
  int code = 500;
  std::string reason;   // "NotFound"
  std::string message;  // as the real server words it
  KindPtr kind = nullptr;
  std::string name = {};
  int retry_after_seconds = 0;  // 0: none
};

// The value, or why there is none.
template <typename T>
using Outcome = std::variant<T, Failure>;

template <typename T>
const Failure* failure_of(const Outcome<T>& outcome) {
  return std::get_if<Failure>(&outcome);
}

Failure not_found(const KindPtr& kind, std::string_view name);
Failure already_exists(const KindPtr& kind, std::string_view name);
Failure write_conflict(const KindPtr& kind, std::string_view name, std::string_view why);
// `what` begins with the path of the field.
Failure invalid_object(const KindPtr& kind, std::string_view name, std::string_view what);
Failure bad_request(std::string message);
Failure expired(std::string message);

// The body of the answer, and the frame `{"type":"ERROR","object":...}` of a watch.
std::string status_text(const Failure& failure);

}  // namespace kollect::sandbox
