#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "extract/json_path.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kFirst = "{\"apiVersion\":\"";

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

// What a JSONPath finds, several values joined; nothing when there is none.
std::string found_text(const std::string& path, const Value& object, Arena& arena) {
  const auto compiled = extract::compile_json_path(path);
  if (!compiled) return {};
  return joined(compiled->evaluate(object, arena).matches,
                [](const extract::Match& match) { return plain_text(*match.value); });
}

std::string cell_text(const Column& column, const Value& object, Arena& arena) {
  std::string out;
  for (const std::string& path : column.paths) {
    const std::string text = found_text(path, object, arena);
    if (&path != &column.paths.front()) out += '/';
    out += text.empty() && column.paths.size() > 1 ? "0" : text;
  }
  if (column.type == "date") out = age_text(out);
  return quoted(out.empty() ? "<none>" : out);
}

std::string cells_text(const Kind& kind, const Object& object) {
  Arena arena;
  const Value value = *json::parse(object.text, arena);
  return joined(kind.columns,
                [&](const Column& column) { return cell_text(column, value, arena); });
}

// By its format kubectl finds the name.
std::string columns_text(const Kind& kind) {
  return joined(kind.columns, [&](const Column& column) {
    return fmt::format(R"({{"name":{},"type":{},"format":"{}","description":"","priority":{}}})",
                       quoted(column.name), quoted(column.type),
                       &column == &kind.columns.front() ? "name" : "", column.priority);
  });
}

// Objects of all versions are kept together, so the version that was asked for is put in.
std::string object_text(const Kind& kind, const Object& object) {
  const std::string_view text = object.text;
  if (!kind.is_custom || !text.starts_with(kFirst)) return object.text;
  const size_t end = text.find('"', kFirst.size());
  return fmt::format("{}{}{}", kFirst, kind.gvk().api_version(), text.substr(end));
}

}  // namespace

Outcome<View> View::of(const Call& call) {
  const auto labels = Selector::labels(call.option("labelSelector"));
  const auto fields = Selector::fields(call.option("fieldSelector"));
  if (!labels || !fields) return (labels ? fields : labels).failure();
  View view;
  view.kind_ = call.kind;
  view.key_ = call.key;
  view.labels_ = *labels;
  view.fields_ = *fields;
  const std::string_view accept = call.header("Accept");
  const std::string_view first = accept.substr(0, accept.find(','));
  if (first.find("as=Table") != std::string_view::npos) view.shape_ = Shape::table;
  if (first.find("as=PartialObjectMetadata") != std::string_view::npos)
    view.shape_ = Shape::metadata;
  return view;
}

bool View::contains(const Object& object) const {
  if (!key_.ns.empty() && object.key.ns != key_.ns) return false;
  if (!key_.name.empty() && object.key.name != key_.name) return false;
  Arena arena;
  const Value value = *json::parse(object.text, arena);
  return labels_.matches(value) && fields_.matches(value);
}

std::string View::type(bool is_list) const {
  if (shape_ == Shape::table) return R"("kind":"Table","apiVersion":"meta.k8s.io/v1")";
  const bool is_object = shape_ == Shape::object;
  return fmt::format(R"("kind":"{}{}","apiVersion":"{}")",
                     is_object ? kind_->name : "PartialObjectMetadata", is_list ? "List" : "",
                     is_object ? kind_->gvk().api_version() : "meta.k8s.io/v1");
}

std::string View::item(const Object& object) const {
  if (shape_ == Shape::object) return object_text(*kind_, object);
  if (shape_ == Shape::table) {
    return fmt::format(R"({{"cells":[{}],"object":{}}})", cells_text(*kind_, object),
                       object_text(*kind_, object));
  }
  Arena arena;
  return fmt::format(R"({{{},"metadata":{}}})", type(false),
                     json::to_text(*json::parse(object.text, arena)->find("metadata")));
}

std::string View::one(const Object& object) const {
  if (shape_ != Shape::table) return item(object);
  return list({.objects = {std::make_shared<const Object>(object)}, .version = object.version});
}

std::string View::list(const ListPage& page) const {
  std::string out =
      fmt::format(R"({{{},"metadata":{{"resourceVersion":"{}")", type(true), page.version);
  if (!page.next.empty())
    out += fmt::format(R"(,"continue":"{}","remainingItemCount":{})", page.next, page.remaining);
  out += shape_ == Shape::table
             ? fmt::format(R"(}},"columnDefinitions":[{}],"rows":[)", columns_text(*kind_))
             : R"(},"items":[)";
  return out + joined(page.objects, [&](const ObjectPtr& object) { return item(*object); }) + "]}";
}

std::string View::frame(std::string_view type, const Object& object) const {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, one(object));
}

std::string View::bookmark(uint64_t version, bool ends_initial_events) const {
  return fmt::format(
      "{{\"type\":\"BOOKMARK\",\"object\":{{{},\"metadata\":{{\"resourceVersion\":\"{}\","
      "\"creationTimestamp\":null{}}}{}}}}}\n",
      type(false), version,
      ends_initial_events ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "",
      shape_ == Shape::table ? R"(,"columnDefinitions":[],"rows":[])" : "");
}

}  // namespace kollect::sandbox
