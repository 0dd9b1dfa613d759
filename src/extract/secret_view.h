// The Secret guard (collection.md 3.7): what expressions may see of a Secret.
#pragma once

#include <string_view>

#include "base/json.h"

namespace kollect::extract {

inline constexpr std::string_view kLastAppliedAnnotation =
    "kubectl.kubernetes.io/last-applied-configuration";

// Kind Secret in the core group, which may be spelled "core".
bool is_secret(std::string_view group, std::string_view kind);

// S1, for admission: whether a JSONPath has a dot segment (cut at `[` or `(`) equal to `data`,
// whatever its case. A check of the text; what slips through finds nothing at run time.
bool names_secret_data(std::string_view json_path);

// S2: the Secret without data, stringData and its last applied configuration. What is left is
// shared with the object; the arena takes the members that were rearranged.
json::Value secret_view(const json::Value& secret, json::Arena& arena);

// Any object without that annotation.
json::Value without_last_applied(const json::Value& object, json::Arena& arena);

}  // namespace kollect::extract
