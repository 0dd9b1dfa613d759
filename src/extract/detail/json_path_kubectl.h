// The parser of the kubectl dialect (collection.md 3.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "extract/detail/json_path_program.h"

namespace kollect::extract {

// Parses `{...}`, `.a`, `$`, `$.a` and `$[...]`; anything else is refused. `path` is trimmed
// already.
Result<PathProgram> parse_kubectl_path(std::string_view path);

}  // namespace kollect::extract
