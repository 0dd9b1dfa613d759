#include <cmath>
#include <limits>
#include <string>

#include "api/codec.h"
#include "api/scalar.h"
#include "base/json_write.h"

namespace kollect::api {
namespace {

using json::Value;

// A whole number of 64 bits; 3.0 counts as one, as it does for the API server.
std::optional<int64_t> whole_number(const Value& value) {
  if (value.kind() == json::Kind::integer) return value.as_int();
  if (value.kind() != json::Kind::number) return std::nullopt;
  const double number = value.as_double();
  constexpr double kEdge = 9007199254740992.0;
  if (std::trunc(number) != number || std::abs(number) > kEdge) return std::nullopt;
  return static_cast<int64_t>(number);
}

class Reader {
 public:
  explicit Reader(Findings& findings) : findings_(findings) {}

  void read_root(const Kind& kind, const Value& object, void* into);

 private:
  void read_fields(std::span<const Field> fields, const Value& object, void* owner);
  void read_field(const Field& field, const Value& value, void* owner);
  void read_list(const Field& field, const Value& value, void* owner);
  void read_item(const Field& field, const Value& item, void* owner);
  void read_value(const Field& field, const Value& value, void* slot);
  void read_number(const Field& field, const Value& value, void* slot);
  void read_text(const Field& field, std::string_view text, void* slot);
  void read_text_map(const Value& value, TextMap& map);

  void refuse(const Value& value, std::string detail) {
    findings_.wrong_type(Path(path_), value, std::move(detail));
  }
  // Runs `step` one member or item deeper.
  template <typename Step>
  void at_member(std::string_view name, const Step& step);
  template <typename Step>
  void at_key(std::string_view key, const Step& step);

