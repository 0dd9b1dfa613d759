#include "bench/paths.h"

#include <span>

#include "base/json_write.h"

namespace kollect::bench {
namespace {

void append_below(std::string& out, const json::Value& value,
                  std::span<const std::string_view> rest) {
  if (rest.empty()) {
    json::append(out, value);
    return;
  }
  if (rest[0] == "*" && value.is_array()) {
    out += '[';
    for (const json::Value& item : value.items()) {
      if (out.back() != '[') out += ',';
      append_below(out, item, rest.subspan(1));
    }
    out += ']';
    return;
  }
  const json::Value* next = value.find(rest[0]);
  if (next == nullptr) {
    out += "null";
    return;
  }
  append_below(out, *next, rest.subspan(1));
}

}  // namespace

const std::vector<KeyPath>& pod_paths() {
  static const std::vector<KeyPath> kPaths = {{"metadata", "name"},
                                              {"metadata", "namespace"},
                                              {"metadata", "labels", "tier"},
                                              {"spec", "nodeName"},
                                              {"spec", "serviceAccountName"},
                                              {"spec", "containers", "*", "image"},
                                              {"status", "phase"},
                                              {"status", "podIP"}};
  return kPaths;
}

json::PathTrie trie_of(const std::vector<KeyPath>& paths) {
  json::PathTrie out;
  for (const KeyPath& path : paths) {
    json::PathTrie::Node node = json::PathTrie::kRoot;
    for (const std::string_view step : path) {
      node = step == "*" ? out.element(node) : out.key(node, step);
    }
    out.want_all(node);
  }
  return out;
}

void append_at(std::string& out, const json::Value& root, const KeyPath& path) {
  append_below(out, root, path);
}

}  // namespace kollect::bench
