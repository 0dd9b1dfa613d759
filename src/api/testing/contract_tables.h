// The schema that the written contract (api.md) describes, read from its tables, as one line of
// facts per path.
//
// `spec.names` -> `array of string`; `spec.type` -> `string required enum=git,gitlab,s3,gcs`.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"

namespace kollect::api {

using SchemaFacts = std::map<std::string, std::string>;

// What the contract's text says about a kind: every path below `spec` and `status`.
SchemaFacts contract_facts(std::string_view contract, std::string_view kind);

// The same facts of a generated schema.
SchemaFacts schema_facts(const json::Value& schema);

}  // namespace kollect::api
