#include "extract/cel/lib_extensions.h"
#include "extract/cel/lib_quantity.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

struct QuantityValue : Opaque {
  Quantity quantity;
};

const Quantity& quantity_in(const Opaque& value) {
  return static_cast<const QuantityValue&>(value).quantity;
}
const Quantity& quantity_in(const CelValue& value) { return quantity_in(value.opaque_content()); }

constexpr OpaqueType kQuantityType{
    .name = "kubernetes.Quantity",
    .equal = [](const Opaque& a, const Opaque& b) { return quantity_in(a) == quantity_in(b); },
    .text =
        [](const Opaque& value, json::Arena& arena) {
          char* const out = static_cast<char*>(arena.allocate(Quantity::kMaxTextBytes));
          return std::string_view(out, quantity_in(value).format(out));
        },
};

CelValue value_of(EvalContext& context, const std::optional<Quantity>& quantity) {
  if (!quantity) return CelValue::error(CelFault::overflow, "the quantity is out of range");
  const auto* value = context.make<QuantityValue>(QuantityValue{{&kQuantityType}, *quantity});
  return value == nullptr ? context.exhausted() : CelValue::opaque(*value);
}

CelValue quantity(EvalContext& context, Arguments arguments) {
  const std::optional<Quantity> parsed = Quantity::parse(arguments[0].as_text());
  return parsed ? value_of(context, parsed)
                : CelValue::error(CelFault::conversion, "text is no quantity");
}

CelValue is_quantity(EvalContext&, Arguments arguments) {
  return CelValue::boolean(Quantity::parse(arguments[0].as_text()).has_value());
}

CelValue sign(EvalContext&, Arguments arguments) {
  return CelValue::integer(quantity_in(arguments[0]).sign());
}

CelValue is_integer(EvalContext&, Arguments arguments) {
  return CelValue::boolean(quantity_in(arguments[0]).as_integer().has_value());
}

CelValue as_integer(EvalContext&, Arguments arguments) {
  const std::optional<int64_t> number = quantity_in(arguments[0]).as_integer();
  return number ? CelValue::integer(*number)
                : CelValue::error(CelFault::conversion, "cannot convert value to integer");
}

CelValue as_approximate_float(EvalContext&, Arguments arguments) {
  return CelValue::number(quantity_in(arguments[0]).as_approximate_double());
}

CelValue is_less(EvalContext&, Arguments arguments) {
  return CelValue::boolean(quantity_in(arguments[0]) < quantity_in(arguments[1]));
}

CelValue is_greater(EvalContext&, Arguments arguments) {
  return CelValue::boolean(quantity_in(arguments[0]) > quantity_in(arguments[1]));
}

CelValue compared(EvalContext&, Arguments arguments) {
  const auto order = quantity_in(arguments[0]) <=> quantity_in(arguments[1]);
  return CelValue::integer(order < 0 ? -1 : order > 0 ? 1 : 0);
}

Quantity operand(const CelValue& value) {
  return value.kind() == CelKind::integer ? Quantity::of(value.as_int()) : quantity_in(value);
}

CelValue add(EvalContext& context, Arguments arguments) {
  return value_of(context, quantity_in(arguments[0]).plus(operand(arguments[1])));
}

CelValue subtract(EvalContext& context, Arguments arguments) {
  return value_of(context, quantity_in(arguments[0]).minus(operand(arguments[1])));
}

// Kubernetes documents sign() as a member and declares it as a function: both are taken here.
constexpr FunctionRow kRows[] = {
    {"quantity", CallForm::global, "string", "kubernetes.Quantity", &quantity},
    {"isQuantity", CallForm::global, "string", "bool", &is_quantity},
    {"sign", CallForm::global, "kubernetes.Quantity", "int", &sign},
    {"sign", CallForm::receiver, "kubernetes.Quantity", "int", &sign},
    {"isInteger", CallForm::receiver, "kubernetes.Quantity", "bool", &is_integer},
    {"asInteger", CallForm::receiver, "kubernetes.Quantity", "int", &as_integer},
    {"asApproximateFloat", CallForm::receiver, "kubernetes.Quantity", "double",
     &as_approximate_float},
    {"isLessThan", CallForm::receiver, "kubernetes.Quantity, kubernetes.Quantity", "bool",
     &is_less},
    {"isGreaterThan", CallForm::receiver, "kubernetes.Quantity, kubernetes.Quantity", "bool",
     &is_greater},
    {"compareTo", CallForm::receiver, "kubernetes.Quantity, kubernetes.Quantity", "int", &compared},
    {"add", CallForm::receiver, "kubernetes.Quantity, kubernetes.Quantity", "kubernetes.Quantity",
     &add},
    {"add", CallForm::receiver, "kubernetes.Quantity, int", "kubernetes.Quantity", &add},
    {"sub", CallForm::receiver, "kubernetes.Quantity, kubernetes.Quantity", "kubernetes.Quantity",
     &subtract},
    {"sub", CallForm::receiver, "kubernetes.Quantity, int", "kubernetes.Quantity", &subtract},
};

constexpr const OpaqueType* kTypes[] = {&kQuantityType};

}  // namespace

const Library& quantity_library() {
  static constexpr Library kLibrary{.name = "quantity", .functions = kRows, .types = kTypes};
  return kLibrary;
}

}  // namespace kollect::extract
