#include <bit>
#include <cmath>
#include <limits>

#include "extract/cel/lib_extensions.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

// math.greatest and math.least: of arguments that compare equal the first one is the answer.
CelValue chosen(const CelValue& a, const CelValue& b, std::strong_ordering wanted) {
  const auto order = compare(a, b);
  if (!order) return CelValue::error(CelFault::no_such_overload, "NaN values cannot be ordered");
  return *order == wanted ? b : a;
}

bool is_number(const CelValue& value) {
  return value.kind() == CelKind::integer || value.kind() == CelKind::unsigned_integer ||
         value.kind() == CelKind::number;
}

CelValue extreme_of_list(EvalContext& context, const CelValue& list, std::strong_ordering wanted) {
  if (list.size() == 0)
    return CelValue::error(CelFault::invalid_argument,
                           "math.greatest and math.least need at least one number");
  if (!context.charge(list.size())) return context.exhausted();
  CelValue best = list.item(0);
  for (size_t i = 0; i < list.size(); ++i) {
    const CelValue item = list.item(i);
    if (!is_number(item))
      return CelValue::error(CelFault::no_such_overload,
                             "math.greatest and math.least need numbers");
    if (i == 0) continue;
    best = chosen(best, item, wanted);
    if (best.is_error()) return best;
  }
  return best;
}

CelValue extreme(EvalContext& context, Arguments arguments, std::strong_ordering wanted) {
  if (arguments.size() == 2) return chosen(arguments[0], arguments[1], wanted);
  return arguments[0].kind() == CelKind::list ? extreme_of_list(context, arguments[0], wanted)
                                              : arguments[0];
}

CelValue least(EvalContext& context, Arguments arguments) {
  return extreme(context, arguments, std::strong_ordering::greater);
}

CelValue greatest(EvalContext& context, Arguments arguments) {
  return extreme(context, arguments, std::strong_ordering::less);
}

double rounded(double number) { return std::round(number); }
double up(double number) { return std::ceil(number); }
double down(double number) { return std::floor(number); }
double towards_zero(double number) { return std::trunc(number); }

template <double (*compute)(double)>
CelValue of_double(EvalContext&, Arguments arguments) {
  return CelValue::number(compute(arguments[0].as_double()));
}

bool is_nan(double number) { return std::isnan(number); }
bool is_infinite(double number) { return std::isinf(number); }
bool is_finite(double number) { return std::isfinite(number); }

template <bool (*test)(double)>
CelValue test_double(EvalContext&, Arguments arguments) {
  return CelValue::boolean(test(arguments[0].as_double()));
}

CelValue absolute(EvalContext&, Arguments arguments) {
  const CelValue& value = arguments[0];
  if (value.kind() == CelKind::number) return CelValue::number(std::fabs(value.as_double()));
  if (value.kind() == CelKind::unsigned_integer || value.as_int() >= 0) return value;
  if (value.as_int() == std::numeric_limits<int64_t>::min())
    return CelValue::error(CelFault::overflow, "integer overflow");
  return CelValue::integer(-value.as_int());
}

CelValue sign(EvalContext&, Arguments arguments) {
  const CelValue& value = arguments[0];
  if (value.kind() == CelKind::unsigned_integer)
    return CelValue::unsigned_integer(value.as_uint() > 0 ? 1 : 0);
  if (value.kind() == CelKind::integer)
    return CelValue::integer(value.as_int() > 0 ? 1 : value.as_int() < 0 ? -1 : 0);
  const double number = value.as_double();
  return CelValue::number(std::isnan(number) ? number : number > 0 ? 1.0 : number < 0 ? -1.0 : 0.0);
}

CelValue square_root(EvalContext&, Arguments arguments) {
  const CelValue& value = arguments[0];
  if (value.kind() == CelKind::number) return CelValue::number(std::sqrt(value.as_double()));
  if (value.kind() == CelKind::integer)
    return CelValue::number(std::sqrt(static_cast<double>(value.as_int())));
  return CelValue::number(std::sqrt(static_cast<double>(value.as_uint())));
}

