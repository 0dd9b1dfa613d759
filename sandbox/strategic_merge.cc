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
    {"ephemeralContainers", "ports", "containerPort"},
    {"spec", "ports", "port"},
    {"spec", "volumes", "name"},
    {"spec", "topologySpreadConstraints", "topologyKey"},
    {"status", "addresses", "type"},
    {"", "containers", "name"},
    {"", "initContainers", "name"},
    {"", "ephemeralContainers", "name"},
    {"", "env", "name"},
    {"", "volumeMounts", "mountPath"},
    {"", "volumeDevices", "devicePath"},
    {"", "imagePullSecrets", "name"},
    {"", "hostAliases", "ip"},
    {"", "resourceClaims", "name"},
    {"", "schedulingGates", "name"},
    {"", "ownerReferences", "uid"},
    {"", "conditions", "type"},
    {"", "podIPs", "ip"},
    {"", "hostIPs", "ip"},
    {"", "secrets", "name"},
    {"", "finalizers", "*"},
};

constexpr std::string_view kSetOrder = "$setElementOrder/";
constexpr std::string_view kDeleteItems = "$deleteFromPrimitiveList/";

class Merge {
 public:
  explicit Merge(Arena& arena) : arena_(arena) {}

  Value object(const Value& target, const Value& patch, std::string_view parent);

 private:
  Value member(const Value& target, const Value& patch, std::string_view parent,
               std::string_view field);
  Value list(const Value* target, const Value& patch, std::string_view field, std::string_view key);
  Value set(const Value* target, const Value& patch);
  Value directive(const Value& result, const Member& member, std::string_view parent);
  Value ordered(const Value& list, const Value& order, std::string_view key);

  Arena& arena_;
};

bool same_key(const Value& a, const Value& b, std::string_view key) {
  if (key == "*") return a == b;
  const Value* x = a.find(key);
  const Value* y = b.find(key);
  return x != nullptr && y != nullptr && *x == *y;
}

Value Merge::object(const Value& target, const Value& patch, std::string_view parent) {
  if (!patch.is_object()) return patch;
  const std::string_view how = patch.text("$patch");
  if (how == "delete") return Value::object({});
  if (how == "replace") return without(patch, "$patch", arena_);
  Value result = target.is_object() ? target : Value::object({});
  for (const Member& change : patch.members()) {
    if (change.key.starts_with('$')) continue;
    result = change.value.is_null() ? without(result, change.key, arena_)
                                    : with(arena_, result, change.key,
                                           member(result, change.value, parent, change.key));
  }
  for (const Member& change : patch.members()) {
    if (change.key.starts_with('$')) result = directive(result, change, parent);
  }
  return result;
}

Value Merge::member(const Value& target, const Value& patch, std::string_view parent,
                    std::string_view field) {
  const Value* old = target.find(field);
  if (patch.is_object()) return object(old != nullptr ? *old : Value(), patch, field);
  const std::string_view key = merge_key(parent, field);
  if (!patch.is_array() || key.empty()) return patch;
  return key == "*" ? set(old, patch) : list(old, patch, field, key);
}

Value Merge::set(const Value* target, const Value& patch) {
  std::vector<Value> items;
  if (target != nullptr && target->is_array())
    items.assign(target->items().begin(), target->items().end());
  for (const Value& item : patch.items()) {
    if (std::ranges::find(items, item) == items.end()) items.push_back(item);
  }
  return arena_.array(items);
}

Value Merge::list(const Value* target, const Value& patch, std::string_view field,
                  std::string_view key) {
  std::vector<Value> items;
  const auto replaces = [](const Value& item) {
    return item.text("$patch") == "replace" && item.members().size() == 1;
  };
  const bool is_replaced = std::ranges::any_of(patch.items(), replaces);
  if (target != nullptr && target->is_array() && !is_replaced)
    items.assign(target->items().begin(), target->items().end());
  for (const Value& item : patch.items()) {
    if (replaces(item)) continue;
    const auto same = [&](const Value& other) { return same_key(other, item, key); };
    const auto found = std::ranges::find_if(items, same);
    if (item.text("$patch") == "delete") {
      std::erase_if(items, same);
    } else if (found != items.end()) {
      *found = object(*found, item, field);
    } else {
      items.push_back(object({}, item, field));
    }
  }
  return arena_.array(items);
}

// Items that the order names come first in that order; the others keep theirs behind them.
Value Merge::ordered(const Value& list, const Value& order, std::string_view key) {
  std::vector<Value> items(list.items().begin(), list.items().end());
  const auto rank = [&](const Value& item) {
    const auto same = [&](const Value& named) { return same_key(named, item, key); };
    return std::ranges::find_if(order.items(), same) - order.items().begin();
  };
  std::ranges::stable_sort(items, {}, rank);
  return arena_.array(items);
}

Value Merge::directive(const Value& result, const Member& member, std::string_view parent) {
  const auto list_of = [&](std::string_view prefix) {
    const Value* list = result.find(member.key.substr(prefix.size()));
    return list != nullptr && list->is_array() && member.value.is_array() ? list : nullptr;
  };
  if (member.key == "$retainKeys" && member.value.is_array()) {
    std::vector<Member> kept(result.members().begin(), result.members().end());
    std::erase_if(kept, [&](const Member& old) {
      return std::ranges::find(member.value.items(), text_of(old.key)) ==
             member.value.items().end();
    });
    return arena_.object(kept);
  }
  if (member.key.starts_with(kSetOrder)) {
    const std::string_view field = member.key.substr(kSetOrder.size());
    const std::string_view key = merge_key(parent, field);
    const Value* list = list_of(kSetOrder);
    if (list == nullptr || key.empty()) return result;
    return with(arena_, result, field, ordered(*list, member.value, key));
  }
  if (member.key.starts_with(kDeleteItems)) {
    const Value* list = list_of(kDeleteItems);
    if (list == nullptr) return result;
    std::vector<Value> kept(list->items().begin(), list->items().end());
    std::erase_if(kept, [&](const Value& item) {
      return std::ranges::find(member.value.items(), item) != member.value.items().end();
    });
    return with(arena_, result, member.key.substr(kDeleteItems.size()), arena_.array(kept));
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
  return Merge(arena).object(target, patch, {});
}

}  // namespace kollect::sandbox
