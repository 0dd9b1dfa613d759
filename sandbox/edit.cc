#include "sandbox/edit.h"

#include <algorithm>
#include <optional>

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

Value value_at(const Value& root, Path path) {
  const Value* value = root.at(path);
  return value == nullptr ? Value() : *value;
}

std::string_view text_at(const Value& root, Path path) {
  const Value value = value_at(root, path);
  return value.is_string() ? value.as_string() : std::string_view();
}

std::span<const Value> items_at(const Value& root, Path path) {
  const Value list = value_at(root, path);
  return list.is_array() ? list.items() : std::span<const Value>();
}

Value with(Arena& arena, const Value& object, std::string_view key, const Value& value) {
  std::vector<Member> members;
  if (object.is_object()) members.assign(object.members().begin(), object.members().end());
  std::erase_if(members, [&](const Member& member) { return member.key == key; });
  if (!value.is_null()) members.push_back({key, value});
  return arena.object(members);
}

Value patched(Arena& arena, const Value& target, const std::string& patch) {
  return merged(arena, target, *json::parse(patch, arena));
}

Value pruned(Arena& arena, const Value& target, const Value& before, const Value& wanted) {
  if (wanted.is_null()) return {};
  if (!target.is_object() || !before.is_object() || !wanted.is_object()) return target;
  Value result = target;
  for (const Member& old : before.members()) {
    const Value left =
        pruned(arena, value_at(target, {old.key}), old.value, value_at(wanted, {old.key}));
    result = with(arena, result, old.key, left);
  }
  return result;
}

// --- merging

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

// `parent` is the list or member that holds the target; not set: a plain merge.
using Parent = std::optional<std::string_view>;
Value merge(Arena& arena, const Value& target, const Value& patch, const Parent& parent);

bool contains(const Value& list, const Value& item) {
  return std::ranges::find(list.items(), item) != list.items().end();
}

bool same_key(const Value& a, const Value& b, std::string_view key) {
  if (key == "*") return a == b;
  const Value value = value_at(a, {key});
  return !value.is_null() && value == value_at(b, {key});
}

// The list `field`, whose items merge by `key`.
struct Keyed {
  std::string_view field, key;
};

Value merged_list(Arena& arena, const Value& target, const Value& patch, Keyed list) {
  const auto replaces = [](const Value& item) { return item.text("$patch") == "replace"; };
  const auto old = items_at(target, {});
  std::vector<Value> items(old.begin(), old.end());
  if (std::ranges::any_of(patch.items(), replaces)) items.clear();
  for (const Value& item : patch.items()) {
    if (replaces(item)) continue;
    const auto same = [&](const Value& other) { return same_key(other, item, list.key); };
    const auto found = std::ranges::find_if(items, same);
    if (item.text("$patch") == "delete") {
      std::erase_if(items, same);
    } else if (found != items.end()) {
      *found = merge(arena, *found, item, list.field);
    } else {
      items.push_back(merge(arena, {}, item, list.field));
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
  return with(arena, result, field, arena.array(kept));
}

Value merge(Arena& arena, const Value& target, const Value& patch, const Parent& parent) {
  if (!patch.is_object()) return patch;
  const std::string_view order = parent ? patch.text("$patch") : "";
  if (order == "delete") return Value::object({});
  if (order == "replace") return with(arena, patch, "$patch", {});
  Value result = target.is_object() ? target : Value::object({});
  // Directives come before fields in the order of keys.
  for (const Member& change : patch.members()) {
    if (parent && change.key.starts_with('$')) {
      result = obeyed(arena, result, change);
      continue;
    }
    const std::string_view key = parent ? merge_key(*parent, change.key) : "";
    const Value old = value_at(result, {change.key});
    const Value value = change.value.is_array() && !key.empty()
                            ? merged_list(arena, old, change.value, {change.key, key})
                            : merge(arena, old, change.value, parent ? Parent(change.key) : parent);
    result = with(arena, result, change.key, value);
  }
  return result;
}

}  // namespace

std::string_view merge_key(std::string_view parent, std::string_view field) {
  for (const MergeKey& row : kMergeKeys)
    if (row.field == field && (row.parent.empty() || row.parent == parent)) return row.key;
  return {};
}

Value merged(Arena& arena, const Value& target, const Value& patch, Merge how) {
  return merge(arena, target, patch, how == Merge::strategic ? Parent("") : Parent());
}

}  // namespace kollect::sandbox
