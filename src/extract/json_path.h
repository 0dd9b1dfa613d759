// JSONPath: which values of an object an attribute takes.
//
// Two dialects compile into one program of steps: the one of kubectl (collection.md 3.3), and RFC
// 9535 behind the prefix `jsonpath:`. A program is compiled once per profile version and then read
// by any thread; evaluating it on a json::Value takes memory from the caller's arena only. Start
// reading at compile_json_path(); the parsers and the evaluator are in detail/.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_scan.h"
#include "base/result.h"
#include "extract/touch.h"

namespace kollect::extract {

struct PathProgram;  // detail/json_path_program.h

// Why an evaluation failed. The words are classes: they never hold anything of the object
// (collection.md R8).
enum class PathError : uint8_t {
  none,
  out_of_bounds,     // an index or slice bound outside the array; a reversed slice
  bad_step,          // a slice step of zero or less
  not_a_list,        // an index, slice or filter on an object or scalar
  incomparable,      // filter operands of unrelated types, or of a type without an order
  several_operands,  // a filter operand with more than one value
  too_many_results,  // more than kMaxResults
  too_deep,          // deeper than json::kMaxDepth
  too_much_work,     // the work limit of one evaluation
};
std::string_view word(PathError error);

// A selected value and how it was reached: the last member on the way to it and the object that
// holds that member (both null for the root). Elements of an array carry the member of their array.
// Points into the tree that was evaluated.
struct Match {
  const json::Value* value = nullptr;
  const json::Member* member = nullptr;
  const json::Value* parent = nullptr;

  // The last member key; empty when there is none.
  std::string_view key() const { return member == nullptr ? std::string_view() : member->key; }
};

// The shape of collection.md 3.3: nothing, the one value itself, or an array of several.
struct PathResult {
  enum class Kind : uint8_t { missing, one, many, error };

  Kind kind = Kind::missing;
  PathError error = PathError::none;  // with Kind::error
  json::Value value;                  // one: the value; many: an array in the arena
  std::span<const Match> matches;     // one or many: as many as values, in the arena
};

class JsonPath {
 public:
  static constexpr size_t kMaxLength = 4096;    // bytes of a path
  static constexpr size_t kMaxResults = 10000;  // matches of one evaluation

  explicit JsonPath(std::shared_ptr<const PathProgram> program) : program_(std::move(program)) {}

  // `root` must outlive the matches of the result. Allocates from the arena only, except for a
  // regular expression that comes from the object itself. Time is bounded: more than a million
  // visited values is an error.
  PathResult evaluate(const json::Value& root, json::Arena& arena) const;

  // The member key that every match ends in, when that is known beforehand; empty when a match
  // decides it.
  std::string_view last_key() const;

  // Adds all that evaluate() reads, so that on the tree which json::Scanner makes of it the result,
  // the matches and their name siblings (for name/value pairs) are those of the whole object.
  void add_needed_paths(json::PathTrie& wanted) const;

  Touch touches_root_member(std::string_view key) const;

  // Remarks for admission: a filter of the kubectl dialect, a pattern that can never match.
  const std::vector<std::string>& warnings() const;

  const PathProgram& program() const { return *program_; }

 private:
  std::shared_ptr<const PathProgram> program_;
};

// Compiles the text of an attribute path that is neither `cel:` nor `helm:`; surrounding whitespace
// is ignored. A path without `cel:` that starts with `object.` or `object[` is rejected with that
// hint. Errors are Fault::invalid and show the column: "1:5: message\n | {.a[}\n | ....^".
Result<JsonPath> compile_json_path(std::string_view path);

// Compiles a bare RFC 9535 query; nothing is trimmed.
Result<JsonPath> compile_rfc9535(std::string_view query);

}  // namespace kollect::extract
