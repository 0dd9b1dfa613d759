// Reading only what is wanted from the bytes of one object: one forward pass, driven by a trie of paths.
//
// The result is a partial tree on which an expression that touches only wanted paths gives the same answer as on
// the whole object: scalars met on the way are kept as they are, an array of which only keys are wanted is kept
// as an empty array, everything unwanted is skipped unread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace kollect::json {

// Paths from the root of an object: keys, "any element of an array", and ends below which everything is wanted.
// Built once per plan, then read by any thread.
class PathTrie {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;

  PathTrie() : nodes_(1) {}

  // The node one key below; added when absent.
  Node key(Node from, std::string_view key);
  // The node of every element of an array; when the value turns out to be an object, all of it is kept.
  Node element(Node from);
  // From here down everything is wanted.
  void want_all(Node node) { nodes_[node].all = true; }
  // The value itself is wanted only for its presence and scalar content, not for what is below it; the default.

  struct Branch {
    std::string key;
    Node node;
  };
  struct Entry {
    std::vector<Branch> keys;
    Node element = 0;  // 0: none
    bool all = false;
  };
  const Entry& entry(Node node) const { return nodes_[node]; }
  size_t size() const { return nodes_.size(); }

 private:
  std::vector<Entry> nodes_;
};

// Parses objects one after the other, keeping its buffers: no allocation in the steady state. One thread at a time.
class Scanner {
 public:
  Scanner();
  ~Scanner();
  Scanner(Scanner&&) noexcept;
  Scanner& operator=(Scanner&&) noexcept;

  // The wanted parts of the object that `bytes` holds. Strings without escapes point into `bytes` when at least
  // kPadding readable bytes follow them (bytes_are_padded), else into a copy inside the scanner; both are good until the
  // next scan. Built values live in `arena`. Errors are Fault::invalid and name the offset, never the content.
  enum class Padding { present, absent };
  Result<Value> scan(std::string_view bytes, Padding padding, const PathTrie& wanted, Arena& arena);
  // Everything.
  Result<Value> parse(std::string_view bytes, Padding padding, Arena& arena);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Readable bytes that must follow a text that is scanned in place.
inline constexpr size_t kPadding = 64;

}  // namespace kollect::json
