// The filters of the kubectl dialect, and comparing.
#include <cmath>

#include "extract/detail/json_path_eval.h"

namespace kollect::extract {

namespace {

// Of a whole number and a double. Beyond 2^63 and 2^64 a double is larger than any of ours.
std::strong_ordering compare_whole(const json::Value& whole, double number) {
  constexpr double kTwoTo64 = 18446744073709551616.0;
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (number >= kTwoTo64) return std::strong_ordering::less;
  if (number < -kTwoTo63) return std::strong_ordering::greater;
  const double floor = std::floor(number);
  const auto with_fraction = [&](std::strong_ordering order) {
    const bool is_above = order == std::strong_ordering::equal && number > floor;
    return is_above ? std::strong_ordering::less : order;
  };
  if (whole.kind() == json::Kind::integer) {
    if (floor >= kTwoTo63) return std::strong_ordering::less;
    return with_fraction(whole.as_int() <=> static_cast<int64_t>(floor));
  }
  if (floor < 0) return std::strong_ordering::greater;
  return with_fraction(whole.as_uint() <=> static_cast<uint64_t>(floor));
}

std::strong_ordering compare_doubles(double a, double b) {
  if (a < b) return std::strong_ordering::less;
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

bool holds(Comparison comparison, std::strong_ordering order) {
  switch (comparison) {
    case Comparison::equal:
      return order == 0;
    case Comparison::not_equal:
      return order != 0;
    case Comparison::less:
      return order < 0;
    case Comparison::less_equal:
      return order <= 0;
    case Comparison::greater:
      return order > 0;
    case Comparison::greater_equal:
      return order >= 0;
    case Comparison::exists:
      break;
  }
  return true;
}

bool is_equality(Comparison comparison) {
  return comparison == Comparison::equal || comparison == Comparison::not_equal;
}

}  // namespace

std::strong_ordering compare_numbers(const json::Value& a, const json::Value& b) {
  const bool a_is_double = a.kind() == json::Kind::number;
  const bool b_is_double = b.kind() == json::Kind::number;
  if (a_is_double && b_is_double) return compare_doubles(a.as_double(), b.as_double());
  if (b_is_double) return compare_whole(a, b.as_double());
  if (a_is_double) return 0 <=> compare_whole(b, a.as_double());
  // An unsigned integer is above the signed range.
  if (a.kind() != b.kind()) {
    return a.kind() == json::Kind::integer ? std::strong_ordering::less
                                           : std::strong_ordering::greater;
  }
  return a.kind() == json::Kind::integer ? a.as_int() <=> b.as_int() : a.as_uint() <=> b.as_uint();
}

bool PathEvaluation::compare_filter(const OperandTest& test, const Match& node, MatchList& out) {
  if (node.value->is_null()) return true;
  if (!node.value->is_array()) return fail(PathError::not_a_list);
  for (const json::Value& item : node.value->items()) {
    const Match element{&item, node.member, node.parent};
    bool pass = false;
    if (!spend(1) || !passes(test, element, pass)) return false;
    if (pass) out.push(element);
  }
  return true;
}

// An element on which the path cannot be walked lacks it; only running out of limits ends the
// evaluation.
bool PathEvaluation::exists(const PathSteps& steps, const Match& element, bool& pass) {
  MatchList found(arena_);
  pass = walk(steps, element, found) && found.size() > 0;
  if (error_ == PathError::too_much_work || error_ == PathError::too_deep) return false;
  error_ = PathError::none;
  return true;
}

bool PathEvaluation::passes(const OperandTest& test, const Match& element, bool& pass) {
  if (test.comparison == Comparison::exists) return exists(test.left, element, pass);
  Operand left;
  if (!operand(test.left, element, left)) return false;
  if (!left.is_present) return true;
  Operand right;
  if (!operand(test.right, element, right)) return false;
  if (!right.is_present) return true;
  const json::Value& a = left.value;
  const json::Value& b = right.value;
  std::strong_ordering order = std::strong_ordering::equal;
  if (a.is_string() && b.is_string()) {
    order = a.as_string() <=> b.as_string();
  } else if (a.is_number() && b.is_number()) {
    order = compare_numbers(a, b);
  } else if (a.kind() == json::Kind::boolean && b.kind() == a.kind() &&
             is_equality(test.comparison)) {
    order = a.as_bool() <=> b.as_bool();
  } else {
    return fail(PathError::incomparable);
  }
  pass = holds(test.comparison, order);
  return true;
}

bool PathEvaluation::operand(const PathSteps& steps, const Match& element, Operand& out) {
  MatchList found(arena_);
  // Without an error it is a union with an absent key: the operand is lacking.
  if (!walk(steps, element, found)) return error_ == PathError::none;
  if (found.size() > 1) return fail(PathError::several_operands);
  out.is_present = found.size() == 1;
  if (out.is_present) out.value = *found.front().value;
  return true;
}

// Numbers by what they are worth, arrays and objects by their content.
bool PathEvaluation::equal(const json::Value& a, const json::Value& b, bool& result) {
  if (!spend(1)) return false;
  result = false;
  if (a.is_number() && b.is_number()) {
    result = compare_numbers(a, b) == 0;
    return true;
  }
  if (a.kind() != b.kind()) return true;
  if (a.is_array()) {
    result = a.items().size() == b.items().size();
    for (size_t i = 0; result && i < a.items().size(); ++i) {
      if (!equal(a.items()[i], b.items()[i], result)) return false;
    }
    return true;
  }
  if (!a.is_object()) {
    result = a == b;
    return true;
  }
  result = a.members().size() == b.members().size();
  for (size_t i = 0; result && i < a.members().size(); ++i) {
    const json::Member& left = a.members()[i];
    const json::Member& right = b.members()[i];
    if (left.key != right.key) {
      result = false;
    } else if (!equal(left.value, right.value, result)) {
      return false;
    }
  }
  return true;
}

bool PathEvaluation::compares(const LogicalExpr& expression, const Match& node, bool& satisfied) {
  Operand left;
  Operand right;
  const bool is_read =
      value_of(expression.operands[0], node, left) && value_of(expression.operands[1], node, right);
  if (!is_read) return false;
  const Comparison comparison = expression.comparison;
  const json::Value& a = left.value;
  const json::Value& b = right.value;
  const bool have_both = left.is_present && right.is_present;
  if (have_both && a.is_number() && b.is_number()) {
    satisfied = holds(comparison, compare_numbers(a, b));
  } else if (have_both && a.is_string() && b.is_string()) {
    satisfied = holds(comparison, a.as_string() <=> b.as_string());
  } else {
    bool same = !left.is_present && !right.is_present;
    if (have_both && !equal(a, b, same)) return false;
    const bool wants_same = comparison != Comparison::less && comparison != Comparison::greater;
    satisfied = comparison == Comparison::not_equal ? !same : same && wants_same;
  }
  return true;
}

}  // namespace kollect::extract
