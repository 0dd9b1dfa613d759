#include "sandbox/fields.h"

#include <algorithm>

namespace kollect::sandbox {

namespace {

constexpr std::string_view kKept[] = {"labels", "annotations", "ownerReferences", "finalizers"};

bool is_leaf(const Value& set) { return !set.is_object() || set.members().empty(); }

std::string_view bare(std::string_view key) { return key.substr(2); }

// What ownership is about: not the identity, not what the server writes.
Value owned_part(Arena& arena, const Value& object) {
  std::vector<Member> metadata;
  if (const Value* given = object.find("metadata")) {
    for (const std::string_view key : kKept) {
      if (const Value* value = given->find(key)) metadata.push_back({key, *value});
    }
  }
  Value result = without(without(object, "apiVersion", arena), "kind", arena);
  return metadata.empty() ? without(result, "metadata", arena)
                          : with(arena, result, "metadata", arena.object(metadata));
}

Value difference(Arena& arena, const Value* before, const Value& after) {
  if (!after.is_object()) return Value::object({});
  std::vector<Member> set;
  for (const Member& member : after.members()) {
    const Value* old = before != nullptr ? before->find(member.key) : nullptr;
    if (old != nullptr && *old == member.value) continue;
    set.push_back(
        {arena.copy("f:" + std::string(member.key)), difference(arena, old, member.value)});
  }
  return arena.object(set);
}

// The object without the fields of the set.
Value dropped(Arena& arena, const Value& object, const Value& set) {
  Value result = object;
  for (const Member& field : set.members()) {
    const Value* child = result.find(bare(field.key));
    if (child == nullptr) continue;
    const Value rest = is_leaf(field.value) ? Value() : dropped(arena, *child, field.value);
    const bool is_gone = is_leaf(field.value) || (rest.is_object() && rest.members().empty());
    result = is_gone ? without(result, bare(field.key), arena)
                     : with(arena, result, bare(field.key), rest);
  }
  return result;
}

struct Sides {
  const Value* current;
  const Value* merged;
};

// Fields of both sets that the merge would change.
void find_conflicts(const Value& mine, const Value& theirs, Sides sides,
                    std::vector<std::string>& out, const std::string& path = {}) {
  for (const Member& field : mine.members()) {
    const Value* other = theirs.find(field.key);
    const auto side = [&](const Value* v) {
      return v != nullptr ? v->find(bare(field.key)) : nullptr;
    };
    const Sides below{side(sides.current), side(sides.merged)};
    if (other == nullptr || below.current == nullptr || below.merged == nullptr) continue;
    const std::string here = path + '.' + std::string(bare(field.key));
    if (is_leaf(field.value) || is_leaf(*other)) {
      if (!(*below.current == *below.merged)) out.push_back(here);
    } else {
      find_conflicts(field.value, *other, below, out, here);
    }
  }
}

Value plain_merge(Arena& arena, const Value& target, const Value& wanted) {
  if (!wanted.is_object() || !target.is_object()) return wanted;
  Value result = target;
  for (const Member& member : wanted.members()) {
    const Value* old = result.find(member.key);
    result = with(arena, result, member.key,
                  old != nullptr ? plain_merge(arena, *old, member.value) : member.value);
  }
  return result;
}

std::vector<Value> entries_of(const Value& object) {
  const Value* entries = object.at({"metadata", "managedFields"});
  if (entries == nullptr || !entries->is_array()) return {};
  return {entries->items().begin(), entries->items().end()};
}

bool is_of(const Value& entry, const Owner& owner) {
  return entry.text("manager") == owner.manager &&
         (entry.text("operation") == "Apply") == owner.is_apply &&
         entry.text("subresource") == owner.subresource;
}

Value set_of(const Value& entry) {
  const Value* set = entry.find("fieldsV1");
  return set != nullptr && set->is_object() ? *set : Value::object({});
}

Value entry_of(Arena& arena, const Owner& owner, std::string_view api_version, const Value& set) {
  Value entry = object_of(arena, {{"manager", arena.string(owner.manager)},
                                  {"operation", text_of(owner.is_apply ? "Apply" : "Update")},
                                  {"apiVersion", text_of(api_version)},
                                  {"time", arena.string(owner.time)},
                                  {"fieldsType", text_of("FieldsV1")},
                                  {"fieldsV1", set}});
  if (owner.subresource.empty()) return entry;
  return with(arena, entry, "subresource", arena.string(owner.subresource));
}

}  // namespace

Value fields_of(Arena& arena, const Value& object) {
  return difference(arena, nullptr, owned_part(arena, object));
}

Value fields_between(Arena& arena, const Value& before, const Value& after) {
  const Value old = owned_part(arena, before);
  return difference(arena, &old, owned_part(arena, after));
}

Value united(Arena& arena, const Value& a, const Value& b) {
  Value result = a;
  for (const Member& field : b.members()) {
    const Value* mine = a.find(field.key);
    result = with(arena, result, field.key,
                  mine != nullptr ? united(arena, *mine, field.value) : field.value);
  }
  return result;
}

Value subtracted(Arena& arena, const Value& a, const Value& b) {
  std::vector<Member> left;
  for (const Member& field : a.members()) {
    const Value* other = b.find(field.key);
    if (other == nullptr) {
      left.push_back(field);
    } else if (!is_leaf(field.value) && !is_leaf(*other)) {
      const Value rest = subtracted(arena, field.value, *other);
      if (!rest.members().empty()) left.push_back({field.key, rest});
    }
  }
  return arena.object(left);
}

Value with_owner(Arena& arena, const Value& before, const Value& after, const Owner& owner) {
  const Value changed = fields_between(arena, before, after);
  std::vector<Value> entries;
  Value own = changed;
  for (const Value& entry : entries_of(after)) {
    if (is_of(entry, owner)) {
      own = united(arena, set_of(entry), changed);
      continue;
    }
    const Value rest = subtracted(arena, set_of(entry), changed);
    if (!rest.members().empty()) entries.push_back(with(arena, entry, "fieldsV1", rest));
  }
  if (!own.members().empty())
    entries.push_back(entry_of(arena, owner, after.text("apiVersion"), own));
  return with_at(arena, after, {"metadata", "managedFields"}, arena.array(entries));
}

Applied applied(Arena& arena, const Value& current, const Value& wanted, const Owner& owner,
                bool is_custom) {
  const Value mine = fields_of(arena, wanted);
  Applied result{.object = is_custom ? plain_merge(arena, current, wanted)
                                     : strategic_merge(arena, current, wanted),
                 .conflicts = {}};
  Value unowned = Value::object({});
  Value others = Value::object({});
  for (const Value& entry : entries_of(current)) {
    if (is_of(entry, owner)) {
      unowned = subtracted(arena, set_of(entry), mine);
      continue;
    }
    others = united(arena, others, set_of(entry));
    find_conflicts(mine, set_of(entry), {&current, &result.object}, result.conflicts);
  }
  result.object = dropped(arena, result.object, subtracted(arena, unowned, others));
  std::vector<Value> entries;
  const Value taken = fields_between(arena, current, result.object);
  for (const Value& entry : entries_of(current)) {
    if (is_of(entry, owner)) continue;
    const Value rest = subtracted(arena, set_of(entry), taken);
    if (!rest.members().empty()) entries.push_back(with(arena, entry, "fieldsV1", rest));
  }
  entries.push_back(entry_of(arena, owner, wanted.text("apiVersion"), mine));
  result.object =
      with_at(arena, result.object, {"metadata", "managedFields"}, arena.array(entries));
  return result;
}

}  // namespace kollect::sandbox
