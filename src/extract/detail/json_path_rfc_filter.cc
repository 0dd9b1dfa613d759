#include <charconv>

#include <fmt/format.h>

#include "extract/detail/json_path_regex.h"
#include "extract/detail/json_path_rfc_parser.h"
#include "extract/detail/json_path_text.h"

namespace kollect::extract {

namespace {

using Kind = LogicalExpr::Kind;
using Function = LogicalExpr::Function;

// How deep parentheses, filters and calls may nest in one query.
constexpr size_t kMaxNesting = 100;

struct FunctionRow {
  std::string_view name;
  Function function;
  size_t arguments;
  bool takes_nodes;
  bool gives_logical;
};

constexpr FunctionRow kFunctions[] = {
    {"length", Function::length, 1, false, false}, {"count", Function::count, 1, true, false},
    {"match", Function::match, 2, false, true},    {"search", Function::search, 2, false, true},
    {"value", Function::value, 1, true, false},
};

const FunctionRow& row_of(Function function) {
  for (const FunctionRow& row : kFunctions) {
    if (row.function == function) return row;
  }
  broken_promise("a function without a row", __FILE__, __LINE__);
}

bool gives_value(const LogicalExpr& operand) {
  if (operand.kind == Kind::query) return operand.singular;
  return operand.kind == Kind::literal || !row_of(operand.function).gives_logical;
}

LogicalExpr wrap(Kind kind, LogicalExpr operand) {
  LogicalExpr out;
  out.kind = kind;
  out.operands.push_back(std::move(operand));
  return out;
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool RfcParser::parse_filter(PathSteps& out) {
  accept("?");
  skip_blanks();
  PathStep step(PathOp::logical_filter);
  step.expression = std::make_unique<LogicalExpr>();
  if (!parse_any(*step.expression)) return false;
  out.push_back(std::move(step));
  return true;
}

bool RfcParser::parse_any(LogicalExpr& out) {
  if (depth_ == kMaxNesting) return fail("nested too deep");
  ++depth_;
  if (!parse_all(out)) return false;
  for (size_t before = at_;; before = at_) {
    skip_blanks();
    if (!accept("||")) {
      at_ = before;
      break;
    }
    skip_blanks();
    if (out.kind != Kind::any) out = wrap(Kind::any, std::move(out));
    if (!parse_all(out.operands.emplace_back())) return false;
  }
  --depth_;
  return true;
}

bool RfcParser::parse_all(LogicalExpr& out) {
  LogicalExpr first;
  if (!parse_basic(first)) return false;
  bool is_wrapped = false;
  for (size_t before = at_;; before = at_) {
    skip_blanks();
    if (!accept("&&")) {
      at_ = before;
      break;
    }
    skip_blanks();
    if (!is_wrapped) first = wrap(Kind::all, std::move(first));
    is_wrapped = true;
    if (!parse_basic(first.operands.emplace_back())) return false;
  }
  out = std::move(first);
  return true;
}

bool RfcParser::parse_basic(LogicalExpr& out) {
  if (peek() == '!') return parse_negated(out);
  return peek() == '(' ? parse_parenthesis(out) : parse_test_or_comparison(out);
}

bool RfcParser::parse_negated(LogicalExpr& out) {
  accept("!");
  skip_blanks();
  LogicalExpr inner;
  const size_t begin = at_;
  if (peek() == '(') {
    if (!parse_parenthesis(inner)) return false;
  } else if (!parse_operand(inner) || !require_test(begin, inner)) {
    return false;
  }
  out = wrap(Kind::negate, std::move(inner));
  return true;
}

bool RfcParser::parse_parenthesis(LogicalExpr& out) {
  accept("(");
  skip_blanks();
  if (!parse_any(out)) return false;
  skip_blanks();
  return accept(")") || fail("expected ')'");
}

bool RfcParser::parse_test_or_comparison(LogicalExpr& out) {
  const size_t left_at = at_;
  LogicalExpr left;
  if (!parse_operand(left)) return false;
  const size_t before_blanks = at_;
  skip_blanks();
  const std::optional<Comparison> comparison = accept_comparison();
  if (!comparison) {
    at_ = before_blanks;
    if (!require_test(left_at, left)) return false;
    out = std::move(left);
    return true;
  }
  skip_blanks();
  const size_t right_at = at_;
  LogicalExpr right;
  if (!parse_operand(right)) return false;
  if (!require_comparable(left_at, left) || !require_comparable(right_at, right)) return false;
  out = wrap(Kind::compare, std::move(left));
  out.operands.push_back(std::move(right));
  out.comparison = *comparison;
  return true;
}

std::optional<Comparison> RfcParser::accept_comparison() {
  if (accept("==")) return Comparison::equal;
  if (accept("!=")) return Comparison::not_equal;
  if (accept("<=")) return Comparison::less_equal;
  if (accept(">=")) return Comparison::greater_equal;
  if (accept("<")) return Comparison::less;
  if (accept(">")) return Comparison::greater;
  return std::nullopt;
}

bool RfcParser::require_comparable(size_t at, const LogicalExpr& operand) {
  if (gives_value(operand)) return true;
  return fail_at(at, operand.kind == Kind::query
                         ? "only a path to a single value can be compared"
                         : "the result of this function cannot be compared");
}

bool RfcParser::require_test(size_t at, LogicalExpr& operand) {
  if (operand.kind == Kind::literal) return fail_at(at, "a constant must be compared");
  if (operand.kind == Kind::query) {
    operand = wrap(Kind::exists, std::move(operand));
    return true;
  }
  return row_of(operand.function).gives_logical ||
         fail_at(at, "the result of this function must be compared");
}

bool RfcParser::parse_operand(LogicalExpr& out) {
  const char c = peek();
  if (c == '@' || c == '$') return parse_relative(out);
  if (c == '\'' || c == '"') {
    std::string text;
    if (!parse_string(text)) return false;
    out.literal = PathConstant::of_text(std::move(text));
    return true;
  }
  if (c == '-' || (c >= '0' && c <= '9')) return parse_number(out);
  return parse_named(out);
}

bool RfcParser::parse_relative(LogicalExpr& out) {
  out.kind = Kind::query;
  out.absolute = peek() == '$';
  out.singular = true;
  ++at_;
  return parse_segments(out.query, out.singular);
}

bool RfcParser::parse_named(LogicalExpr& out) {
  const size_t begin = at_;
  while (is_word_character(peek())) ++at_;
  const std::string_view name = text_.substr(begin, at_ - begin);
  if (peek() == '(') {
    for (const FunctionRow& row : kFunctions) {
      if (row.name == name) return parse_call(row.function, out);
    }
    return fail_at(begin, "unknown function");
  }
  if (name == "null") {
    out.literal = PathConstant::of(json::Value());
  } else if (name == "true" || name == "false") {
    out.literal = PathConstant::of(json::Value::boolean(name == "true"));
  } else {
    return fail_at(begin, "expected a path, a constant or a function");
  }
  return true;
}

bool RfcParser::parse_call(Function function, LogicalExpr& out) {
  const size_t begin = at_;
  if (depth_ == kMaxNesting) return fail("nested too deep");
  ++depth_;
  out.kind = Kind::call;
  out.function = function;
  accept("(");
  skip_blanks();
  while (peek() != ')') {
    if (!out.operands.empty()) {
      if (!accept(",")) return fail("expected ',' or ')'");
      skip_blanks();
    }
    if (!parse_operand(out.operands.emplace_back())) return false;
    skip_blanks();
  }
  accept(")");
  --depth_;
  return check_arguments(begin, out);
}

bool RfcParser::check_arguments(size_t at, LogicalExpr& call) {
  const FunctionRow& row = row_of(call.function);
  if (call.operands.size() != row.arguments) {
    return fail_at(at, fmt::format("{}() takes {} argument{}", row.name, row.arguments,
                                   row.arguments == 1 ? "" : "s"));
  }
  for (const LogicalExpr& argument : call.operands) {
    const bool fits = row.takes_nodes ? argument.kind == Kind::query : gives_value(argument);
    if (!fits) return fail_at(at, fmt::format("{}() takes another kind of argument", row.name));
  }
  const bool has_fixed_pattern = row.gives_logical && call.operands[1].kind == Kind::literal;
  if (!has_fixed_pattern) return true;
  call.pattern_is_fixed = true;
  const json::Value& pattern = call.operands[1].literal->value;
  if (pattern.is_string()) call.pattern = compile_i_regexp(pattern.as_string());
  if (!call.pattern) {
    warnings_.push_back(
        fmt::format("the pattern of {}() is no I-Regexp (RFC 9485) and never matches", row.name));
  }
  return true;
}

bool RfcParser::parse_number(LogicalExpr& out) {
  const size_t begin = at_;
  const auto digits = [this] {
    const size_t first = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - first;
  };
  accept("-");
  const bool starts_with_zero = peek() == '0';
  const size_t whole = digits();
  if (whole == 0 || (starts_with_zero && whole > 1)) return fail_at(begin, "this is no number");
  bool is_whole = true;
  if (accept(".")) {
    is_whole = false;
    if (digits() == 0) return fail("expected a digit");
  }
  if (accept("e") || accept("E")) {
    is_whole = false;
    if (!accept("-")) accept("+");
    if (digits() == 0) return fail("expected a digit");
  }
  json::Arena arena;
  const Result<json::Value> number = json::parse(text_.substr(begin, at_ - begin), arena);
  if (!number) return fail_at(begin, is_whole ? "the integer is too large" : "this is no number");
  out.literal = PathConstant::of(*number);
  return true;
}

}  // namespace kollect::extract
