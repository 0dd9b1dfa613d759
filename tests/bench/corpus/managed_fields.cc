#include "bench/corpus/managed_fields.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/json.h"
#include "base/json_write.h"

namespace kollect::bench {
namespace {

using json::Arena;
using json::Member;
using json::Value;

// What tells the elements of a list apart, in the order in which the schemas are tried.
constexpr std::string_view kListKeys[] = {"containerPort", "mountPath", "uid",
                                          "name",          "type",      "ip"};

// What is always there is not owned as such; only its fields are.
constexpr std::array<std::string_view, 4> kStructs = {"metadata", "spec", "status", "template"};

Value owned(const Value& value, Arena& arena, bool is_struct);

// `k:{"name":"app"}`, or empty for an element of an atomic list.
std::string element_key(const Value& element) {
  for (const std::string_view key : kListKeys) {
    const Value* found = element.find(key);
    if (found == nullptr) continue;
    std::string out = "k:{";
    json::append_string(out, key);
    out += ':';
    json::append(out, *found);
    if (key == "containerPort") out += R"(,"protocol":"TCP")";
    return out + '}';
  }
  return {};
}

Value owned_elements(const Value& list, Arena& arena) {
  std::vector<Member> members = {{".", Value::object({})}};
  for (const Value& element : list.items()) {
    const std::string key = element_key(element);
    if (key.empty()) return Value::object({});
    members.push_back({arena.copy(key), owned(element, arena, false)});
  }
  return arena.object(members);
}

Value owned_members(const Value& map, Arena& arena, bool is_struct) {
  std::vector<Member> members;
  if (!is_struct && !map.members().empty()) members.push_back({".", Value::object({})});
  for (const auto& [key, value] : map.members()) {
    const bool is_fixed = std::find(kStructs.begin(), kStructs.end(), key) != kStructs.end();
    members.push_back({arena.copy("f:" + std::string(key)), owned(value, arena, is_fixed)});
  }
  return arena.object(members);
}

Value owned(const Value& value, Arena& arena, bool is_struct) {
  if (value.is_array()) return owned_elements(value, arena);
  if (value.is_object()) return owned_members(value, arena, is_struct);
  return Value::object({});
}

}  // namespace

std::string managed_fields(const FieldOwner& owner, std::string_view object) {
  Arena arena;
  const auto parsed = json::parse(object, arena);
  KOLLECT_CHECK(parsed.has_value());
  std::string out = R"({"manager":")";
  out.append(owner.manager).append(R"(","operation":")").append(owner.operation);
  out.append(R"(","apiVersion":")").append(owner.api_version);
  out.append(R"(","time":")").append(owner.time_slot);
  out.append(R"(","fieldsType":"FieldsV1","fieldsV1":)");
  json::append(out, owned(*parsed, arena, true));
  if (!owner.subresource.empty())
    out.append(R"(,"subresource":")").append(owner.subresource) += '"';
  return out + '}';
}

}  // namespace kollect::bench
