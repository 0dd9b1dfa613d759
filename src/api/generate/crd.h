// CustomResourceDefinitions out of the field tables.
#pragma once

#include "api/kind.h"
#include "base/json.h"

namespace kollect::api {

// The structural OpenAPI v3 schema of a whole object.
json::Value openapi_schema(const Kind& kind, json::Arena& arena);

// The complete CustomResourceDefinition.
json::Value custom_resource_definition(const Kind& kind, json::Arena& arena);

}  // namespace kollect::api
