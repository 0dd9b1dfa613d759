// What is wrong or doubtful about a custom resource: field errors in the words of Kubernetes, and
// warnings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kollect::json {
class Value;
}

namespace kollect::api {

// The place of a field: `spec.attributes[2].path`. A value; paths grow from left to right.
class Path {
 public:
  Path() = default;
  explicit Path(std::string_view root) : text_(root) {}

  Path operator/(std::string_view member) const;
  Path operator[](size_t index) const;
  // A member of a map of texts: `spec.options[region]`.
  Path key(std::string_view name) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

enum class ErrorType {
  required,     // Required value
  invalid,      // Invalid value
  unsupported,  // Unsupported value
  duplicate,    // Duplicate value
  forbidden,    // Forbidden
  too_long,     // Too long
  too_many,     // Too many
  internal,     // Internal error: a look-up failed
  plain,        // the detail alone, without path and class
};

std::string_view word(ErrorType type);

struct FieldError {
  ErrorType type = ErrorType::invalid;
  std::string path;
  std::string value;  // JSON text of what was given; empty for the types that do not show it
  std::string detail;

  // `spec.type: Unsupported value: "x": supported values: "git", "s3"`
  std::string text() const;
  bool operator==(const FieldError&) const = default;
};

// Collects; nothing stops at the first error. Beyond 500 errors they are only counted, beyond 100
// warnings dropped.
class Findings {
 public:
  void required(const Path& path, std::string detail);
  // `value` is text as the user wrote it; it is quoted.
  void invalid(const Path& path, std::string_view value, std::string detail);
  void invalid_json(const Path& path, std::string json, std::string detail);
  // Shows the JSON type, never the value: what stands at the wrong place may be a secret.
  void wrong_type(const Path& path, const json::Value& value, std::string detail);
  // `values` are the words allowed, separated by spaces.
  void unsupported(const Path& path, std::string_view value, std::string_view values);
  void duplicate(const Path& path, std::string_view value);
  void forbidden(const Path& path, std::string detail);
  void too_long(const Path& path, size_t most_bytes);
  void too_many(const Path& path, size_t count, size_t most);
  void internal(const Path& path, std::string detail);
  void plain(const Path& path, std::string message);
  void warn(std::string message);

  // An error that is already here is not repeated.
  void add(FieldError error);
  // Takes over what another pass found.
  void merge(Findings other);

  bool ok() const { return errors_.empty(); }
  const std::vector<FieldError>& errors() const { return errors_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  // `KollectTarget "api" is invalid: <e1>; <e2>`; errors that are all plain stand alone.
  std::string message(std::string_view kind, std::string_view name) const;

 private:
  std::vector<FieldError> errors_;
  std::vector<std::string> warnings_;
  size_t more_ = 0;
};

}  // namespace kollect::api
