#include "sandbox/edit.h"

#include <vector>

namespace kollect::sandbox {

namespace {

using Keys = std::span<const std::string_view>;

Value with_keys(Arena& arena, const Value& root, Keys keys, const Value& value) {
  if (keys.empty()) return value;
  const Value* child = root.find(keys.front());
  return with(arena, root, keys.front(),
              with_keys(arena, child != nullptr ? *child : Value(), keys.subspan(1), value));
}

Value without_keys(Arena& arena, const Value& root, Keys keys) {
  const Value* child = root.find(keys.front());
  if (child == nullptr) return root;
  if (keys.size() == 1) return without(root, keys.front(), arena);
  return with(arena, root, keys.front(), without_keys(arena, *child, keys.subspan(1)));
}

}  // namespace

Value object_of(Arena& arena, std::initializer_list<Member> members) {
  return arena.object({members.begin(), members.size()});
}

Value with(Arena& arena, const Value& object, std::string_view key, const Value& value) {
  std::vector<Member> members;
  if (object.is_object()) members.assign(object.members().begin(), object.members().end());
  members.push_back({key, value});
  return arena.object(members);
}

Value without(const Value& object, std::string_view key, Arena& arena) {
  if (object.find(key) == nullptr) return object;
  std::vector<Member> members(object.members().begin(), object.members().end());
  std::erase_if(members, [&](const Member& member) { return member.key == key; });
  return arena.object(members);
}

Value with_at(Arena& arena, const Value& root, Path path, const Value& value) {
  return with_keys(arena, root, {path.begin(), path.size()}, value);
}

Value without_at(Arena& arena, const Value& root, Path path) {
  return without_keys(arena, root, {path.begin(), path.size()});
}

Value list_with(Arena& arena, std::span<const Value> items, const Value& item) {
  std::vector<Value> all(items.begin(), items.end());
  all.push_back(item);
  return arena.array(all);
}

std::string_view text_at(const Value& root, Path path) {
  const Value* value = root.at(path);
  return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

int64_t int_at(const Value& root, Path path, int64_t fallback) {
  const Value* value = root.at(path);
  return value != nullptr && value->kind() == json::Kind::integer ? value->as_int() : fallback;
}

Value merge_patch(Arena& arena, const Value& target, const Value& patch) {
  if (!patch.is_object()) return patch;
  Value result = target.is_object() ? target : Value::object({});
  for (const Member& member : patch.members()) {
    if (member.value.is_null()) {
      result = without(result, member.key, arena);
      continue;
    }
    const Value* old = result.find(member.key);
    result = with(arena, result, member.key,
                  merge_patch(arena, old != nullptr ? *old : Value(), member.value));
  }
  return result;
}

}  // namespace kollect::sandbox
