// Who owns which field: FieldsV1 sets in their simple form, where a list is one field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/edit.h"

namespace kollect::sandbox {

// {"f:spec": {"f:replicas": {}}} of what an object says, or of what differs between two; identity
// and what the server writes into metadata left out.
Value fields_of(Arena& arena, const Value& object);
Value fields_between(Arena& arena, const Value& before, const Value& after);

Value united(Arena& arena, const Value& a, const Value& b);
Value subtracted(Arena& arena, const Value& a, const Value& b);

// Who writes: an entry of managedFields.
struct Owner {
  std::string manager;
  std::string subresource = {};
  bool is_apply = false;
  std::string time = {};
};

// metadata.managedFields of `after`: the owner gains what it changed, the others lose it.
Value with_owner(Arena& arena, const Value& before, const Value& after, const Owner& owner);

struct Applied {
  Value object;
  std::vector<std::string> conflicts;  // ".spec.replicas", as messages name them
};

// Server-side apply: `wanted` merged into `current`; what the owner applied before and no longer
// does goes, unless someone else owns it. `is_custom`: lists are replaced whole.
Applied applied(Arena& arena, const Value& current, const Value& wanted, const Owner& owner,
                bool is_custom);

}  // namespace kollect::sandbox
