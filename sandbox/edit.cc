#include "sandbox/edit.h"

#include <algorithm>

#include "base/json_write.h"

namespace kollect::sandbox {

std::string quoted(std::string_view text) { return json::to_text(Value::string(text)); }

std::string plain_text(const Value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::to_text(value);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t end = 0; !text.empty(); text.remove_prefix(std::min(end + 1, text.size()))) {
    end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
  }
  return parts;
}

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

// --- strategic merge

namespace {

struct MergeKey {
  std::string_view parent;  // the list or member that holds the field; empty: any
  std::string_view field;
  std::string_view key;
};

// From the patchMergeKey and patchStrategy tags of the built-in types.
constexpr MergeKey kMergeKeys[] = {
    {"containers", "ports", "containerPort"},
    {"initContainers", "ports", "containerPort"},
    {"spec", "ports", "port"},
    {"spec", "volumes", "name"},
    {"", "containers", "name"},
    {"", "initContainers", "name"},
    {"", "ephemeralContainers", "name"},
    {"", "env", "name"},
    {"", "volumeMounts", "mountPath"},
    {"", "imagePullSecrets", "name"},
    {"", "hostAliases", "ip"},
    {"", "ownerReferences", "uid"},
    {"", "conditions", "type"},
    {"", "finalizers", "*"},
};

constexpr std::string_view kDeleteItems = "$deleteFromPrimitiveList/";

Value merged(Arena& arena, const Value& target, const Value& patch, std::string_view parent);

bool contains(const Value& list, const Value& item) {
  return std::ranges::find(list.items(), item) != list.items().end();
}

bool same_key(const Value& a, const Value& b, std::string_view key) {
  if (key == "*") return a == b;
  const Value* x = a.find(key);
  const Value* y = b.find(key);
  return x != nullptr && y != nullptr && *x == *y;
}

// The list `field`, whose items merge by `key`.
struct Keyed {
  std::string_view field, key;
};

Value merged_list(Arena& arena, std::span<const Value> target, const Value& patch, Keyed list) {
  const auto replaces = [](const Value& item) { return item.text("$patch") == "replace"; };
  std::vector<Value> items(target.begin(), target.end());
  if (std::ranges::any_of(patch.items(), replaces)) items.clear();
  for (const Value& item : patch.items()) {
    if (replaces(item)) continue;
    const auto same = [&](const Value& other) { return same_key(other, item, list.key); };
    const auto found = std::ranges::find_if(items, same);
    if (item.text("$patch") == "delete") {
      std::erase_if(items, same);
    } else if (found != items.end()) {
      *found = merged(arena, *found, item, list.field);
    } else {
      items.push_back(merged(arena, {}, item, list.field));
    }
  }
  return arena.array(items);
}

// What a member whose key begins with $ asks for; orders of lists are not obeyed.
Value obeyed(Arena& arena, const Value& result, const Member& directive) {
  if (!directive.value.is_array()) return result;
  if (directive.key == "$retainKeys") {
    std::vector<Member> kept(result.members().begin(), result.members().end());
    std::erase_if(kept, [&](const Member& old) {
      return !contains(directive.value, Value::string(old.key));
    });
    return arena.object(kept);
  }
  const std::string_view field = directive.key.substr(directive.key.find('/') + 1);
  const auto list = items_at(result, {field});
  if (list.empty() || !directive.key.starts_with(kDeleteItems)) return result;
  std::vector<Value> kept(list.begin(), list.end());
  std::erase_if(kept, [&](const Value& item) { return contains(directive.value, item); });
  const Value left = arena.array(kept);
  return with(arena, result, field, &left);
}

Value merged(Arena& arena, const Value& target, const Value& patch, std::string_view parent) {
  if (!patch.is_object()) return patch;
  const std::string_view how = patch.text("$patch");
  if (how == "delete") return Value::object({});
  if (how == "replace") return with(arena, patch, "$patch", nullptr);
  Value result = target.is_object() ? target : Value::object({});
  for (const Member& change : patch.members()) {
    if (change.key.starts_with('$')) continue;
    const std::string_view key = merge_key(parent, change.key);
    const Value* old = result.find(change.key);
    const Value value =
        change.value.is_array() && !key.empty()
            ? merged_list(arena, items_at(result, {change.key}), change.value, {change.key, key})
            : merged(arena, old != nullptr ? *old : Value(), change.value, change.key);
    result = with(arena, result, change.key, value.is_null() ? nullptr : &value);
  }
  for (const Member& change : patch.members()) {
    if (change.key.starts_with('$')) result = obeyed(arena, result, change);
  }
  return result;
}

}  // namespace

std::string_view merge_key(std::string_view parent, std::string_view field) {
  for (const MergeKey& row : kMergeKeys) {
    if (row.field == field && (row.parent.empty() || row.parent == parent)) return row.key;
  }
  return {};
}

Value strategic_merge(Arena& arena, const Value& target, const Value& patch) {
  return merged(arena, target, patch, {});
}

}  // namespace kollect::sandbox
