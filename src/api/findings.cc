#include "api/findings.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/field.h"
#include "api/scalar.h"
#include "base/json.h"
#include "base/redact.h"

namespace kollect::api {
namespace {

// A value is shown so that it can be found, not in full.
constexpr size_t kMostValueBytes = 200;
// What a person can read; a hostile object has no more of our time.
constexpr size_t kMostErrors = 500;
constexpr size_t kMostWarnings = 100;

// In the words of the schema.
std::string_view type_word(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::null:
      return "null";
    case json::Kind::boolean:
      return "boolean";
    case json::Kind::integer:
    case json::Kind::unsigned_integer:
      return "integer";
    case json::Kind::number:
      return "number";
    case json::Kind::string:
      return "string";
    case json::Kind::array:
      return "array";
    case json::Kind::object:
      return "object";
  }
  return "";
}

}  // namespace
Path Path::operator/(std::string_view member) const {
  Path path;
  path.text_.reserve(text_.size() + member.size() + 1);
  path.text_ = text_;
  if (!text_.empty()) path.text_ += '.';
  path.text_ += member;
  return path;
}

Path Path::operator[](size_t index) const { return key(std::to_string(index)); }

Path Path::key(std::string_view name) const {
  Path path;
  path.text_ = fmt::format("{}[{}]", text_, name);
  return path;
}

std::string_view word(ErrorType type) {
  switch (type) {
    case ErrorType::required:
      return "Required value";
    case ErrorType::invalid:
      return "Invalid value";
    case ErrorType::unsupported:
      return "Unsupported value";
    case ErrorType::duplicate:
      return "Duplicate value";
    case ErrorType::forbidden:
      return "Forbidden";
    case ErrorType::too_long:
      return "Too long";
    case ErrorType::too_many:
      return "Too many";
    case ErrorType::internal:
      return "Internal error";
    case ErrorType::plain:
      return "";
  }
  return "";
}

std::string FieldError::text() const {
  if (type == ErrorType::plain) return detail;
  std::string out = fmt::format("{}: {}", path, word(type));
  if (!value.empty()) out += ": " + value;
  if (!detail.empty()) out += ": " + detail;
  return out;
}

void Findings::required(const Path& path, std::string detail) {
  add({ErrorType::required, path.text(), "", std::move(detail)});
}

void Findings::invalid(const Path& path, std::string_view value, std::string detail) {
  add({ErrorType::invalid, path.text(), quoted(value), std::move(detail)});
}

void Findings::invalid_json(const Path& path, std::string json, std::string detail) {
  add({ErrorType::invalid, path.text(), std::move(json), std::move(detail)});
}

void Findings::wrong_type(const Path& path, const json::Value& value, std::string detail) {
  invalid(path, type_word(value), std::move(detail));
}

void Findings::unsupported(const Path& path, std::string_view value, std::string_view values) {
  std::string list;
  each_word(values,
            [&](std::string_view each) { list += (list.empty() ? "" : ", ") + quoted(each); });
  add({ErrorType::unsupported, path.text(), quoted(value), "supported values: " + list});
}

void Findings::duplicate(const Path& path, std::string_view value) {
  add({ErrorType::duplicate, path.text(), quoted(value), ""});
}

void Findings::forbidden(const Path& path, std::string detail) {
  add({ErrorType::forbidden, path.text(), "", std::move(detail)});
}

void Findings::too_long(const Path& path, size_t most_bytes) {
  add({ErrorType::too_long, path.text(), "",
       fmt::format("may not be more than {} bytes", most_bytes)});
}

void Findings::too_many(const Path& path, size_t count, size_t most) {
  add({ErrorType::too_many, path.text(), std::to_string(count),
       fmt::format("must have at most {} items", most)});
}

void Findings::internal(const Path& path, std::string detail) {
  add({ErrorType::internal, path.text(), "", std::move(detail)});
}

void Findings::plain(const Path& path, std::string message) {
  add({ErrorType::plain, path.text(), "", std::move(message)});
}

void Findings::warn(std::string message) {
  if (warnings_.size() < kMostWarnings) warnings_.push_back(std::move(message));
}

void Findings::add(FieldError error) {
  if (error.value.size() > kMostValueBytes) {
    error.value = std::string(cut_utf8(error.value, kMostValueBytes)) + "...";
  }
  if (std::find(errors_.begin(), errors_.end(), error) != errors_.end()) return;
  if (errors_.size() == kMostErrors) {
    ++more_;
  } else {
    errors_.push_back(std::move(error));
  }
}

void Findings::merge(Findings other) {
  for (FieldError& error : other.errors_) add(std::move(error));
  more_ += other.more_;
  for (std::string& warning : other.warnings_) warn(std::move(warning));
}

std::string Findings::message(std::string_view kind, std::string_view name) const {
  const bool plain = std::all_of(errors_.begin(), errors_.end(), [](const FieldError& error) {
    return error.type == ErrorType::plain;
  });
  std::string out = plain ? "" : fmt::format("{} {} is invalid: ", kind, quoted(name));
  for (const FieldError& error : errors_) {
    if (&error != &errors_.front()) out += "; ";
    out += error.text();
  }
  if (more_ > 0) out += fmt::format("; and {} more", more_);
  return out;
}

}  // namespace kollect::api
