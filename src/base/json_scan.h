// Reading only what is wanted from the bytes of one object: one forward pass, driven by a trie of
// paths.
//
// The result is a partial tree on which an expression that touches only wanted paths gives the same
// answer as on the whole object: scalars met on the way are kept as they are, an array of which
// only keys are wanted is kept as an empty array, everything unwanted is skipped unread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace kollect::json {

// Paths from the root of an object: keys, "any element of an array", and ends below which
// everything is wanted. Built once per plan, then read by any thread.
class PathTrie {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;

  PathTrie() : nodes_(1) {}

  // The node one key below; added when absent.
  Node key(Node from, std::string_view key);
  // The node of every element of an array; when the value turns out to be an object, all of it is
  // kept.
  Node element(Node from);
  // From here down everything is wanted. A node without it is wanted for its presence and scalar
  // content.
  void want_all(Node node) { nodes_[node].all = true; }

  struct Branch {
    std::string key;
    Node node;
  };
  struct Entry {
    std::vector<Branch> keys;
    uint64_t lengths =
        0;             // bit (length mod 64) of every key, so that most foreign keys cost one test
    Node element = 0;  // 0: none
    bool all = false;
  };
  const Entry& entry(Node node) const { return nodes_[node]; }
  size_t size() const { return nodes_.size(); }

 private:
  std::vector<Entry> nodes_;
};

// Parses objects one after the other, keeping its buffers: no allocation in the steady state. One
// thread at a time. Strings without escapes point into `bytes`, which therefore must outlive the
// value; all else lives in the arena. No byte beyond `bytes` is read. Of a repeated key the last
// one counts; a lone surrogate becomes U+FFFD; an integer beyond 64 bits becomes the nearest
// double. Errors are Fault::invalid and name the offset, never the content.
class Scanner {
 public:
  Scanner();
  ~Scanner();
  Scanner(Scanner&&) noexcept;
  Scanner& operator=(Scanner&&) noexcept;

  // The wanted parts; what is skipped is checked for balance and UTF-8 only.
  Result<Value> scan(std::string_view bytes, const PathTrie& wanted, Arena& arena);
  // Everything, checked in full.
  Result<Value> parse(std::string_view bytes, Arena& arena);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kollect::json
