// What `attributes[].type` does to an extracted value (rulings.md 3): conversions that lose
// nothing, and checks.
//
// Applied after redaction. A value that does not fit is kept as it is, so a type never costs a row;
// the caller counts it and warns once per attribute.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"

namespace kollect::extract {

enum class AttributeType : uint8_t {
  any,  // no type, or a word that admission warns about
  list,
  integer,
  floating,
  boolean,
  string,
  timestamp,
  duration,
  bytes,
  object,
};

// The type a word names, case-sensitive; `any` for the empty word and for unknown ones.
AttributeType attribute_type(std::string_view word);
bool is_known_type(std::string_view word);

enum class Fit : uint8_t { yes, no };

struct Typed {
  json::Value value;
  Fit fit = Fit::yes;
};

// Null stays null except under `list`, which makes it `[]`; redaction markers pass untouched. Text
// and lists that are made live in the arena.
Typed apply_type(AttributeType type, const json::Value& value, json::Arena& arena);

}  // namespace kollect::extract
