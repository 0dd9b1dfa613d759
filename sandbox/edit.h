// Changing JSON: values are immutable, so a change is a new root that shares what stayed the same.
//
// Everything returned refers to the arena and to the values that were given; keys and texts are not
// copied.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace kollect::sandbox {

using json::Arena;
using json::Member;
using json::Value;
using Path = std::initializer_list<std::string_view>;

Value object_of(Arena& arena, std::initializer_list<Member> members);
inline Value text_of(std::string_view text) { return Value::string(text); }

// The object with this member set or gone; what is no object counts as an empty one.
Value with(Arena& arena, const Value& object, std::string_view key, const Value& value);
Value without(const Value& object, std::string_view key, Arena& arena);
// The same below a path of keys; objects on the way are made. Removing what is absent changes
// nothing.
Value with_at(Arena& arena, const Value& root, Path path, const Value& value);
Value without_at(Arena& arena, const Value& root, Path path);
Value list_with(Arena& arena, std::span<const Value> items, const Value& item);

// The text of a member at a path, empty when it is no string; the number, or `fallback`.
std::string_view text_at(const Value& root, Path path);
int64_t int_at(const Value& root, Path path, int64_t fallback = 0);

// RFC 7386.
Value merge_patch(Arena& arena, const Value& target, const Value& patch);
// RFC 6902. Fault::invalid names the operation that cannot be done.
Result<Value> json_patch(Arena& arena, const Value& target, const Value& patch);
// Kubernetes' strategic merge patch: lists of built-in kinds merge by the keys of a table; the
// directives $patch, $retainKeys, $setElementOrder and $deleteFromPrimitiveList are obeyed.
Value strategic_merge(Arena& arena, const Value& target, const Value& patch);
// The key by which items of the list `field` inside an object of the list (or member) `parent`
// merge; empty when the list is replaced whole. "*" is a list of plain values that merges as a set.
std::string_view merge_key(std::string_view parent, std::string_view field);

}  // namespace kollect::sandbox
