#include "api/generate/crd.h"

#include <string>
#include <vector>

#include "api/generate/description.h"

namespace kollect::api {
namespace {

using json::Value;
using Members = std::vector<json::Member>;

class Schema {
 public:
  explicit Schema(json::Arena& arena) : arena_(arena) {}

  Value root(const Kind& kind) {
    Members properties = {
        {"apiVersion", text_with("Version of this schema: `kollect.dev/v1alpha1`.")},
        {"kind", text_with("Kind of this object.")},
    };
    each_field(kind.fields, [&](const Field& field) {
      const bool opaque = field.name == "metadata";
      properties.push_back({field.name, opaque ? plain_object() : property(field)});
    });
    std::vector<Value> required;
    if (kind.requires_metadata) required.push_back(text("metadata"));
    required.push_back(text("spec"));
    Members out = {{"description", text(kind.help)}, {"type", text("object")}};
    out.push_back({"properties", arena_.object(properties)});
    out.push_back({"required", arena_.array(required)});
    return arena_.object(out);
  }

 private:
  Value text(std::string_view value) { return arena_.string(value); }

  Value text_with(std::string_view description) {
    return arena_.object(Members{{"type", text("string")}, {"description", text(description)}});
  }

  Value plain_object() { return arena_.object(Members{{"type", text("object")}}); }

  // The whole property: a list around its item, or the value itself.
  Value property(const Field& field) {
    Members out;
    if (field.is_list()) {
      out = {{"type", text("array")}, {"items", arena_.object(value_schema(field))}};
      list_words(field, out);
    } else {
      out = value_schema(field);
      if (!field.fallback.empty()) out.push_back({"default", fallback(field)});
    }
    out.push_back({"description", text(description(field))});
    return arena_.object(out);
  }

  Value fallback(const Field& field) {
    const auto parsed = json::parse(field.fallback, arena_);
    KOLLECT_CHECK(parsed.has_value());
    return *parsed;
  }

  void list_words(const Field& field, Members& out) {
    if (field.max_items) out.push_back({"maxItems", number(*field.max_items)});
    if (field.list == ListType::plain) return;
    const std::string_view word = field.list == ListType::set   ? "set"
                                  : field.list == ListType::map ? "map"
                                                                : "atomic";
    out.push_back({"x-kubernetes-list-type", text(word)});
    if (field.list != ListType::map) return;
    out.push_back({"x-kubernetes-list-map-keys", arena_.array(std::vector{text(field.list_key)})});
  }

  Members value_schema(const Field& field) {
    Members out;
    switch (field.type) {
      case FieldType::text:
        out = {{"type", text("string")}};
        break;
      case FieldType::duration:
        out = {{"type", text("string")}};
        break;
      case FieldType::boolean:
        out = {{"type", text("boolean")}};
        break;
      case FieldType::integer:
        out = {{"type", text("integer")}};
        break;
      case FieldType::int32:
        out = formatted("integer", "int32");
        break;
      case FieldType::int64:
        out = formatted("integer", "int64");
        break;
      case FieldType::time:
        out = formatted("string", "date-time");
        break;
      case FieldType::bytes:
        out = formatted("string", "byte");
        break;
      case FieldType::text_map:
        out = {{"type", text("object")},
               {"additionalProperties", arena_.object(Members{{"type", text("string")}})}};
        break;
      case FieldType::object:
        out = object_schema(field);
        break;
    }
    bounds(field, out);
    return out;
  }

  Members formatted(std::string_view type, std::string_view format) {
    return {{"type", text(type)}, {"format", text(format)}};
  }

  Members object_schema(const Field& field) {
    Members properties;
    std::vector<Value> required;
    each_field(field.fields, [&](const Field& child) {
      properties.push_back({child.name, property(child)});
      if (child.required) required.push_back(text(child.name));
    });
    Members out = {{"type", text("object")}, {"properties", arena_.object(properties)}};
    if (!required.empty()) out.push_back({"required", arena_.array(required)});
    if (field.atomic_object) out.push_back({"x-kubernetes-map-type", text("atomic")});
    return out;
  }

  void bounds(const Field& field, Members& out) {
    if (!field.values.empty()) {
      std::vector<Value> words;
      each_word(field.values, [&](std::string_view word) { words.push_back(text(word)); });
      out.push_back({"enum", arena_.array(words)});
    }
    if (field.pattern) out.push_back({"pattern", text(field.pattern->text)});
    if (field.min) out.push_back({"minimum", Value::integer(*field.min)});
    if (field.max) out.push_back({"maximum", Value::integer(*field.max)});
    if (field.min_length) out.push_back({"minLength", number(*field.min_length)});
    if (field.max_length) out.push_back({"maxLength", number(*field.max_length)});
  }

  static Value number(size_t value) { return Value::unsigned_integer(value); }

  json::Arena& arena_;
};

class Definition {
 public:
  Definition(const Kind& kind, json::Arena& arena) : kind_(kind), arena_(arena) {}

  Value whole() {
    const std::string name = std::string(kind_.plural) + "." + std::string(kGroup);
    return object({{"apiVersion", text("apiextensions.k8s.io/v1")},
                   {"kind", text("CustomResourceDefinition")},
                   {"metadata", object({{"name", text(name)}})},
                   {"spec", spec()}});
  }

 private:
  Value text(std::string_view value) { return arena_.string(value); }
  Value object(const Members& members) { return arena_.object(members); }

  Value spec() {
    return object({{"group", text(kGroup)},
                   {"names", names()},
                   {"scope", text(kind_.is_cluster_scoped ? "Cluster" : "Namespaced")},
                   {"versions", arena_.array(std::vector{version()})}});
  }

  Value names() {
    std::string singular(kind_.name);
    for (char& c : singular) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return object({{"kind", text(kind_.name)},
                   {"listKind", text(std::string(kind_.name) + "List")},
                   {"plural", text(kind_.plural)},
                   {"singular", text(singular)},
                   {"shortNames", arena_.array(std::vector{text(kind_.short_name)})}});
  }

  Value version() {
    std::vector<Value> columns;
    for (const Column& column : kind_.columns) {
      columns.push_back(object({{"name", text(column.name)},
                                {"type", text(column.type)},
                                {"jsonPath", text(column.json_path)}}));
    }
    Members out = {{"name", text(kVersion)},
                   {"served", Value::boolean(true)},
                   {"storage", Value::boolean(true)},
                   {"additionalPrinterColumns", arena_.array(columns)},
                   {"schema", object({{"openAPIV3Schema", openapi_schema(kind_, arena_)}})}};
    if (kind_.has_status()) out.push_back({"subresources", object({{"status", object({})}})});
    return object(out);
  }

  const Kind& kind_;
  json::Arena& arena_;
};

}  // namespace

Value openapi_schema(const Kind& kind, json::Arena& arena) { return Schema(arena).root(kind); }

Value custom_resource_definition(const Kind& kind, json::Arena& arena) {
  return Definition(kind, arena).whole();
}

}  // namespace kollect::api
