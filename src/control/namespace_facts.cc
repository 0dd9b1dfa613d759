#include "control/namespace_facts.h"

#include "api/names.h"

namespace kollect::control {

namespace {

// Disabled beats enabled.
WatchWord stronger(WatchWord a, WatchWord b) { return std::max(a, b); }

WatchWord word_in(const json::Value* map, std::string_view key) {
  return map == nullptr ? WatchWord::silent : watch_word(map->text(key));
}

}  // namespace

WatchWord watch_word(std::string_view value) {
  if (value == "enabled") return WatchWord::enabled;
  return value == "disabled" ? WatchWord::disabled : WatchWord::silent;
}

WatchWord watch_word(const Labels& labels) {
  return watch_word(labels.find(api::kWatch).value_or(std::string_view()));
}

NamespaceFacts read_namespace(const json::Value& object) {
  NamespaceFacts facts;
  const json::Value* metadata = object.find("metadata");
  if (metadata == nullptr) return facts;
  facts.name = metadata->text("name");
  const json::Value* labels = metadata->find("labels");
  const json::Value* annotations = metadata->find("annotations");
  if (labels != nullptr && labels->is_object()) {
    for (const json::Member& label : labels->members()) {
      if (label.value.is_string()) facts.labels.emplace(label.key, label.value.as_string());
    }
  }
  facts.watch = stronger(
      word_in(labels, api::kWatch),
      stronger(word_in(annotations, api::kNamespaceWatch), word_in(annotations, api::kWatch)));
  return facts;
}

NamespaceFacts assumed_namespace(std::string name) {
  NamespaceFacts facts;
  facts.labels.emplace("kubernetes.io/metadata.name", name);
  facts.name = std::move(name);
  return facts;
}

bool may_collect(WatchWord object, WatchWord of_namespace, WatchMode mode) {
  if (object != WatchWord::silent) return object == WatchWord::enabled;
  if (of_namespace == WatchWord::disabled) return false;
  return mode == WatchMode::all || of_namespace == WatchWord::enabled;
}

}  // namespace kollect::control
