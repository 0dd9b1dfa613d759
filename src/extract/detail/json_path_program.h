// The program form that both dialects of JSONPath compile into: a list of steps, each a map from
// the nodes of the step before to new nodes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace re2 {
class RE2;
}

namespace kollect::extract {

enum class PathOp : uint8_t {
  key,              // the member `text` of an object
  key_or_path,      // the member `text`, else branches[0]: a quoted key of kubectl that holds dots
  index,            // element `bounds.begin`; nothing when there is none (RFC 9535)
  slice,            // elements in `bounds`, clamped (RFC 9535)
  elements,         // elements in `bounds`; outside of the array is an error (kubectl)
  wildcard,         // all members or elements
  descend,          // the node and its non-empty containers, parents first
  union_by_node,    // for each node all branches (RFC 9535)
  union_by_branch,  // for each branch all nodes; an absent key makes the path missing (kubectl)
  compare_filter,   // elements of an array that pass `test` (kubectl)
  logical_filter,   // elements and members that satisfy `expression` (RFC 9535)
  constant,         // `constant` in place of each node
  text,             // `constant` in place of all nodes
};

struct PathStep;
using PathSteps = std::vector<PathStep>;

// Positions of an array; without an end or a begin that side of the array.
struct PathBounds {
  std::optional<int64_t> begin;
  std::optional<int64_t> end;
  std::optional<int64_t> step;
  bool single = false;  // one element, at `begin`
};

enum class Comparison : uint8_t {
  exists,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal
};

struct OperandTest;   // kubectl's `[?(left op right)]`
struct LogicalExpr;   // RFC 9535's filter expressions
struct PathConstant;  // a value together with its text

struct PathStep {
  explicit PathStep(PathOp kind);
  PathStep(PathStep&&) noexcept;
  PathStep& operator=(PathStep&&) noexcept;
  ~PathStep();

  PathOp op;
  PathBounds bounds;
  std::string text;
  std::vector<PathSteps> branches;
  std::unique_ptr<OperandTest> test;
  std::unique_ptr<LogicalExpr> expression;
  std::unique_ptr<PathConstant> constant;
};

struct PathConstant {
  static std::unique_ptr<PathConstant> of_text(std::string text);
  static std::unique_ptr<PathConstant> of(json::Value scalar);

  std::string text;  // what a string value points to
  json::Value value;
};

struct OperandTest {
  Comparison comparison = Comparison::exists;
  PathSteps left;
  PathSteps right;
};

struct LogicalExpr {
  enum class Kind : uint8_t { any, all, negate, exists, compare, literal, query, call };
  enum class Function : uint8_t { length, count, match, search, value };

  Kind kind = Kind::literal;
  Comparison comparison = Comparison::equal;  // of compare
  Function function = Function::length;       // of call
  bool absolute = false;                      // of query: from `$`, not `@`
  bool singular = false;                      // of query: at most one node
  PathSteps query;
  std::unique_ptr<PathConstant> literal;
  std::vector<LogicalExpr> operands;
  // Of match and search with a literal pattern; null when that is no I-Regexp and so never matches.
  std::shared_ptr<const re2::RE2> pattern;
  bool pattern_is_fixed = false;
};

struct PathProgram {
  PathSteps steps;
  std::vector<std::string> warnings;
};

}  // namespace kollect::extract
