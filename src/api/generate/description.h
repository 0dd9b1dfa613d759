// The sentences of a field for people: in the CRD and on the reference page.
#pragma once

#include <string>

#include "api/field.h"

namespace kollect::api {

// What it is, what its absence means, and whether it has an effect.
std::string description(const Field& field);

// `string`, `duration`, `object[]`, `map of string`.
std::string type_word(const Field& field);

}  // namespace kollect::api
