// What the API server does with an object before admission sees it, for manifests that never met
// one: defaults, and the bounds of the OpenAPI schema.
#pragma once

#include "api/findings.h"
#include "api/kind.h"
#include "base/json.h"

namespace kollect::api {

// The object with nulls removed and the defaults of its kind filled in where their parent is
// present. The result refers to the bytes of `object`.
json::Value with_defaults(const Kind& kind, const json::Value& object, json::Arena& arena);

// Types, required fields, enums, patterns, bounds, unique sets and list keys.
void check_schema(const Kind& kind, const json::Value& object, Findings& findings);

}  // namespace kollect::api
