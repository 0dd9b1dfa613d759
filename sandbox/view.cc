#include "sandbox/view.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "extract/json_path.h"
#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kFirst = "{\"apiVersion\":\"";
constexpr const char* kMeta = "meta.k8s.io/v1";

void append_metadata(std::string& out, const Object& object) {
  Arena arena;
  out += R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":)";
  json::append(out, *json::parse(object.text, arena)->find("metadata"));
  out += '}';
}

// "45s", "5m", "3h", "4d".
std::string age_text(std::string_view since) {
  const auto time = parse_rfc3339(since);
  if (!time) return "<unknown>";
  const auto age =
      std::chrono::duration_cast<std::chrono::seconds>(system_clock().wall() - *time).count();
  if (age < 120) return fmt::format("{}s", std::max<int64_t>(0, age));
  if (age < 7200) return fmt::format("{}m", age / 60);
  return age < 172'800 ? fmt::format("{}h", age / 3600) : fmt::format("{}d", age / 86'400);
}

std::string text_of(const Value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::to_text(value);
}

// What a JSONPath finds, several values joined; nothing when there is none.
std::string found_text(const std::string& path, const Value& object, Arena& arena) {
  const auto compiled = extract::compile_json_path(path);
  if (!compiled) return {};
  std::string out;
  for (const extract::Match& match : compiled->evaluate(object, arena).matches)
    out += (out.empty() ? "" : ",") + text_of(*match.value);
  return out;
}

Value cell_of(const Column& column, const Value& object, Arena& arena) {
  const std::string& source = column.source;
  const bool is_alone = source.rfind('{') == 0;
  std::string out;
  for (size_t at = 0; at < source.size();) {
    const size_t open = std::min(source.find('{', at), source.size());
    const size_t close = std::min(source.find('}', open), source.size());
    out += source.substr(at, open - at);
    if (open < close) {
      const std::string text = found_text(source.substr(open + 1, close - open - 1), object, arena);
      out += text.empty() && !is_alone ? "0" : text;
    }
    at = close + 1;
  }
  Value number;
  if (column.type == "date") return arena.string(age_text(out));
  if (column.type == "integer" && json::parse_number_text(out, number)) return number;
  return arena.string(out.empty() ? "<none>" : out);
}

void append_cells(std::string& out, const Kind& kind, const Object& object) {
  Arena arena;
  const Value value = *json::parse(object.text, arena);
  std::vector<Value> cells = {arena.string(object.key.name)};
  for (const Column& column : kind.columns) cells.push_back(cell_of(column, value, arena));
  json::append(out, arena.array(cells));
}

std::string columns_text(const Kind& kind) {
  std::string out =
      R"({"name":"Name","type":"string","format":"name","description":"","priority":0})";
  for (const Column& column : kind.columns) {
    out += fmt::format(R"(,{{"name":{},"type":{},"format":"","description":"","priority":{}}})",
                       quoted(column.name), quoted(column.type), column.priority);
  }
  return out;
}

}  // namespace

View::View(KindPtr kind, std::string_view accept, std::string include)
    : kind_(std::move(kind)), include_(std::move(include)) {
  const std::string_view first = accept.substr(0, accept.find(','));
  if (first.find("as=Table") != std::string_view::npos) shape_ = Shape::table;
  if (first.find("as=PartialObjectMetadata") != std::string_view::npos) shape_ = Shape::metadata;
}

// Objects of all versions are kept together, so the version that was asked for is put in.
void View::append_object(std::string& out, const Object& object) const {
  std::string_view text = object.text;
  if (kind_->is_custom && text.starts_with(kFirst)) {
    out += kFirst;
    out += kind_->gvk().api_version();
    text.remove_prefix(text.find('"', kFirst.size()));
  }
  out += text;
}

void View::one(std::string& out, const Object& object) const {
  if (shape_ == Shape::object) return append_object(out, object);
  if (shape_ == Shape::metadata) return append_metadata(out, object);
  head(out, {.version = object.version});
  item(out, object);
  out += "]}";
}

void View::head(std::string& out, const Head& head) const {
  const bool is_object = shape_ == Shape::object;
  const bool is_table = shape_ == Shape::table;
  out += fmt::format(R"({{"kind":"{}","apiVersion":"{}","metadata":{{"resourceVersion":"{}")",
                     is_object  ? kind_->name + "List"
                     : is_table ? "Table"
                                : "PartialObjectMetadataList",
                     is_object ? kind_->gvk().api_version() : kMeta, head.version);
  if (!head.next.empty())
    out += fmt::format(R"(,"continue":"{}","remainingItemCount":{})", head.next, head.remaining);
  out += '}';
  if (is_table) out += fmt::format(R"(,"columnDefinitions":[{}])", columns_text(*kind_));
  out += is_table ? ",\"rows\":[" : ",\"items\":[";
}

void View::item(std::string& out, const Object& object) const {
  if (shape_ != Shape::table) return one(out, object);
  out += "{\"cells\":";
  append_cells(out, *kind_, object);
  if (include_ != "None") out += ",\"object\":";
  if (include_ == "Object") {
    append_object(out, object);
  } else if (include_ != "None") {
    append_metadata(out, object);
  }
  out += '}';
}

void View::frame(std::string& out, std::string_view type, const Object& object) const {
  out += fmt::format(R"({{"type":"{}","object":)", type);
  one(out, object);
  out += "}\n";
}

void View::bookmark(std::string& out, uint64_t version, bool ends_initial_events) const {
  const bool is_object = shape_ == Shape::object;
  out += fmt::format(
      R"({{"type":"BOOKMARK","object":{{"kind":"{}","apiVersion":"{}",)"
      R"("metadata":{{"resourceVersion":"{}","creationTimestamp":null{}}}{}}}}})",
      is_object                ? kind_->name
      : shape_ == Shape::table ? "Table"
                               : "PartialObjectMetadata",
      is_object ? kind_->gvk().api_version() : kMeta, version,
      ends_initial_events ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "",
      shape_ == Shape::table ? R"(,"columnDefinitions":[],"rows":[])" : "");
  out += '\n';
}

}  // namespace kollect::sandbox
