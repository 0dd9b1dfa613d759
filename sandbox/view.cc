#include "sandbox/view.h"

#include <fmt/format.h>

#include "base/json_write.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kFirst = "{\"apiVersion\":\"";

// Objects of all versions are kept together, so the version that was asked for is put in.
void append_in_version(std::string& out, const Kind& kind, std::string_view text) {
  if (kind.is_custom && text.starts_with(kFirst)) {
    out += kFirst;
    out += kind.gvk().api_version();
    text.remove_prefix(text.find('"', kFirst.size()));
  }
  out += text;
}

void append_metadata(std::string& out, std::string_view text) {
  Arena arena;
  const auto object = json::parse(text, arena);
  out += "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":";
  const Value* metadata = object ? object->find("metadata") : nullptr;
  json::append(out, metadata != nullptr ? *metadata : Value::object({}));
  out += '}';
}

}  // namespace

Shape accepted_shape(std::string_view accept) {
  const std::string_view first = accept.substr(0, accept.find(','));
  if (first.find("as=Table") != std::string_view::npos) return Shape::table;
  return first.find("as=PartialObjectMetadata") != std::string_view::npos ? Shape::metadata
                                                                          : Shape::object;
}

void View::one(std::string& out, const Object& object) const {
  if (shape_ == Shape::object) return append_in_version(out, *kind_, object.text);
  if (shape_ == Shape::metadata) return append_metadata(out, object.text);
  head(out, {.version = object.version});
  row(out, object);
  out += "]}";
}

void View::head(std::string& out, const ListHead& head) const {
  switch (shape_) {
    case Shape::object:
      fmt::format_to(std::back_inserter(out), R"({{"kind":"{}List","apiVersion":"{}")", kind_->name,
                     kind_->gvk().api_version());
      break;
    case Shape::metadata:
      out += R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1")";
      break;
    case Shape::table:
      out += R"({"kind":"Table","apiVersion":"meta.k8s.io/v1")";
      break;
  }
  fmt::format_to(std::back_inserter(out), R"(,"metadata":{{"resourceVersion":"{}")", head.version);
  if (!head.next.empty()) {
    fmt::format_to(std::back_inserter(out), R"(,"continue":"{}","remainingItemCount":{})",
                   head.next, head.remaining);
  }
  out += '}';
  if (shape_ == Shape::table) columns(out);
  out += shape_ == Shape::table ? ",\"rows\":[" : ",\"items\":[";
}

void View::item(std::string& out, const Object& object) const {
  if (shape_ == Shape::table) return row(out, object);
  one(out, object);
}

void View::frame(std::string& out, std::string_view type, const Object& object,
                 bool is_first) const {
  fmt::format_to(std::back_inserter(out), R"({{"type":"{}","object":)", type);
  if (shape_ == Shape::table) {
    fmt::format_to(
        std::back_inserter(out),
        R"({{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{{"resourceVersion":"{}"}})",
        object.version);
    if (is_first) columns(out);
    out += ",\"rows\":[";
    row(out, object);
    out += "]}";
  } else {
    one(out, object);
  }
  out += "}\n";
}

void View::bookmark(std::string& out, uint64_t version, bool ends_initial_events) const {
  const std::string metadata = fmt::format(
      R"("metadata":{{"resourceVersion":"{}","creationTimestamp":null{}}})", version,
      ends_initial_events ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "");
  const bool is_object = shape_ == Shape::object;
  const std::string_view name = is_object                   ? std::string_view(kind_->name)
                                : shape_ == Shape::metadata ? "PartialObjectMetadata"
                                                            : "Table";
  fmt::format_to(std::back_inserter(out),
                 R"({{"type":"BOOKMARK","object":{{"kind":"{}","apiVersion":"{}",{}{}}}}})", name,
                 is_object ? kind_->gvk().api_version() : "meta.k8s.io/v1", metadata,
                 shape_ == Shape::table ? R"(,"columnDefinitions":[],"rows":[])" : "");
  out += '\n';
}

void View::columns(std::string& out) const {
  out +=
      R"(,"columnDefinitions":[{"name":"Name","type":"string","format":"name","description":"","priority":0})";
  for (const Column& column : kind_->columns) {
    out += ",{\"name\":";
    json::append_string(out, column.name);
    fmt::format_to(std::back_inserter(out),
                   R"(,"type":"{}","format":"","description":"","priority":{}}})", column.type,
                   column.priority);
  }
  out += ']';
}

void View::row(std::string& out, const Object& object) const {
  Arena arena;
  const auto value = json::parse(object.text, arena);
  out += "{\"cells\":";
  json::append(out, arena.array(cells_of(*kind_, *value, arena)));
  if (include_ == "Object") {
    out += ",\"object\":";
    append_in_version(out, *kind_, object.text);
  } else if (include_ != "None") {
    out += ",\"object\":";
    append_metadata(out, object.text);
  }
  out += '}';
}

}  // namespace kollect::sandbox
