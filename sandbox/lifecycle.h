// What the server does to an object between the request and the store: identity, versions,
// generation, owners of fields. Pure.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "kube/object.h"
#include "sandbox/edit.h"
#include "sandbox/failure.h"
#include "sandbox/fields.h"

namespace kollect::sandbox {

using Random = std::mt19937_64;

// A write as the request describes it.
struct Write {
  KindPtr kind;
  kube::ObjectKey key;  // the name is empty for a create
  Owner owner;
  std::string subresource = {};
  bool is_dry_run = false;
  bool keeps_status = false;  // a create by the sandbox itself: status is not dropped
};

// A new object: name made if only generateName is given, uid, creationTimestamp, generation,
// managedFields, the few defaults that README.md lists.
Outcome<Value> born(Arena& arena, const Write& write, const Value& object, Random& random);

// The object after an update: what a client may not change stays, the resource version must be the
// current one where it is given, the generation grows with the spec.
Outcome<Value> changed(Arena& arena, const Write& write, const Value& current, const Value& wanted);

// Whether two states differ in more than the times of managedFields.
bool differs(Arena& arena, const Value& a, const Value& b);

}  // namespace kollect::sandbox
