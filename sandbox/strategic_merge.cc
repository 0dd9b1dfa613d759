#include <algorithm>
#include <vector>

#include "sandbox/edit.h"

namespace kollect::sandbox {

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

constexpr std::string_view kSetOrder = "$setElementOrder/";
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

// Items that the order names come first in that order; the others keep theirs behind them.
Value ordered(Arena& arena, std::span<const Value> list, const Value& order, std::string_view key) {
  std::vector<Value> items(list.begin(), list.end());
  std::ranges::stable_sort(items, {}, [&](const Value& item) {
    const auto same = [&](const Value& named) { return same_key(named, item, key); };
    return std::ranges::find_if(order.items(), same) - order.items().begin();
  });
  return arena.array(items);
}

// What a member whose key begins with $ asks for.
Value obeyed(Arena& arena, const Value& result, const Member& directive, std::string_view parent) {
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
  if (list.empty()) return result;
  Value changed;
  if (directive.key.starts_with(kSetOrder)) {
    changed = ordered(arena, list, directive.value, merge_key(parent, field));
  } else if (directive.key.starts_with(kDeleteItems)) {
    std::vector<Value> kept(list.begin(), list.end());
    std::erase_if(kept, [&](const Value& item) { return contains(directive.value, item); });
    changed = arena.array(kept);
  }
  return changed.is_null() ? result : with(arena, result, field, &changed);
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
    if (change.key.starts_with('$')) result = obeyed(arena, result, change, parent);
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
