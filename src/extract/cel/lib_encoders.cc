#include "extract/cel/lib_base64.h"
#include "extract/cel/lib_extensions.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

CelValue encode(EvalContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  const size_t bytes = encoded_bytes(content.size());
  if (bytes > context.budget().result_bytes)
    return CelValue::error(CelFault::budget, "text is too long");
  char* const out = context.allocate_text(bytes);
  if (out == nullptr || !context.charge(bytes / 16)) return context.exhausted();
  encode_base64(content, out);
  return CelValue::string({out, bytes});
}

CelValue decode(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  char* const out = context.allocate_text(text.size() / 4 * 3 + 3);
  if (out == nullptr || !context.charge(text.size() / 16)) return context.exhausted();
  const std::optional<size_t> bytes = decode_base64(text, out);
  if (!bytes) return CelValue::error(CelFault::conversion, "text is no base64");
  return CelValue::bytes({out, *bytes});
}

constexpr FunctionRow kRows[] = {
    {"base64.encode", CallForm::global, "bytes", "string", &encode},
    {"base64.decode", CallForm::global, "string", "bytes", &decode},
};

}  // namespace

const Library& encoders_library() {
  static constexpr Library kLibrary{.name = "encoders", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
