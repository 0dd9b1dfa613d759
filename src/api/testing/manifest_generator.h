// Random manifests out of the field tables: every one passes the schema of its kind.
#pragma once

#include <random>

#include "api/kind.h"
#include "base/json.h"

namespace kollect::api {

// The same seed gives the same manifest. Texts hold quotes, line ends and characters of several
// bytes; durations and times are in canonical form.
json::Value random_manifest(const Kind& kind, uint32_t seed, json::Arena& arena);

}  // namespace kollect::api
