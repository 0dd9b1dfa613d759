// The filter expressions of RFC 9535.
#include <re2/re2.h>

#include "extract/detail/json_path_eval.h"
#include "extract/detail/json_path_regex.h"
#include "extract/detail/json_path_text.h"

namespace kollect::extract {

namespace {

using Kind = LogicalExpr::Kind;
using Function = LogicalExpr::Function;

// What compiling a pattern from the object costs of the work of an evaluation.
constexpr size_t kPatternWork = 10'000;

std::optional<int64_t> length_of(const json::Value& value) {
  if (value.is_string()) return static_cast<int64_t>(count_characters(value.as_string()));
  if (value.is_array()) return static_cast<int64_t>(value.items().size());
  if (value.is_object()) return static_cast<int64_t>(value.members().size());
  return std::nullopt;
}

}  // namespace

bool PathEvaluation::logical_filter(const LogicalExpr& expression, const Match& node,
                                    MatchList& out) {
  MatchList children(arena_);
  if (!wildcard(node, children)) return false;
  for (const Match& child : children) {
    bool satisfied = false;
    if (!satisfies(expression, child, satisfied)) return false;
    if (satisfied) out.push(child);
  }
  return true;
}

bool PathEvaluation::satisfies(const LogicalExpr& expression, const Match& node, bool& satisfied) {
  if (!spend(1)) return false;
  switch (expression.kind) {
    case Kind::any:
    case Kind::all: {
      const bool decisive = expression.kind == Kind::any;
      satisfied = !decisive;
      for (const LogicalExpr& operand : expression.operands) {
        if (!satisfies(operand, node, satisfied)) return false;
        if (satisfied == decisive) return true;
      }
      return true;
    }
    case Kind::negate:
      if (!satisfies(expression.operands[0], node, satisfied)) return false;
      satisfied = !satisfied;
      return true;
    case Kind::exists: {
      MatchList found(arena_);
      if (!query(expression.operands[0], node, found)) return false;
      satisfied = found.size() > 0;
      return true;
    }
    case Kind::compare:
      return compares(expression, node, satisfied);
    case Kind::call:
      return test_pattern(expression, node, satisfied);
    case Kind::literal:
    case Kind::query:
      break;
  }
  broken_promise("a filter that is no test", __FILE__, __LINE__);
}

bool PathEvaluation::query(const LogicalExpr& expression, const Match& node, MatchList& out) {
  // From the node that the filter tests there is no way back up, so its member stays what it is.
  return walk(expression.query, expression.absolute ? root_ : node, out);
}

bool PathEvaluation::value_of(const LogicalExpr& expression, const Match& node, Operand& out) {
  if (expression.kind == Kind::literal) {
    out = {true, expression.literal->value};
    return true;
  }
  if (expression.kind == Kind::call) return call(expression, node, out);
  MatchList found(arena_);
  if (!query(expression, node, found)) return false;
  if (found.size() == 1) out = {true, *found.front().value};
  return true;
}

bool PathEvaluation::call(const LogicalExpr& expression, const Match& node, Operand& out) {
  const LogicalExpr& argument = expression.operands[0];
  if (expression.function == Function::length) {
    Operand measured;
    if (!value_of(argument, node, measured)) return false;
    const std::optional<int64_t> length =
        measured.is_present ? length_of(measured.value) : std::nullopt;
    if (length) out = {true, json::Value::integer(*length)};
    return !length || spend(static_cast<size_t>(*length) / 64);
  }
  MatchList found(arena_);
  if (!query(argument, node, found)) return false;
  if (expression.function == Function::count) {
    out = {true, json::Value::integer(static_cast<int64_t>(found.size()))};
  } else if (found.size() == 1) {
    out = {true, *found.front().value};
  }
  return true;
}

bool PathEvaluation::test_pattern(const LogicalExpr& expression, const Match& node,
                                  bool& satisfied) {
  satisfied = false;
  Operand text;
  if (!value_of(expression.operands[0], node, text)) return false;
  if (!text.is_present || !text.value.is_string()) return true;
  const re2::RE2* pattern = expression.pattern.get();
  if (!expression.pattern_is_fixed) {
    Operand found;
    if (!value_of(expression.operands[1], node, found)) return false;
    if (!found.is_present || !found.value.is_string()) return true;
    pattern = pattern_for(found.value.as_string());
    if (error_ != PathError::none) return false;
  }
  if (pattern == nullptr) return true;
  const Span span = expression.function == Function::match ? Span::whole : Span::part;
  satisfied = matches(*pattern, text.value.as_string(), span);
  return spend(1 + text.value.as_string().size() / 64);
}

const re2::RE2* PathEvaluation::pattern_for(std::string_view text) {
  if (pattern_text_.data() != nullptr && pattern_text_ == text) return pattern_.get();
  if (!spend(kPatternWork + text.size())) return nullptr;
  pattern_text_ = text;
  pattern_ = compile_i_regexp(text);
  return pattern_.get();
}

}  // namespace kollect::extract
