// YAML as Kubernetes reads and as everybody's reader understands it, in the JSON model of json.h.
//
// Reading follows kubectl (sigs.k8s.io/yaml): YAML 1.1 words, so that `n`, `off` and `010` are
// false, false and 8; exact 64-bit integers; dates stay text; anchors, aliases and merge keys.
// Writing quotes everything that any reader could take for something else.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace kollect::yaml {

// The line of every node of a document, by JSON pointer ("/spec/attributes/0/path", "" is the
// root).
class Lines {
 public:
  void add(std::string pointer, size_t line) { lines_.insert_or_assign(std::move(pointer), line); }
  // The line (from 1) of the node, or of the nearest node above it that is known: an absent field
  // is reported where its object begins. 0 when nothing is known.
  size_t at(std::string_view pointer) const;
  bool empty() const { return lines_.empty(); }

 private:
  std::map<std::string, size_t, std::less<>> lines_;
};

struct Document {
  json::Value root;
  size_t line = 1;  // where the content begins
  Lines lines;      // filled when asked for
};

struct ReadOptions {
  bool lines = false;
};

// What aliases may add to a text, in nodes and bytes of scalars together.
inline constexpr size_t kMaxAliasedBytes = size_t{4} << 20;

// All documents of a text, empty ones left out; values live in `arena`, nothing points into `text`.
// A text that is one JSON object or array is read by the JSON rules. Fault::invalid, with line and
// column, for what is no YAML, a key that comes twice in one map, an alias that contains itself or
// expands beyond kMaxAliasedBytes, nesting beyond json::kMaxDepth, .nan and .inf. Errors show keys
// and tags, never other content.
Result<std::vector<Document>> parse_all(std::string_view text, json::Arena& arena,
                                        ReadOptions options = {});

// The only document of a text; null when there is none, Fault::invalid when there are more.
Result<json::Value> parse(std::string_view text, json::Arena& arena);

// Writes a document in block style with `indent` blanks before each line, ending in a newline.
// Strings are plain only when they are harmless words, else double-quoted on one line.
void write(std::string& out, const json::Value& value, size_t indent = 0);
std::string to_text(const json::Value& value);

}  // namespace kollect::yaml
