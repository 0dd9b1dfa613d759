#include "api/schema_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "api/codec.h"
#include "api/scalar.h"
#include "base/json_write.h"

namespace kollect::api {
namespace {

using json::Value;

class Defaults {
 public:
  explicit Defaults(json::Arena& arena) : arena_(arena) {}

  Value object(std::span<const Field> fields, const Value& given) {
    std::vector<json::Member> members;
    for (const json::Member& member : given.members()) {
      if (member.value.is_null()) continue;
      const Field* field = find_field(fields, member.key);
      members.push_back({member.key, field ? value(*field, member.value) : member.value});
    }
    each_field(fields, [&](const Field& field) {
      const Value* there = given.find(field.name);
      if (field.fallback.empty() || (there != nullptr && !there->is_null())) return;
      const auto parsed = json::parse(field.fallback, arena_);
      KOLLECT_CHECK(parsed.has_value());
      members.push_back({field.name, *parsed});
    });
    return arena_.object(members);
  }

 private:
  Value value(const Field& field, const Value& given) {
    if (field.type != FieldType::object) return given;
    if (!field.is_list()) return given.is_object() ? object(field.fields, given) : given;
    if (!given.is_array()) return given;
    std::vector<Value> items;
    for (const Value& item : given.items()) {
      items.push_back(item.is_object() ? object(field.fields, item) : item);
    }
    return arena_.array(items);
  }

  json::Arena& arena_;
};

class Checker {
 public:
  explicit Checker(Findings& findings) : findings_(findings) {}

  void check_fields(std::span<const Field> fields, const Value& object, const Path& path) {
    each_field(fields, [&](const Field& field) {
      const Value* value = object.find(field.name);
      if (value != nullptr && !value->is_null()) {
        check_field(field, *value, path / field.name);
      } else if (field.required) {
        findings_.required(path / field.name, "");
      }
    });
  }

 private:
  void check_field(const Field& field, const Value& value, const Path& path) {
    if (!field.is_list()) return check_value(field, value, path);
    if (!value.is_array()) return wrong_type(value, path, "must be a list");
    if (field.max_items && value.items().size() > *field.max_items) {
      findings_.too_many(path, value.items().size(), *field.max_items);
    }
    std::set<std::string> seen;
    for (size_t i = 0; i < value.items().size(); ++i) {
      const Value& item = value.items()[i];
      check_value(field, item, path[i]);
      const Value key = unique_key(field, item);
      if (!key.is_null() && !seen.insert(json::to_text(key)).second) {
        findings_.add({ErrorType::duplicate, path[i].text(), json::to_text(key), ""});
      }
    }
  }

  // What must differ between the items of a list; null when nothing must.
  static Value unique_key(const Field& field, const Value& item) {
    if (field.list == ListType::set) return item;
    if (field.list != ListType::map) return Value();
    const Value* key = item.find(field.list_key);
    return key ? *key : Value();
  }

  void check_value(const Field& field, const Value& value, const Path& path) {
    switch (field.type) {
      case FieldType::object:
        if (!value.is_object()) return wrong_type(value, path, "must be an object");
        return check_fields(field.fields, value, path);
      case FieldType::text_map:
        return check_map(value, path);
      case FieldType::boolean:
        if (value.kind() != json::Kind::boolean) wrong_type(value, path, "must be true or false");
        return;
      case FieldType::int32:
      case FieldType::int64:
      case FieldType::integer:
        return check_number(field, value, path);
      case FieldType::text:
      case FieldType::duration:
      case FieldType::time:
      case FieldType::bytes:
        if (!value.is_string()) return wrong_type(value, path, "must be a string");
        return check_text(field, value.as_string(), path);
    }
  }

  void check_map(const Value& value, const Path& path) {
    if (!value.is_object()) return wrong_type(value, path, "must be an object");
    for (const json::Member& member : value.members()) {
      if (!member.value.is_string()) {
        wrong_type(member.value, path.key(member.key), "must be a string");
      }
    }
  }

  void check_number(const Field& field, const Value& value, const Path& path) {
    if (!value.is_number()) return wrong_type(value, path, "must be an integer");
    const double number = value.as_double();
    if (field.min && number < static_cast<double>(*field.min)) {
      findings_.invalid_json(path, json::to_text(value),
                             fmt::format("must be greater than or equal to {}", *field.min));
    }
    if (field.max && number > static_cast<double>(*field.max)) {
      findings_.invalid_json(path, json::to_text(value),
                             fmt::format("must be less than or equal to {}", *field.max));
    }
  }

  void check_text(const Field& field, std::string_view text, const Path& path) {
    if (!field.values.empty() && !has_word(field.values, text)) {
      findings_.unsupported(path, text, field.values);
    }
    const size_t length = characters(text);
    if (field.min_length && length < *field.min_length) {
      findings_.invalid(path, text,
                        fmt::format("must have at least {} characters", *field.min_length));
    }
    if (field.max_length && length > *field.max_length) findings_.too_long(path, *field.max_length);
    if (field.pattern && !field.pattern->matches(text)) {
      findings_.invalid(path, text, fmt::format("must match {}", field.pattern->text));
    }
  }

  // The schema counts characters, not bytes.
  static size_t characters(std::string_view text) {
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
  }

  void wrong_type(const Value& value, const Path& path, std::string detail) {
    findings_.wrong_type(path, value, std::move(detail));
  }

  Findings& findings_;
};

}  // namespace

Value with_defaults(const Kind& kind, const Value& object, json::Arena& arena) {
  return object.is_object() ? Defaults(arena).object(kind.fields, object) : object;
}

void check_schema(const Kind& kind, const Value& object, Findings& findings) {
  if (object.is_object()) Checker(findings).check_fields(kind.fields, object, Path());
}

}  // namespace kollect::api
