// What a YAML scalar means.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace kollect::yaml {

struct Scalar {
  std::string_view text;
  std::string_view tag;  // long form, empty when there is none
  bool implicit;         // plain and untagged: the text decides
};

// Its value, text copied to the arena. Fault::invalid when the tag does not fit or JSON has no such
// value.
Result<json::Value> resolve(const Scalar& scalar, json::Arena& arena);

// The text that a resolved scalar has as a key of a JSON object. Fault::invalid for null.
Result<std::string_view> key_text(const json::Value& value, json::Arena& arena);

// Whether the text, written without quotes, is the same text to every reader.
bool is_safe_plain(std::string_view text);

}  // namespace kollect::yaml
