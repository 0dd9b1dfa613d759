// Running a program of steps on a tree. One evaluation is one object of this class; all memory is
// the arena's.
#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <span>

#include "extract/detail/json_path_program.h"
#include "extract/json_path.h"

namespace kollect::extract {

// A growing list in an arena; what it outgrows is left behind until the arena is reset.
class MatchList {
 public:
  explicit MatchList(json::Arena& arena) : arena_(&arena) {}

  void push(const Match& match) {
    if (size_ == capacity_) grow(size_ + 1);
    matches_[size_++] = match;
  }
  void append(const MatchList& other);
  size_t size() const { return size_; }
  const Match* begin() const { return matches_; }
  const Match* end() const { return matches_ + size_; }
  const Match& front() const { return matches_[0]; }
  std::span<const Match> all() const { return {matches_, size_}; }

 private:
  void grow(size_t needed);

  json::Arena* arena_;
  Match* matches_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

class PathEvaluation {
 public:
  PathEvaluation(const json::Value& root, json::Arena& arena)
      : root_{&root, nullptr, nullptr}, arena_(arena) {}

  // Appends what the steps select from one node. False when the evaluation is over: with an error,
  // or with the path as a whole missing (error() is none).
  bool walk(const PathSteps& steps, const Match& from, MatchList& out);
  const Match& root() const { return root_; }
  PathError error() const { return error_; }

 private:
  struct Operand {
    bool is_present = false;
    json::Value value;
  };

  bool fail(PathError error);
  bool spend(size_t work);
  bool apply(const PathStep& step, const MatchList& in, MatchList& out);
  bool apply_to(const PathStep& step, const Match& node, MatchList& out);
  // A step that gives at most one node for a node, in place: the common case.
  enum class Advance { moved, nothing, failed };
  Advance advance(const PathStep& step, Match& node);
  bool key_or_path(const PathStep& step, const Match& node, MatchList& out);
  bool elements(const PathBounds& bounds, const Match& node, MatchList& out);
  bool slice(const PathBounds& bounds, const Match& node, MatchList& out);
  bool wildcard(const Match& node, MatchList& out);
  bool descend(const Match& node, size_t depth, MatchList& out);
  bool union_by_branch(const PathStep& step, const MatchList& in, MatchList& out);

  // The kubectl dialect.
  bool compare_filter(const OperandTest& test, const Match& node, MatchList& out);
  bool exists(const PathSteps& steps, const Match& element, bool& pass);
  bool passes(const OperandTest& test, const Match& element, bool& pass);
  bool operand(const PathSteps& steps, const Match& element, Operand& out);

  // RFC 9535.
  bool logical_filter(const LogicalExpr& expression, const Match& node, MatchList& out);
  bool satisfies(const LogicalExpr& expression, const Match& node, bool& satisfied);
  bool compares(const LogicalExpr& expression, const Match& node, bool& satisfied);
  bool query(const LogicalExpr& expression, const Match& node, MatchList& out);
  bool value_of(const LogicalExpr& expression, const Match& node, Operand& out);
  bool call(const LogicalExpr& expression, const Match& node, Operand& out);
  bool test_pattern(const LogicalExpr& expression, const Match& node, bool& satisfied);
  const re2::RE2* pattern_for(std::string_view text);
  bool equal(const json::Value& a, const json::Value& b, bool& result);

  Match root_;
  json::Arena& arena_;
  PathError error_ = PathError::none;
  size_t work_ = 0;
  std::string_view pattern_text_;  // of pattern_, the last one that came from the object
  std::shared_ptr<const re2::RE2> pattern_;
};

// The order of two numbers of any kind, exact; unordered never happens in JSON.
std::strong_ordering compare_numbers(const json::Value& a, const json::Value& b);

}  // namespace kollect::extract