uint64_t bits_of(const CelValue& value) {
  return value.kind() == CelKind::integer ? static_cast<uint64_t>(value.as_int()) : value.as_uint();
}

CelValue of_bits(uint64_t bits, CelKind kind) {
  return kind == CelKind::integer ? CelValue::integer(static_cast<int64_t>(bits))
                                  : CelValue::unsigned_integer(bits);
}

CelValue bit_and(EvalContext&, Arguments arguments) {
  return of_bits(bits_of(arguments[0]) & bits_of(arguments[1]), arguments[0].kind());
}
CelValue bit_or(EvalContext&, Arguments arguments) {
  return of_bits(bits_of(arguments[0]) | bits_of(arguments[1]), arguments[0].kind());
}
CelValue bit_xor(EvalContext&, Arguments arguments) {
  return of_bits(bits_of(arguments[0]) ^ bits_of(arguments[1]), arguments[0].kind());
}
CelValue bit_not(EvalContext&, Arguments arguments) {
  return of_bits(~bits_of(arguments[0]), arguments[0].kind());
}

enum class Direction { left, right };

// Bits that come in are zero, for negative numbers too.
template <Direction direction>
CelValue shifted(EvalContext&, Arguments arguments) {
  const int64_t by = arguments[1].as_int();
  if (by < 0)
    return CelValue::error(CelFault::invalid_argument,
                           "bits cannot be shifted by a negative number");
  const uint64_t bits = by > 63 ? 0 : bits_of(arguments[0]);
  const int places = by > 63 ? 0 : static_cast<int>(by);
  return of_bits(direction == Direction::left ? bits << places : bits >> places,
                 arguments[0].kind());
}

constexpr FunctionRow kRows[] = {
    {"math.@min", CallForm::global, "int", "int", &least},
    {"math.@min", CallForm::global, "uint", "uint", &least},
    {"math.@min", CallForm::global, "double", "double", &least},
    {"math.@min", CallForm::global, "int, int", "int", &least},
    {"math.@min", CallForm::global, "uint, uint", "uint", &least},
    {"math.@min", CallForm::global, "double, double", "double", &least},
    {"math.@min", CallForm::global, "int, uint", "dyn", &least},
    {"math.@min", CallForm::global, "int, double", "dyn", &least},
    {"math.@min", CallForm::global, "uint, int", "dyn", &least},
    {"math.@min", CallForm::global, "uint, double", "dyn", &least},
    {"math.@min", CallForm::global, "double, int", "dyn", &least},
    {"math.@min", CallForm::global, "double, uint", "dyn", &least},
    {"math.@min", CallForm::global, "list(int)", "int", &least},
    {"math.@min", CallForm::global, "list(uint)", "uint", &least},
    {"math.@min", CallForm::global, "list(double)", "double", &least},
    {"math.@max", CallForm::global, "int", "int", &greatest},
    {"math.@max", CallForm::global, "uint", "uint", &greatest},
    {"math.@max", CallForm::global, "double", "double", &greatest},
    {"math.@max", CallForm::global, "int, int", "int", &greatest},
    {"math.@max", CallForm::global, "uint, uint", "uint", &greatest},
    {"math.@max", CallForm::global, "double, double", "double", &greatest},
    {"math.@max", CallForm::global, "int, uint", "dyn", &greatest},
    {"math.@max", CallForm::global, "int, double", "dyn", &greatest},
    {"math.@max", CallForm::global, "uint, int", "dyn", &greatest},
    {"math.@max", CallForm::global, "uint, double", "dyn", &greatest},
    {"math.@max", CallForm::global, "double, int", "dyn", &greatest},
    {"math.@max", CallForm::global, "double, uint", "dyn", &greatest},
    {"math.@max", CallForm::global, "list(int)", "int", &greatest},
    {"math.@max", CallForm::global, "list(uint)", "uint", &greatest},
    {"math.@max", CallForm::global, "list(double)", "double", &greatest},
    {"math.ceil", CallForm::global, "double", "double", &of_double<&up>},
    {"math.floor", CallForm::global, "double", "double", &of_double<&down>},
    {"math.round", CallForm::global, "double", "double", &of_double<&rounded>},
    {"math.trunc", CallForm::global, "double", "double", &of_double<&towards_zero>},
    {"math.isNaN", CallForm::global, "double", "bool", &test_double<&is_nan>},
    {"math.isInf", CallForm::global, "double", "bool", &test_double<&is_infinite>},
    {"math.isFinite", CallForm::global, "double", "bool", &test_double<&is_finite>},
    {"math.abs", CallForm::global, "int", "int", &absolute},
    {"math.abs", CallForm::global, "uint", "uint", &absolute},
    {"math.abs", CallForm::global, "double", "double", &absolute},
    {"math.sign", CallForm::global, "int", "int", &sign},
    {"math.sign", CallForm::global, "uint", "uint", &sign},
    {"math.sign", CallForm::global, "double", "double", &sign},
    {"math.sqrt", CallForm::global, "int", "double", &square_root},
    {"math.sqrt", CallForm::global, "uint", "double", &square_root},
    {"math.sqrt", CallForm::global, "double", "double", &square_root},
    {"math.bitAnd", CallForm::global, "int, int", "int", &bit_and},
    {"math.bitAnd", CallForm::global, "uint, uint", "uint", &bit_and},
    {"math.bitOr", CallForm::global, "int, int", "int", &bit_or},
    {"math.bitOr", CallForm::global, "uint, uint", "uint", &bit_or},
    {"math.bitXor", CallForm::global, "int, int", "int", &bit_xor},
    {"math.bitXor", CallForm::global, "uint, uint", "uint", &bit_xor},
    {"math.bitNot", CallForm::global, "int", "int", &bit_not},
    {"math.bitNot", CallForm::global, "uint", "uint", &bit_not},
    {"math.bitShiftLeft", CallForm::global, "int, int", "int", &shifted<Direction::left>},
    {"math.bitShiftLeft", CallForm::global, "uint, int", "uint", &shifted<Direction::left>},
    {"math.bitShiftRight", CallForm::global, "int, int", "int", &shifted<Direction::right>},
    {"math.bitShiftRight", CallForm::global, "uint, int", "uint", &shifted<Direction::right>},
};

