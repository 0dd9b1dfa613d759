// Reading text, flags and lists out of configuration, remembering the first thing that does not
// fit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace kollect::kube {

// Absent and null members read as empty. One thread, for one object.
class Fields {
 public:
  Fields(const json::Value& object, std::string where)
      : object_(object), where_(std::move(where)) {}

  std::string text(std::string_view key);
  bool flag(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  // [{name: , value: }]
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view key);
  // Base64 of `key`-data.
  std::string bytes(std::string_view key);
  const json::Value* member(std::string_view key) const;

  // The first error, if any.
  Status status() const { return error_ ? Status(*error_) : Status(); }

 private:
  void fail(std::string_view key, std::string_view problem);

  const json::Value& object_;
  std::string where_;
  std::optional<Error> error_;
};

}  // namespace kollect::kube