  Findings& findings_;
  std::string path_;
};

template <typename Step>
void Reader::at_member(std::string_view name, const Step& step) {
  const size_t before = path_.size();
  if (!path_.empty()) path_ += '.';
  path_ += name;
  step();
  path_.resize(before);
}

template <typename Step>
void Reader::at_key(std::string_view key, const Step& step) {
  const size_t before = path_.size();
  path_ += '[';
  path_ += key;
  path_ += ']';
  step();
  path_.resize(before);
}

void Reader::read_root(const Kind& kind, const Value& object, void* into) {
  if (!object.is_object()) {
    findings_.plain(Path(), std::string("a ") + std::string(kind.name) + " must be a JSON object");
    return;
  }
  if (object.text("apiVersion") != kApiVersion) {
    findings_.unsupported(Path("apiVersion"), object.text("apiVersion"), kApiVersion);
  }
  if (object.text("kind") != kind.name) {
    findings_.unsupported(Path("kind"), object.text("kind"), kind.name);
  }
  read_fields(kind.fields, object, into);
}

void Reader::read_fields(std::span<const Field> fields, const Value& object, void* owner) {
  for (const Field& field : fields) {
    if (field.is_inline()) {
      read_fields(field.fields, object, field.member.grow(owner));
      continue;
    }
    const Value* value = object.find(field.name);
    if (value == nullptr || value->is_null()) continue;
    at_member(field.name, [&] { read_field(field, *value, owner); });
  }
}

void Reader::read_field(const Field& field, const Value& value, void* owner) {
  if (field.is_list()) {
    read_list(field, value, owner);
  } else {
    read_value(field, value, field.member.grow(owner));
  }
}

void Reader::read_list(const Field& field, const Value& value, void* owner) {
  if (!value.is_array()) return refuse(value, "must be a list");
  size_t texts = 0;
  for (const Value& item : value.items()) texts += item.is_string() ? 1 : 0;
  if (!field.text_item.empty() && texts > 0 && texts < value.items().size()) {
    return refuse(value, "must be all objects or all names");
  }
  for (size_t i = 0; i < value.items().size(); ++i) {
    at_key(std::to_string(i), [&] { read_item(field, value.items()[i], owner); });
  }
}

void Reader::read_item(const Field& field, const Value& item, void* owner) {
  void* slot = field.member.grow(owner);
  const Field* name = find_field(field.fields, field.text_item);
  if (item.is_string() && !field.text_item.empty() && name != nullptr) {
    read_text(*name, item.as_string(), name->member.grow(slot));
  } else {
    read_value(field, item, slot);
  }
}

void Reader::read_value(const Field& field, const Value& value, void* slot) {
  switch (field.type) {
    case FieldType::object:
      if (!value.is_object()) return refuse(value, "must be an object");
      return read_fields(field.fields, value, slot);
    case FieldType::text_map:
      return read_text_map(value, *static_cast<TextMap*>(slot));
    case FieldType::boolean:
      if (value.kind() != json::Kind::boolean) return refuse(value, "must be true or false");
      *static_cast<bool*>(slot) = value.as_bool();
      return;
    case FieldType::int32:
    case FieldType::int64:
    case FieldType::integer:
      return read_number(field, value, slot);
    case FieldType::text:
    case FieldType::duration:
    case FieldType::time:
    case FieldType::bytes:
      if (!value.is_string()) return refuse(value, "must be a string");
      return read_text(field, value.as_string(), slot);
  }
}

void Reader::read_number(const Field& field, const Value& value, void* slot) {
  const auto number = whole_number(value);
  if (!number) return refuse(value, "must be an integer");
  if (field.type != FieldType::int32) {
    *static_cast<int64_t*>(slot) = *number;
    return;
  }
  if (*number < std::numeric_limits<int32_t>::min() ||
      *number > std::numeric_limits<int32_t>::max()) {
    return findings_.invalid_json(Path(path_), json::to_text(value), "must fit 32 bits");
  }
  *static_cast<int32_t*>(slot) = static_cast<int32_t>(*number);
}

void Reader::read_text(const Field& field, std::string_view text, void* slot) {
  if (field.type == FieldType::text) {
    *static_cast<std::string*>(slot) = text;
  } else if (field.type == FieldType::duration) {
    const auto duration = parse_duration(text);
    if (!duration)
      return findings_.invalid(Path(path_), text, "must be a duration such as 30s or 1h30m");
    *static_cast<Duration*>(slot) = *duration;
  } else if (field.type == FieldType::time) {
    const auto time = parse_time(text);
    if (!time) return findings_.invalid(Path(path_), text, "must be an RFC 3339 time");
    *static_cast<Time*>(slot) = *time;
  } else {
    auto bytes = read_bytes(text);
    if (!bytes) return findings_.invalid(Path(path_), text.substr(0, 32), "must be base64");
    *static_cast<std::string*>(slot) = std::move(*bytes);
  }
}

void Reader::read_text_map(const Value& value, TextMap& map) {
  if (!value.is_object()) return refuse(value, "must be an object");
  for (const json::Member& member : value.members()) {
    if (member.value.is_null()) continue;
    if (!member.value.is_string()) {
      at_key(member.key, [&] { refuse(member.value, "must be a string"); });
      continue;
    }
    map.emplace(member.key, member.value.as_string());
  }
}

// Of the object metadata of Kubernetes; the reader takes only some.
constexpr std::string_view kMetadataNames =
    "name generateName namespace uid resourceVersion generation creationTimestamp "
    "deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers "
    "managedFields selfLink";

void find_unknown_metadata(const Value& metadata, const Path& path, Findings& out) {
  for (const json::Member& member : metadata.members()) {
    if (!has_word(kMetadataNames, member.key)) out.forbidden(path / member.key, "unknown field");
  }
}

void find_unknown(std::span<const Field> fields, const Value& object, const Path& path,
                  Findings& out) {
  for (const json::Member& member : object.members()) {
    const Path here = path / member.key;
    const Field* field = find_field(fields, member.key);
    const bool is_root =
        path.text().empty() && (member.key == "apiVersion" || member.key == "kind");
    if (field == nullptr && !is_root) out.forbidden(here, "unknown field");
    if (here.text() == "metadata" && member.value.is_object())
      find_unknown_metadata(member.value, here, out);
    if (field == nullptr || field->type != FieldType::object || here.text() == "metadata") continue;
    if (!field->is_list() && member.value.is_object())
      find_unknown(field->fields, member.value, here, out);
    if (!field->is_list() || !member.value.is_array()) continue;
    for (size_t i = 0; i < member.value.items().size(); ++i) {
      const Value& item = member.value.items()[i];
      if (item.is_object()) find_unknown(field->fields, item, here[i], out);
    }
  }
}

}  // namespace

void read_object(const Kind& kind, const Value& object, void* into, Findings& findings,
                 Unknown unknown) {
  Reader(findings).read_root(kind, object, into);
  if (unknown == Unknown::report) findings.merge(unknown_fields(kind, object));
}

Findings unknown_fields(const Kind& kind, const Value& object) {
  Findings out;
  if (object.is_object()) find_unknown(kind.fields, object, Path(), out);
  return out;
}

}  // namespace kollect::api
