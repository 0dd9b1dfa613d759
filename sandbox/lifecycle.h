// What the server does to an object between the request and the store. Pure.
#pragma once

#include <random>
#include <string>

#include "kube/object.h"
#include "sandbox/edit.h"
#include "sandbox/failure.h"

namespace kollect::sandbox {

using Random = std::mt19937_64;

// A write as the request describes it.
struct Write {
  KindPtr kind;
  kube::ObjectKey key;  // the name is empty for a create
  std::string subresource = {};
  bool keeps_status = false;  // by the sandbox itself: status is written with the rest
};

// A new object: name made if only generateName is given, uid, creationTimestamp, generation, the
// few defaults that README.md lists.
Outcome<Value> born(Arena& arena, const Write& write, const Value& object, Random& random);
// The object after an update: what a client may not change stays, the resource version must be the
// current one where it is given, the generation grows with the spec.
Outcome<Value> changed(Arena& arena, const Write& write, const Value& current, const Value& wanted);
// Whether two states differ in more than their version.
bool differs(Arena& arena, const Value& a, const Value& b);
// A definition with the status of one that is served; refused when it names no kind.
Outcome<Value> established(Arena& arena, const Kind& kind, const Value& definition);

// The time now, as metadata carries it.
std::string now_text();

}  // namespace kollect::sandbox
