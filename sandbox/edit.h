// Changing JSON: values are immutable, so a change is a new root that shares what stayed the same.
//
// What is returned refers to the arena and to the values that were given.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace kollect::sandbox {

using json::Arena;
using json::Member;
using json::Value;
using Path = std::initializer_list<std::string_view>;

// The text in quotes, as JSON.
std::string quoted(std::string_view text);
// What people read: a text without its quotes, anything else as JSON.
std::string plain_text(const Value& value);
// The parts before, between and behind the separators; nothing of an empty text.
std::vector<std::string> split(std::string_view text, char separator);
// What `text` makes of each, with commas between.
template <typename Range, typename Fn>
std::string joined(const Range& range, Fn text) {
  std::string out;
  for (const auto& one : range) out += (out.empty() ? "" : ",") + text(one);
  return out;
}

// What is at a path: null or empty when there is nothing, or something of another kind.
Value value_at(const Value& root, Path path);
std::string_view text_at(const Value& root, Path path);
std::span<const Value> items_at(const Value& root, Path path);

// The object with a member set, or gone when `value` is null.
Value with(Arena& arena, const Value& object, std::string_view key, const Value& value);
// How a patch is merged: plain is RFC 7386. Strategic is Kubernetes' own: lists of built-in kinds
// merge by the keys of a table; the directives $patch, $retainKeys and $deleteFromPrimitiveList are
// obeyed.
enum class Merge { plain, strategic };
Value merged(Arena& arena, const Value& target, const Value& patch, Merge how = Merge::plain);
// With a patch that is JSON of our own making.
Value patched(Arena& arena, const Value& target, const std::string& patch);
// The key by which items of the list `field` inside an object of the list (or member) `parent`
// merge; empty when the list is replaced whole. "*": plain values that merge as a set.
std::string_view merge_key(std::string_view parent, std::string_view field);
// `target` without the fields that `before` has and `wanted` has no more.
Value pruned(Arena& arena, const Value& target, const Value& before, const Value& wanted);

}  // namespace kollect::sandbox
