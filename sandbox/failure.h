// What an API server refuses with, and a value that may be refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sandbox/kinds.h"

namespace kollect::sandbox {

struct Failure {
  int code = 500;
  std::string reason;   // "NotFound"
  std::string message;  // as the real server words it
};

// The value, or why there is none.
template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  explicit operator bool() const { return state_.index() == 0; }
  const T& operator*() const { return std::get<0>(state_); }
  const Failure& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, Failure> state_;
};

Failure not_found(const Kind& kind, std::string_view name);
Failure write_conflict(const Kind& kind, std::string_view name, std::string_view why);
// `what` begins with the path of the field.
Failure invalid_object(const Kind& kind, std::string_view name, std::string_view what);
Failure bad_request(std::string message);
Failure expired(std::string message);
// No such path.
Failure unserved();

// The metav1.Status: the body of the answer, and the object of an ERROR frame.
std::string status_text(const Failure& failure);

}  // namespace kollect::sandbox
