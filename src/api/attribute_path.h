// Which language an attribute path is written in, and the part of its grammar that needs no
// compiler.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kollect::api {

enum class PathLanguage { json_path, cel, helm };

struct AttributePath {
  PathLanguage language = PathLanguage::json_path;
  // CEL and Helm: what follows the prefix, trimmed; of Helm the aliases are resolved. JSONPath: the
  // whole text, with the prefix `jsonpath:` where it has one.
  std::string text;
};

// By prefix, after trimming: `cel:`, `helm:release.`, anything else is JSONPath. Refused: an empty
// expression, another `helm:` word, a CEL expression without its prefix (`object.x`, `object[0]`),
// a Helm field that is never exported.
Result<AttributePath> parse_attribute_path(std::string_view text);

// Whether a resolved Helm field is the release's configuration or lies below it.
bool is_helm_config(std::string_view field);

// Whether a text has the word `data`, in any case, between its dots, brackets, quotes and the like:
// the wide test that stands beside the analysis of the parsed expression.
bool names_data(std::string_view expression);

}  // namespace kollect::api
