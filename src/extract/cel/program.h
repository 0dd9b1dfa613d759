// CEL expressions (collection.md 3.4): compiled once, run on the JSON of objects.
//
// compile_cel() gives a CelProgram, which any thread may evaluate at the same time with an arena of
// its own. Nothing is converted on the way in, and an evaluation takes nothing from the heap in the
// steady state: results live in the object, the program and the arena. to_json() makes the value
// that a row keeps. Values are in value.h, the functions of the language in functions.h and the
// libraries beside it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_scan.h"
#include "base/result.h"
#include "extract/cel/environment.h"
#include "extract/cel/eval_context.h"
#include "extract/cel/value.h"
#include "extract/touch.h"

namespace kollect::extract {

struct CompiledCel;

struct CelResult {
  CelValue value;  // or an error
  uint64_t cost = 0;
  uint64_t iterations = 0;
};

class CelProgram {
 public:
  explicit CelProgram(std::shared_ptr<const CompiledCel> compiled);
  CelProgram(const CelProgram&);
  CelProgram(CelProgram&&) noexcept;
  CelProgram& operator=(const CelProgram&);
  CelProgram& operator=(CelProgram&&) noexcept;
  ~CelProgram();

  // For the environment of one variable.
  CelResult evaluate(const json::Value& object, json::Arena& arena,
                     const CelBudget& budget = {}) const;
  // One value per declared variable, in their order; an error stands for an unbound one.
  CelResult evaluate(std::span<const CelValue> variables, json::Arena& arena,
                     const CelBudget& budget = {}) const;

  // What the checker found out about the result: "list(int)", "dyn".
  const std::string& result_type() const;

  // Adds every part of `object` that the expression can touch: on a tree of just these it gives the
  // same answer.
  void add_needed_paths(json::PathTrie& into) const;
  // The keys from `object` down when the expression is nothing but selections, optional ones and
  // trailing value(), orValue(...) of a constant included; absent otherwise. Indices of lists are
  // passed over.
  std::optional<std::span<const std::string_view>> selection_chain() const;
  // The last key of such a chain; absent otherwise.
  std::optional<std::string_view> last_selected_key() const;
  // Whether the expression can reach below this member of `object`; maybe when it takes the whole
  // object or computes a key of it.
  Touch selects(std::string_view member) const;
  // Whether a name, field or text of the expression is this word.
  bool mentions(std::string_view word) const;

 private:
  std::shared_ptr<const CompiledCel> compiled_;
};

// Errors are Fault::invalid with one message of several findings, each "line:column: text" and a
// line with a caret below the place.
Result<CelProgram> compile_cel(std::string_view text, const CelEnvironment& environment);

// The result as a row keeps it (collection.md 3.4). Containers of the object are not copied: the
// value is good as long as object and arena are. An error value becomes an Error of Fault::invalid
// with its message.
Result<json::Value> to_json(const CelValue& value, json::Arena& arena,
                            const CelBudget& budget = {});

}  // namespace kollect::extract
