// The operators of the language on values: what the evaluator has built in.
#pragma once

#include <string_view>

#include "extract/cel/eval_context.h"
#include "extract/cel/value.h"

namespace kollect::extract {

// A key written in the expression, with the message for its absence made once.
struct KeyConstant {
  std::string_view text;
  std::string_view missing_message;
};

// Operands may be errors; the first one is the result then. Kinds without the operator give
// no_such_overload, integers out of range give overflow.
CelValue add(EvalContext& context, const CelValue& a, const CelValue& b);
CelValue subtract(const CelValue& a, const CelValue& b);
CelValue multiply(const CelValue& a, const CelValue& b);
CelValue divide(const CelValue& a, const CelValue& b);
CelValue modulo(const CelValue& a, const CelValue& b);
CelValue negate(const CelValue& a);
CelValue logical_not(const CelValue& a);

CelValue is_equal(EvalContext& context, const CelValue& a, const CelValue& b);
enum class Comparison : uint8_t { less, less_or_equal, greater, greater_or_equal };
CelValue compare_by(EvalContext& context, Comparison wanted, const CelValue& a, const CelValue& b);
// a in b: a list that holds it, a map that has it as a key.
CelValue contains(EvalContext& context, const CelValue& a, const CelValue& b);

// a.key, has(a.key), a.?key. On an optional they look into its content and answer an optional.
CelValue select(EvalContext& context, const CelValue& a, const KeyConstant& key);
CelValue has_key(const CelValue& a, const KeyConstant& key);
CelValue select_optional(EvalContext& context, const CelValue& a, const KeyConstant& key);
// a[i], a[?i].
CelValue index(EvalContext& context, const CelValue& a, const CelValue& i);
CelValue index_optional(EvalContext& context, const CelValue& a, const CelValue& i);

// `a && b` of two operands neither of which is false, or `||` neither of which is true, by
// `absorbing`.
CelValue merge_logical(const CelValue& a, const CelValue& b, bool absorbing);

CelValue no_overload();

}  // namespace kollect::extract
