#include "app/objects.h"

#include <optional>

#include <fmt/format.h>

#include "base/json_split.h"
#include "base/yaml.h"

namespace kollect::app {

namespace {

using json::Member;
using json::Value;

constexpr std::string_view kListSuffix = "List";

bool is_list(const Value& object) {
  const Value* items = object.find("items");
  return object.text("kind").ends_with(kListSuffix) && items != nullptr &&
         (items->is_array() || items->is_null());
}

// An item of a DeploymentList says neither kind nor version; an item of a plain List does.
Value with_kind(const Value& item, const Value& list, json::Arena& arena) {
  std::string_view kind = list.text("kind");
  kind.remove_suffix(kListSuffix.size());
  if (!item.is_object() || kind.empty() || item.find("kind") != nullptr) return item;
  std::vector<Member> members(item.members().begin(), item.members().end());
  members.insert(members.begin(), {{"kind", Value::string(kind)},
                                   {"apiVersion", Value::string(list.text("apiVersion"))}});
  return arena.object(members);
}

void add_objects(std::vector<Value>& all, const Value& document, json::Arena& arena) {
  if (document.is_array()) {
    for (const Value& item : document.items()) add_objects(all, item, arena);
  } else if (!is_list(document)) {
    all.push_back(document);
  } else if (const Value* items = document.find("items"); items->is_array()) {
    for (const Value& item : items->items())
      add_objects(all, with_kind(item, document, arena), arena);
  }
}

class Documents final : public json::PieceReader {
 public:
  Documents(std::vector<Value>& all, json::Arena& arena) : all_(all), arena_(arena) {}
  void on_item(std::string_view bytes) override {
    if (failure) return;
    ++count_;
    const auto document = json::parse(bytes, arena_);
    if (document) {
      add_objects(all_, *document, arena_);
    } else {
      failure = document.error().in(fmt::format("document {}", count_));
    }
  }
  void on_member(std::string_view, std::string_view) override {}

  std::optional<Error> failure;

 private:
  std::vector<Value>& all_;
  json::Arena& arena_;
  size_t count_ = 0;
};

Result<std::vector<Value>> read_json(std::string_view text, json::Arena& arena) {
  std::vector<Value> all;
  Documents documents(all, arena);
  json::Splitter splitter(json::Splitter::Input::stream);
  if (const Status fed = splitter.feed(text, documents); !fed) return fed.error();
  if (documents.failure) return *documents.failure;
  if (const Status whole = splitter.finish(); !whole)
    return invalid("the last JSON document does not end");
  return all;
}

Result<std::vector<Value>> read_yaml(std::string_view text, json::Arena& arena) {
  const auto documents = yaml::parse_all(text, arena);
  if (!documents) return documents.error();
  std::vector<Value> all;
  for (const yaml::Document& document : *documents) add_objects(all, document.root, arena);
  return all;
}

}  // namespace

Result<std::vector<Value>> read_objects(std::string_view text, json::Arena& arena) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::vector<Value>();
  if (text[first] != '{' && text[first] != '[') return read_yaml(text, arena);
  auto json = read_json(text, arena);
  if (json) return json;
  auto yaml = read_yaml(text, arena);  // YAML may begin with a brace as well
  return yaml ? std::move(yaml) : std::move(json);
}

std::string object_name(const Value& object) {
  const std::string_view kind = object.text("kind");
  const std::string_view known_kind = kind.empty() ? "object" : kind;
  const Value* metadata = object.find("metadata");
  if (metadata == nullptr || metadata->text("name").empty()) return std::string(known_kind);
  const std::string_view space = metadata->text("namespace");
  return fmt::format("{} {}{}{}", known_kind, space, space.empty() ? "" : "/",
                     metadata->text("name"));
}

}  // namespace kollect::app
