#include "extract/secret_view.h"

#include <algorithm>
#include <initializer_list>

#include "base/text.h"

namespace kollect::extract {

namespace {

using Keys = std::initializer_list<std::string_view>;

// The object without these members; itself when it has none of them.
json::Value without(const json::Value& object, Keys keys, json::Arena& arena) {
  const bool has_any = std::any_of(
      keys.begin(), keys.end(), [&](std::string_view key) { return object.find(key) != nullptr; });
  if (!has_any) return object;
  const std::span<const json::Member> members = object.members();
  auto* kept = static_cast<json::Member*>(arena.allocate(members.size() * sizeof(json::Member)));
  const auto* end = std::copy_if(members.begin(), members.end(), kept, [&](const json::Member& m) {
    return std::find(keys.begin(), keys.end(), m.key) == keys.end();
  });
  return json::Value::object({kept, static_cast<size_t>(end - kept)});
}

// The object with another value of a member that it has.
json::Value with(const json::Value& object, std::string_view key, const json::Value& value,
                 json::Arena& arena) {
  const std::span<const json::Member> members = object.members();
  auto* copied = static_cast<json::Member*>(arena.allocate(members.size() * sizeof(json::Member)));
  for (size_t i = 0; i < members.size(); ++i) {
    copied[i] = members[i];
    if (members[i].key == key) copied[i].value = value;
  }
  return json::Value::object({copied, members.size()});
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_data(std::string_view segment) {
  segment = trimmed(segment.substr(0, segment.find_first_of("[(")), " \t\r\n{}$@");
  constexpr std::string_view kData = "data";
  return std::equal(segment.begin(), segment.end(), kData.begin(), kData.end(),
                    [](char a, char b) { return lower(a) == b; });
}

}  // namespace

bool is_secret(std::string_view group, std::string_view kind) {
  return kind == "Secret" && (group.empty() || group == "core");
}

bool names_secret_data(std::string_view json_path) {
  while (true) {
    const size_t dot = json_path.find('.');
    if (is_data(json_path.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    json_path.remove_prefix(dot + 1);
  }
}

json::Value without_last_applied(const json::Value& object, json::Arena& arena) {
  if (!object.is_object()) return object;
  const json::Value* metadata = object.find("metadata");
  const json::Value* annotations = object.at({"metadata", "annotations"});
  if (annotations == nullptr || annotations->find(kLastAppliedAnnotation) == nullptr) return object;
  const json::Value fewer = without(*annotations, {kLastAppliedAnnotation}, arena);
  return with(object, "metadata", with(*metadata, "annotations", fewer, arena), arena);
}

json::Value secret_view(const json::Value& secret, json::Arena& arena) {
  if (!secret.is_object()) return secret;
  return without(without_last_applied(secret, arena), {"data", "stringData"}, arena);
}

}  // namespace kollect::extract
