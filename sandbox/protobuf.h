// The few messages that kubectl sends as protobuf (`create namespace`, `auth can-i` and the like),
// as JSON.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace kollect::sandbox {

inline constexpr std::string_view kProtobuf = "application/vnd.kubernetes.protobuf";

// An object in the envelope of Kubernetes. Fault::invalid for a kind or a field that the table does
// not have: it is never left out silently.
Result<json::Value> object_from_protobuf(std::string_view bytes, json::Arena& arena);

}  // namespace kollect::sandbox
