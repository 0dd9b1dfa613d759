// Between JSON and the structs of this module, by the field tables.
//
// Decoding never stops at an error: what can be read is read, every other field is named in the
// findings. It checks types only; bounds, enums and required fields are schema_check.h, rules are
// rules.h. Defaults are kept apart from what was given: see with_defaults() in schema_check.h.
#pragma once

#include "api/findings.h"
#include "api/kind.h"
#include "base/json.h"

namespace kollect::api {

// Members that no row describes are dropped, as the API server does; a strict reader names them.
enum class Unknown { drop, report };

// Reads a whole object: `apiVersion` and `kind` must be those of the kind.
void read_object(const Kind& kind, const json::Value& object, void* into, Findings& findings,
                 Unknown unknown = Unknown::drop);

// The members of a whole object that no row describes; metadata, which the API server owns, is not
// looked into.
Findings unknown_fields(const Kind& kind, const json::Value& object);

// `{"apiVersion", "kind", ...}` with the fields that are present; text is copied into the arena.
json::Value write_object(const Kind& kind, const void* from, json::Arena& arena);

template <typename Object>
Object decode(const json::Value& object, Findings& findings, Unknown unknown = Unknown::drop) {
  Object out;
  read_object(kind_of<Object>(), object, &out, findings, unknown);
  return out;
}

template <typename Object>
json::Value encode(const Object& object, json::Arena& arena) {
  return write_object(kind_of<Object>(), &object, arena);
}

}  // namespace kollect::api
