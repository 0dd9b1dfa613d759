// Sizes, tests of text, and types.
#include <cstring>

#include <re2/re2.h>

#include "extract/cel/functions.h"
#include "extract/cel/lib_text.h"

namespace kollect::extract {

namespace {

using Arguments = std::span<const CelValue>;

CelValue size_of_text(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  if (!context.charge(text.size() / 16)) return context.exhausted();
  return CelValue::integer(static_cast<int64_t>(code_point_count(text)));
}

CelValue size_of_bytes(EvalContext&, Arguments arguments) {
  return CelValue::integer(static_cast<int64_t>(arguments[0].as_text().size()));
}

CelValue size_of_container(EvalContext&, Arguments arguments) {
  return CelValue::integer(static_cast<int64_t>(arguments[0].size()));
}

CelValue contains_text(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  const std::string_view word = arguments[1].as_text();
  if (!context.charge((text.size() + word.size()) / 16)) return context.exhausted();
  if (word.empty() || text.size() < word.size()) return CelValue::boolean(word.empty());
  // memmem is linear, string_view::find is not.
  const void* found = memmem(text.data(), text.size(), word.data(), word.size());
  return CelValue::boolean(found != nullptr);
}

CelValue starts_with(EvalContext&, Arguments arguments) {
  return CelValue::boolean(arguments[0].as_text().starts_with(arguments[1].as_text()));
}

CelValue ends_with(EvalContext&, Arguments arguments) {
  return CelValue::boolean(arguments[0].as_text().ends_with(arguments[1].as_text()));
}

CelValue matches(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  if (!context.charge(text.size() / 4)) return context.exhausted();
  const re2::RE2* regex = context.pattern(arguments[1].as_text());
  if (regex == nullptr) {
    return CelValue::error(CelFault::invalid_argument, "invalid regular expression");
  }
  return CelValue::boolean(
      re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex));
}

CelValue type_of(EvalContext&, Arguments arguments) {
  return CelValue::type(type_name(arguments[0]));
}

CelValue same(EvalContext&, Arguments arguments) { return arguments[0]; }

constexpr auto kGlobal = CallForm::global;
constexpr auto kReceiver = CallForm::receiver;

constexpr FunctionRow kRows[] = {
    {"size", kGlobal, "string", "int", &size_of_text},
    {"size", kGlobal, "bytes", "int", &size_of_bytes},
    {"size", kGlobal, "list(A)", "int", &size_of_container},
    {"size", kGlobal, "map(A, B)", "int", &size_of_container},
    {"size", kReceiver, "string", "int", &size_of_text},
    {"size", kReceiver, "bytes", "int", &size_of_bytes},
    {"size", kReceiver, "list(A)", "int", &size_of_container},
    {"size", kReceiver, "map(A, B)", "int", &size_of_container},
    {"contains", kReceiver, "string, string", "bool", &contains_text},
    {"startsWith", kReceiver, "string, string", "bool", &starts_with},
    {"endsWith", kReceiver, "string, string", "bool", &ends_with},
    {.name = "matches",
     .form = kGlobal,
     .arguments = "string, string",
     .result = "bool",
     .function = &matches,
     .pattern_argument = 1},
    {.name = "matches",
     .form = kReceiver,
     .arguments = "string, string",
     .result = "bool",
     .function = &matches,
     .pattern_argument = 1},
    {"type", kGlobal, "A", "type(A)", &type_of},
    {"dyn", kGlobal, "A", "dyn", &same},
};

}  // namespace

const Library& basics_library() {
  static const Library kLibrary{.name = "basics", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
