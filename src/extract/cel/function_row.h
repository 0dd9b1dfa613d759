// How a library gives functions, macros and kinds of value to the language: rows of tables.
//
// A library is one pair lib_<name>.h/.cc that offers `const Library& <name>_library();` and is
// listed in functions.cc. Nothing registers itself.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "extract/cel/ast.h"
#include "extract/cel/eval_context.h"
#include "extract/cel/value.h"

namespace kollect::extract {

// Called with exactly the kinds its row declares; never with errors. For a receiver call the
// receiver comes first. Must be pure: a call on constants is made once, when the expression is
// compiled.
using CelFunction = CelValue (*)(EvalContext& context, std::span<const CelValue> arguments);

enum class CallForm : uint8_t {
  global,    // f(a, b); a name with dots ("math.abs") is found under that name
  receiver,  // a.f(b)
};

// One overload. Types are written as in the specification and parsed once per environment:
//   bool int uint double string bytes null timestamp duration dyn type list(T) map(K, V)
//   optional_type(T)
// names of opaque kinds ("net.IP"), and single capital letters for type parameters.
// Rows of one name may come from several libraries (string(net.IP) beside string(int)). At run time
// a row is taken when its arguments are of its kinds: list(int) takes any list, dyn and parameters
// take anything.
struct FunctionRow {
  std::string_view name;
  CallForm form;
  std::string_view arguments;  // "string, int"; the receiver is the first one; "" for none
  std::string_view result;
  CelFunction function;
  // Index of an argument that is a regular expression: checked and compiled with the program when
  // it is a constant.
  int8_t pattern_argument = -1;
  // Index of an argument that is the name of a time zone: read with the program when it is a
  // constant.
  int8_t zone_argument = -1;
};

// A call that is rewritten before it is checked: x.sortBy(e, e.name), math.greatest(a, b, c).
// `receiver` is kAbsentNode for a global call. Returns kAbsentNode to leave the call as it is (not
// this macro after all); reports a misuse with AstBuilder::error and returns any node.
using MacroExpander = NodeId (*)(AstBuilder& ast, NodeId receiver,
                                 std::span<const NodeId> arguments);

struct MacroRow {
  std::string_view name;  // "sortBy"
  CallForm form;
  std::string_view on;  // with form receiver: the receiver must be this plain name ("cel" of
                        // cel.bind); "": anything
  int arguments;        // how many, the receiver not counted; -1: any number
  MacroExpander expand;
};

struct Library {
  std::string_view name;
  std::span<const FunctionRow> functions;
  std::span<const MacroRow> macros = {};
  std::span<const OpaqueType* const> types = {};
};

}  // namespace kollect::extract
