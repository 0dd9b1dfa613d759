// Functions on optional values. `or` and `orValue` are here for their types: the evaluator has them
// built in, since they compute their argument only when it is needed.
#include "extract/cel/functions.h"

namespace kollect::extract {

namespace {

using Arguments = std::span<const CelValue>;

CelValue none(EvalContext&, Arguments) { return CelValue::optional(nullptr); }

CelValue of(EvalContext& context, Arguments arguments) { return context.optional_of(arguments[0]); }

bool is_zero(const CelValue& value) {
  switch (value.kind()) {
    case CelKind::null:
      return true;
    case CelKind::boolean:
    case CelKind::integer:
    case CelKind::duration:
      return value.as_int() == 0;
    case CelKind::unsigned_integer:
      return value.as_uint() == 0;
    case CelKind::number:
      return value.as_double() == 0;
    case CelKind::string:
    case CelKind::bytes:
    case CelKind::list:
    case CelKind::map:
      return value.size() == 0;
    case CelKind::timestamp:
      return value.seconds() == 0 && value.nanos() == 0;
    case CelKind::optional:
      return value.content() == nullptr;
    case CelKind::type:
    case CelKind::opaque:
    case CelKind::error:
      return false;
  }
  return false;
}

CelValue of_non_zero(EvalContext& context, Arguments arguments) {
  return is_zero(arguments[0]) ? none(context, arguments) : of(context, arguments);
}

CelValue has_value(EvalContext&, Arguments arguments) {
  return CelValue::boolean(arguments[0].content() != nullptr);
}

CelValue value(EvalContext&, Arguments arguments) {
  if (arguments[0].content() != nullptr) return *arguments[0].content();
  return CelValue::error(CelFault::invalid_argument, "optional.none() has no value");
}

CelValue unwrap(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  ListBuilder present(context, list.size());
  for (size_t i = 0; i < list.size(); ++i) {
    const CelValue item = list.item(i);
    if (item.kind() != CelKind::optional) {
      return CelValue::error(CelFault::no_such_overload, "an element of the list is no optional");
    }
    if (item.content() != nullptr) present.add(*item.content());
  }
  return present.finish();
}

CelValue first(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  return list.size() == 0 ? CelValue::optional(nullptr) : context.optional_of(list.item(0));
}

CelValue last(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  if (list.size() == 0) return CelValue::optional(nullptr);
  return context.optional_of(list.item(list.size() - 1));
}

constexpr auto kGlobal = CallForm::global;
constexpr auto kReceiver = CallForm::receiver;

constexpr FunctionRow kRows[] = {
    {"optional.none", kGlobal, "", "optional_type(T)", &none},
    {"optional.of", kGlobal, "T", "optional_type(T)", &of},
    {"optional.ofNonZeroValue", kGlobal, "T", "optional_type(T)", &of_non_zero},
    {"optional.unwrap", kGlobal, "list(optional_type(T))", "list(T)", &unwrap},
    {"unwrapOpt", kReceiver, "list(optional_type(T))", "list(T)", &unwrap},
    {"hasValue", kReceiver, "optional_type(T)", "bool", &has_value},
    {"value", kReceiver, "optional_type(T)", "T", &value},
    {"or", kReceiver, "optional_type(T), optional_type(T)", "optional_type(T)", nullptr},
    {"orValue", kReceiver, "optional_type(T), T", "T", nullptr},
    {"first", kReceiver, "list(T)", "optional_type(T)", &first},
    {"last", kReceiver, "list(T)", "optional_type(T)", &last},
};

}  // namespace

const Library& optionals_library() {
  static const Library kLibrary{.name = "optionals", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
