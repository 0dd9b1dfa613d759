// Errors as values: the vocabulary of every module.
//
// A call that can fail returns Result<T>. The fault inside an Error decides what happens next
// (retry, report, stop); its text is for people and is never matched. Result has the member names
// of std::expected, so that it can become an alias of it one day.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace kollect {

// What kind of failure this is, and therefore who can cure it and when to try again.
enum class Fault {
  invalid,      // the user must change an object
  missing,      // a referenced object is absent
  denied,       // credentials or permissions
  conflict,     // we acted on an old version
  throttled,    // the other side asked for patience
  unavailable,  // network, timeout, 5xx
  cancelled,    // we are stopping
  internal,     // our bug
};

// The lower-case word of a fault, for logs and metric labels.
std::string_view word(Fault fault);

struct Error {
  Fault fault = Fault::internal;
  std::string message;  // what was tried, on what, what can be changed; no secrets
  std::string context;  // outermost place first: "list deployments: page 3"
  std::optional<double> retry_after_seconds =
      std::nullopt;  // only with Fault::throttled, when the other side named a delay

  // The same error seen from one step further out.
  Error in(std::string_view where) const;
  // "context: message", or the message alone.
  std::string text() const;
};

Error invalid(std::string message);
Error missing(std::string message);
Error denied(std::string message);
Error conflict(std::string message);
Error unavailable(std::string message);
Error cancelled(std::string message);
Error internal(std::string message);

// A value or an Error. Reading the side that is not there ends the process.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  const Error& error() const { return std::get<1>(state_); }
  T value_or(T fallback) const { return has_value() ? std::get<0>(state_) : std::move(fallback); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

// Ends the process with the broken promise and its place: for states our own code must never reach.
[[noreturn]] void broken_promise(const char* promise, const char* file, int line);

}  // namespace kollect

#define KOLLECT_CHECK(promise) \
  (static_cast<bool>(promise) ? void(0) : ::kollect::broken_promise(#promise, __FILE__, __LINE__))
