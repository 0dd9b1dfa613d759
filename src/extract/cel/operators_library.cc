// The types of the operators. Rows without a function: the evaluator has operators built in.
#include "extract/cel/functions.h"

namespace kollect::extract {

namespace {

constexpr FunctionRow row(std::string_view name, std::string_view arguments,
                          std::string_view result) {
  return {.name = name,
          .form = CallForm::global,
          .arguments = arguments,
          .result = result,
          .function = nullptr};
}

constexpr FunctionRow kRows[] = {
    row("!_", "bool", "bool"),
    row("-_", "int", "int"),
    row("-_", "double", "double"),
    row("-_", "duration", "duration"),
    row("_==_", "A, A", "bool"),
    row("_!=_", "A, A", "bool"),
    row("@in", "A, list(A)", "bool"),
    row("@in", "A, map(A, B)", "bool"),
    row("_+_", "int, int", "int"),
    row("_+_", "uint, uint", "uint"),
    row("_+_", "double, double", "double"),
    row("_+_", "string, string", "string"),
    row("_+_", "bytes, bytes", "bytes"),
    row("_+_", "list(A), list(A)", "list(A)"),
    row("_+_", "timestamp, duration", "timestamp"),
    row("_+_", "duration, timestamp", "timestamp"),
    row("_+_", "duration, duration", "duration"),
    row("_-_", "int, int", "int"),
    row("_-_", "uint, uint", "uint"),
    row("_-_", "double, double", "double"),
    row("_-_", "timestamp, timestamp", "duration"),
    row("_-_", "timestamp, duration", "timestamp"),
    row("_-_", "duration, duration", "duration"),
    row("_*_", "int, int", "int"),
    row("_*_", "uint, uint", "uint"),
    row("_*_", "double, double", "double"),
    row("_/_", "int, int", "int"),
    row("_/_", "uint, uint", "uint"),
    row("_/_", "double, double", "double"),
    row("_%_", "int, int", "int"),
    row("_%_", "uint, uint", "uint"),
    row("_[_]", "list(A), int", "A"),
    row("_[_]", "map(A, B), A", "B"),
    row("_[_]", "optional_type(list(A)), int", "optional_type(A)"),
    row("_[_]", "optional_type(map(A, B)), A", "optional_type(B)"),
    row("_[?_]", "list(A), int", "optional_type(A)"),
    row("_[?_]", "map(A, B), A", "optional_type(B)"),
    row("_[?_]", "optional_type(list(A)), int", "optional_type(A)"),
    row("_[?_]", "optional_type(map(A, B)), A", "optional_type(B)"),
    // The checker takes these for <, <=, > and >=.
    row("_<_", "bool, bool", "bool"),
    row("_<_", "int, int", "bool"),
    row("_<_", "int, uint", "bool"),
    row("_<_", "int, double", "bool"),
    row("_<_", "uint, uint", "bool"),
    row("_<_", "uint, int", "bool"),
    row("_<_", "uint, double", "bool"),
    row("_<_", "double, double", "bool"),
    row("_<_", "double, int", "bool"),
    row("_<_", "double, uint", "bool"),
    row("_<_", "string, string", "bool"),
    row("_<_", "bytes, bytes", "bool"),
    row("_<_", "timestamp, timestamp", "bool"),
    row("_<_", "duration, duration", "bool"),
};

}  // namespace

const Library& operators_library() {
  static const Library kLibrary{.name = "operators", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
