#include "api/generate/sample.h"

#include <optional>
#include <string>
#include <vector>

namespace kollect::api {
namespace {

using json::Value;
using Members = std::vector<json::Member>;

class SampleWriter {
 public:
  SampleWriter(const Sample& sample, json::Arena& arena) : sample_(sample), arena_(arena) {}

  Value spec(std::span<const Field> fields) { return arena_.object(children(fields, "")); }

 private:
  Members children(std::span<const Field> fields, const std::string& path) {
    Members out;
    each_field(fields, [&](const Field& field) {
      const std::string here =
          path.empty() ? std::string(field.name) : path + "." + std::string(field.name);
      if (const auto value = shown(field, here)) out.push_back({field.name, *value});
    });
    return out;
  }

  // Nothing when the field is not part of this sample.
  std::optional<Value> shown(const Field& field, const std::string& path) {
    if (!field.only_types.empty() && !has_word(field.only_types, sample_.type)) return std::nullopt;
    const std::string_view json = chosen(field, path);
    if (json == "null") return std::nullopt;
    if (!json.empty()) return parsed(json);
    if (field.type != FieldType::object || field.is_list()) return std::nullopt;
    const bool wanted = field.required || !field.only_types.empty() || is_touched(path);
    if (!wanted) return std::nullopt;
    const Members below = children(field.fields, path);
    if (below.empty() && !field.required) return std::nullopt;
    return arena_.object(below);
  }

  std::string_view chosen(const Field& field, const std::string& path) const {
    for (const Sample::Value& value : sample_.values) {
      if (value.path == path) return value.json;
    }
    return field.example;
  }

  // Whether the sample says something about a field below.
  bool is_touched(const std::string& path) const {
    for (const Sample::Value& value : sample_.values) {
      if (value.path.size() > path.size() && value.path[path.size()] == '.' &&
          value.path.substr(0, path.size()) == path) {
        return true;
      }
    }
    return false;
  }

  Value parsed(std::string_view json) {
    const auto value = json::parse(json, arena_);
    KOLLECT_CHECK(value.has_value());
    return *value;
  }

  const Sample& sample_;
  json::Arena& arena_;
};

}  // namespace

Value sample_manifest(const Kind& kind, const Sample& sample, json::Arena& arena) {
  const Value spec = SampleWriter(sample, arena).spec(find_field(kind.fields, "spec")->fields);
  Members members = {{"apiVersion", Value::string(kApiVersion)},
                     {"kind", Value::string(kind.name)}};
  Members metadata = {{"name", Value::string(sample.name)}};
  if (!kind.is_cluster_scoped) metadata.push_back({"namespace", Value::string("team-a")});
  members.push_back({"metadata", arena.object(metadata)});
  if (sample.type.empty()) {
    members.push_back({"spec", spec});
    return arena.object(members);
  }
  Members typed(spec.members().begin(), spec.members().end());
  typed.push_back({"type", Value::string(sample.type)});
  members.push_back({"spec", arena.object(typed)});
  return arena.object(members);
}

}  // namespace kollect::api
