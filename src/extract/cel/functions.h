// The table of everything that can be called: rows of the standard library and of the extension
// libraries, parsed.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "extract/cel/function_row.h"
#include "extract/cel/type.h"

namespace kollect::extract {

// What a row takes at run time for one argument.
struct AcceptedKinds {
  uint32_t mask = 0;                   // bit per CelKind
  const OpaqueType* opaque = nullptr;  // the one opaque kind, when the type names one
  bool accepts(const CelValue& value) const {
    if ((mask >> static_cast<unsigned>(value.kind()) & 1) == 0) return false;
    return opaque == nullptr || value.opaque_content().type == opaque;
  }
};

struct Overload {
  CallForm form = CallForm::global;
  std::vector<const Type*> types = {};  // of the arguments, then of the result
  std::vector<AcceptedKinds> arguments = {};
  const FunctionRow* row = nullptr;  // null for a function that was only declared
};

// Built once from all libraries, then read by any thread.
class FunctionTable {
 public:
  explicit FunctionTable(std::span<const Library* const> libraries);

  // All overloads of a name, in the order of the rows; null pointer when there is none.
  const std::vector<Overload>* find(std::string_view name) const;
  // The full name under which type(x) gives this name's values; "" when the name denotes no type.
  std::string_view type_value(std::string_view name) const;
  std::span<const MacroRow* const> macros() const { return macros_; }

 private:
  void add(const FunctionRow& row);
  AcceptedKinds accepted(const Type& type) const;

  TypePool pool_;
  std::map<std::string_view, std::vector<Overload>, std::less<>> functions_;
  std::vector<const OpaqueType*> opaque_types_;
  std::vector<const MacroRow*> macros_;
};

// The standard library and every extension of rulings.md.
const FunctionTable& function_table();

// The parts of the standard library; operators are rows without a function, the evaluator has them
// built in.
const Library& operators_library();
const Library& basics_library();
const Library& conversions_library();
const Library& time_library();
const Library& optionals_library();

}  // namespace kollect::extract
