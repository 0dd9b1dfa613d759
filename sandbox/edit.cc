#include "sandbox/edit.h"

#include <vector>

#include "base/json_write.h"

namespace kollect::sandbox {

std::string quoted(std::string_view text) { return json::to_text(Value::string(text)); }

std::string_view text_at(const Value& root, Path path) {
  const Value* value = root.at(path);
  return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

int64_t int_at(const Value& root, Path path, int64_t fallback) {
  const Value* value = root.at(path);
  return value != nullptr && value->kind() == json::Kind::integer ? value->as_int() : fallback;
}

std::span<const Value> items_at(const Value& root, Path path) {
  const Value* list = root.at(path);
  if (list == nullptr || !list->is_array()) return {};
  return list->items();
}

Value with(Arena& arena, const Value& object, std::string_view key, const Value* value) {
  std::vector<Member> members;
  if (object.is_object()) members.assign(object.members().begin(), object.members().end());
  std::erase_if(members, [&](const Member& member) { return member.key == key; });
  if (value != nullptr) members.push_back({key, *value});
  return arena.object(members);
}

Value merge_patch(Arena& arena, const Value& target, const Value& patch) {
  if (!patch.is_object()) return patch;
  Value result = target.is_object() ? target : Value::object({});
  for (const Member& member : patch.members()) {
    const Value* old = result.find(member.key);
    const Value merged = merge_patch(arena, old != nullptr ? *old : Value(), member.value);
    result = with(arena, result, member.key, merged.is_null() ? nullptr : &merged);
  }
  return result;
}

Value patched(Arena& arena, const Value& target, const std::string& patch) {
  return merge_patch(arena, target, *json::parse(patch, arena));
}

Value pruned(Arena& arena, const Value& target, const Value& before, const Value& wanted) {
  if (!target.is_object() || !before.is_object() || !wanted.is_object()) return target;
  Value result = target;
  for (const Member& old : before.members()) {
    const Value* here = target.find(old.key);
    const Value* kept = wanted.find(old.key);
    if (here == nullptr) continue;
    const Value left = kept != nullptr ? pruned(arena, *here, old.value, *kept) : Value();
    result = with(arena, result, old.key, kept != nullptr ? &left : nullptr);
  }
  return result;
}

}  // namespace kollect::sandbox
