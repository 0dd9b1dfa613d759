// What collection knows of a namespace, and what it means for watching.
#pragma once

#include <string>

#include "api/types.h"
#include "base/json.h"
#include "control/label_match.h"

namespace kollect::control {

// What a watch label or annotation says (collection.md 2.5); any other value than the two words is
// silence.
enum class WatchWord : uint8_t { silent, enabled, disabled };
WatchWord watch_word(std::string_view value);

struct NamespaceFacts {
  std::string name = {};
  api::TextMap labels = {};
  WatchWord watch = WatchWord::silent;  // of its label and annotations together

  bool operator==(const NamespaceFacts&) const = default;
};

// From a Namespace object, of which only the metadata is read.
NamespaceFacts read_namespace(const json::Value& object);
// For one that cannot be read: it has the label that every namespace has.
NamespaceFacts assumed_namespace(std::string name);

// The word of an object's own labels.
WatchWord watch_word(const Labels& labels);

// Gate 4: whether labels and `watchMode` let an object be collected. Cluster-scoped objects and
// unknown namespaces are silent.
enum class WatchMode : uint8_t { all, opt_in };
bool may_collect(WatchWord object, WatchWord of_namespace, WatchMode mode);

}  // namespace kollect::control
