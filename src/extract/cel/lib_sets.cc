#include "extract/cel/lib_extensions.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

enum class Outcome { no, yes, exhausted };

Outcome has_item(EvalContext& context, const CelValue& list, const CelValue& item) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (context.equal(list.item(i), item)) return Outcome::yes;
    if (context.is_exhausted()) return Outcome::exhausted;
  }
  return Outcome::no;
}

// Whether the first item of `part` whose presence in `whole` is `wanted` exists.
Outcome has_any(EvalContext& context, const CelValue& part, const CelValue& whole, Outcome wanted) {
  for (size_t i = 0; i < part.size(); ++i) {
    const Outcome outcome = has_item(context, whole, part.item(i));
    if (outcome == Outcome::exhausted) return outcome;
    if (outcome == wanted) return Outcome::yes;
  }
  return Outcome::no;
}

CelValue answer(EvalContext& context, Outcome outcome, Outcome meaning_true) {
  return outcome == Outcome::exhausted ? context.exhausted()
                                       : CelValue::boolean(outcome == meaning_true);
}

CelValue contains(EvalContext& context, Arguments arguments) {
  return answer(context, has_any(context, arguments[1], arguments[0], Outcome::no), Outcome::no);
}

CelValue equivalent(EvalContext& context, Arguments arguments) {
  const Outcome extra = has_any(context, arguments[1], arguments[0], Outcome::no);
  if (extra != Outcome::no) return answer(context, extra, Outcome::no);
  return answer(context, has_any(context, arguments[0], arguments[1], Outcome::no), Outcome::no);
}

CelValue intersects(EvalContext& context, Arguments arguments) {
  return answer(context, has_any(context, arguments[0], arguments[1], Outcome::yes), Outcome::yes);
}

constexpr FunctionRow kRows[] = {
    {"sets.contains", CallForm::global, "list(T), list(T)", "bool", &contains},
    {"sets.equivalent", CallForm::global, "list(T), list(T)", "bool", &equivalent},
    {"sets.intersects", CallForm::global, "list(T), list(T)", "bool", &intersects},
};

}  // namespace

const Library& sets_library() {
  static constexpr Library kLibrary{.name = "sets", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
