#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "base/text.h"
#include "extract/json_path.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kFirst = "{\"apiVersion\":\"";
// Of keys and of the values of labels.
constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";

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

// --- which objects

Outcome<Selector::Term> Selector::term(std::string_view text, bool is_of_field) {
  const size_t equals = text.find('=');
  const bool has_value = equals != std::string_view::npos;
  std::string_view key = trimmed(text.substr(0, equals));
  Term term{.is_of_field = is_of_field,
            .is_negative = has_value ? key.ends_with('!') : key.starts_with('!')};
  if (term.is_negative) key = trimmed(key.substr(has_value ? 0 : 1, key.size() - 1));
  if (has_value)
    term.value = trimmed(text.substr(equals + (text.substr(equals).starts_with("==") ? 2 : 1)));
  const std::string plain = std::string(key) + (is_of_field ? "" : term.value.value_or(""));
  if (key.empty() || plain.find_first_not_of(kLetters) != std::string::npos ||
      (is_of_field && !has_value))
    return bad_request(fmt::format("unable to parse requirement: \"{}\"", text));
  term.path = split(key, '.');
  if (!is_of_field) term.path = {"metadata", "labels", std::string(key)};
  return term;
}

Outcome<Selector> Selector::of(std::string_view labels, std::string_view fields) {
  Selector result;
  for (const bool is_of_field : {false, true}) {
    for (const std::string& part : split(trimmed(is_of_field ? fields : labels), ',')) {
      const auto read = term(part, is_of_field);
      if (!read) return read.failure();
      result.terms_.push_back(*read);
    }
  }
  return result;
}

bool Selector::matches(const Value& object) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    const Value* at = &object;
    for (const std::string& step : term.path) at = at == nullptr ? nullptr : at->find(step);
    std::optional<std::string> found;
    if (at != nullptr || term.is_of_field) found = at != nullptr ? plain_text(*at) : "";
    return (term.value ? found == term.value : found.has_value()) != term.is_negative;
  });
}

Outcome<View> View::of(const Call& call) {
  const auto selector = Selector::of(call.option("labelSelector"), call.option("fieldSelector"));
  if (!selector) return selector.failure();
  View view;
  view.kind_ = call.kind;
  view.key_ = call.key;
  view.selector_ = *selector;
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
  return selector_.matches(*json::parse(object.text, arena));
}

// --- how they are shown

std::string View::type(bool is_list) const {
  if (shape_ == Shape::table) return R"("kind":"Table","apiVersion":"meta.k8s.io/v1")";
  const bool is_object = shape_ == Shape::object;
  return fmt::format(R"("kind":"{}{}","apiVersion":"{}")",
                     is_object ? kind_->name : "PartialObjectMetadata", is_list ? "List" : "",
                     is_object ? kind_->gvk().api_version() : "meta.k8s.io/v1");
}

std::string View::item(const Object& object) const {
  if (shape_ == Shape::object) return object_text(*kind_, object);
  Arena arena;
  const Value value = *json::parse(object.text, arena);
  const auto cell = [&](const Column& column) { return cell_text(column, value, arena); };
  if (shape_ == Shape::table) {
    return fmt::format(R"({{"cells":[{}],"object":{}}})", joined(kind_->columns, cell),
                       object_text(*kind_, object));
  }
  return fmt::format(R"({{{},"metadata":{}}})", type(false),
                     json::to_text(*value.find("metadata")));
}

std::string View::one(const Object& object) const {
  if (shape_ != Shape::table) return item(object);
  return list({.objects = {std::make_shared<const Object>(object)}, .version = object.version});
}

std::string View::list(ListPage page) const {
  std::string out =
      fmt::format(R"({{{},"metadata":{{"resourceVersion":"{}")", type(true), page.version);
  if (page.limit > 0 && page.objects.size() > page.limit) {
    out += fmt::format(R"(,"remainingItemCount":{},"continue":"{}/{}")",
                       page.objects.size() - page.limit, page.version,
                       page.objects[page.limit - 1]->key.text());
    page.objects.resize(page.limit);
  }
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