// A literal that can only be wrong is refused before anything is computed.
bool may_be_number(const AstBuilder& ast, NodeId id) {
  const AstNode& node = ast.node(id);
  if (node.kind == NodeKind::constant) return is_number(node.value);
  return node.kind != NodeKind::list && node.kind != NodeKind::map;
}

NodeId expand_extreme(AstBuilder& ast, std::span<const NodeId> arguments,
                      std::string_view function) {
  const auto are_fit = [&ast](std::span<const NodeId> items) {
    for (NodeId item : items) {
      if (!may_be_number(ast, item)) return false;
    }
    return !items.empty();
  };
  const bool is_one_list = arguments.size() == 1 && ast.node(arguments[0]).kind == NodeKind::list;
  if (!are_fit(is_one_list ? std::span<const NodeId>(ast.node(arguments[0]).children)
                           : arguments)) {
    ast.error(ast.offset(),
              "math.greatest() and math.least() need one or more numbers, or a list of them");
  }
  if (arguments.size() <= 2) return ast.call(function, {arguments.begin(), arguments.end()});
  return ast.call(function, {ast.list({arguments.begin(), arguments.end()})});
}

NodeId expand_least(AstBuilder& ast, NodeId, std::span<const NodeId> arguments) {
  return expand_extreme(ast, arguments, "math.@min");
}

NodeId expand_greatest(AstBuilder& ast, NodeId, std::span<const NodeId> arguments) {
  return expand_extreme(ast, arguments, "math.@max");
}

constexpr MacroRow kMacros[] = {
    {"least", CallForm::receiver, "math", -1, &expand_least},
    {"greatest", CallForm::receiver, "math", -1, &expand_greatest},
};

}  // namespace

const Library& math_library() {
  static constexpr Library kLibrary{.name = "math", .functions = kRows, .macros = kMacros};
  return kLibrary;
}

}  // namespace kollect::extract
