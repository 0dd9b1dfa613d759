// Sample manifests out of the examples of the field tables.
#pragma once

#include "api/kind.h"
#include "base/json.h"

namespace kollect::api {

// Required fields, fields with an example, and what the sample itself adds. A block of another sink
// type is left out.
json::Value sample_manifest(const Kind& kind, const Sample& sample, json::Arena& arena);

}  // namespace kollect::api
