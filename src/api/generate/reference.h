// Reference pages out of the field tables.
#pragma once

#include <string>

#include "api/kind.h"

namespace kollect::api {

// Markdown: what the kind is, its fields with types, bounds and defaults, and its samples.
std::string reference_page(const Kind& kind);

}  // namespace kollect::api
