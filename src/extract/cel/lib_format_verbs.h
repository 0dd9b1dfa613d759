// 'text %s'.format([...]): the verbs of string.format and how each kind of value prints.
#pragma once

#include <string_view>

#include "extract/cel/eval_context.h"
#include "extract/cel/value.h"

namespace kollect::extract {

// %s any plain value, %d whole or fractional number, %f and %e with a precision (six digits unless
// "%.3f"), %b %o %x %X numbers in other bases (%x also text and bytes, %b also bools), %% a percent
// sign. An error when the text is malformed, a verb does not fit its argument or there are fewer
// arguments than verbs.
CelValue format_verbs(EvalContext& context, std::string_view text, const CelValue& arguments);

}  // namespace kollect::extract
