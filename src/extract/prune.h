// The embedded copy of an object in Resource mode (collection.md 4): which sections stay and what
// is cut out of them.
//
// A Pruner is compiled once per profile version and then read by any thread. Redaction comes after
// it (scrub.h). Pruning never fails an object; what is wrong in a spec is for admission, by
// review().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_scan.h"

namespace kollect::extract {

enum class Include : uint8_t { metadata_only, spec_only, status_only, spec_and_status, all };

// `spec.export` of a profile, as far as it cuts.
struct PruneSpec {
  std::string as = "resource";
  Include include = Include::spec_and_status;
  bool dedupe_identity = true;
  bool defaults = true;
  std::vector<std::string> json_pointers = {};
  std::vector<std::string> json_paths = {};
  std::vector<std::string> cel = {};
};

// What admission says of a spec: errors refuse it, warnings are shown.
struct PruneReview {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};
PruneReview review(const PruneSpec& spec, std::span<const std::string> attribute_names);

// The tokens of a pointer that has an effect (P4); none otherwise.
std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer);
// The tokens of a path of the subset (P6); none when the entry does nothing.
std::optional<std::vector<std::string>> path_tokens(std::string_view path);

class Pruner {
 public:
  explicit Pruner(const PruneSpec& spec);

  // The object without what is to go, in one pass. Untouched parts are shared with the object,
  // which is not modified; the arena takes the containers that changed.
  json::Value prune(const json::Value& object, json::Arena& arena) const;

  // Adds the sections that prune() keeps.
  void add_needed_paths(json::PathTrie& wanted) const;

 private:
  // A place on the way to something that goes.
  struct Cut {
    std::string token;
    int64_t index = -1;  // the token as an array index; negative when it is none
    uint32_t node = 0;
  };
  struct Node {
    std::vector<Cut> cuts;  // ascending tokens
    bool goes = false;
  };

  void remove(std::span<const std::string> tokens);
  bool keeps_section(std::string_view key) const;
  json::Value cut(const json::Value& value, const Node& node, json::Arena& arena) const;
  json::Value cut_array(const json::Value& array, const Node& node, json::Arena& arena) const;
  json::Value cut_object(const json::Value& object, const Node& node, json::Arena& arena) const;

  Include include_;
  std::vector<Node> nodes_;
};

}  // namespace kollect::extract
