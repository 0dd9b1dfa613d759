// The compact form of a program: instructions for a stack machine, and the tables they index.
//
// One instruction is 8 bytes; operands and results live on a stack whose greatest height is known
// beforehand, so that an evaluation neither recurses nor allocates from the heap.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_scan.h"
#include "extract/cel/ast.h"
#include "extract/cel/eval_context.h"
#include "extract/cel/functions.h"
#include "extract/cel/lib_zone.h"
#include "extract/cel/operators.h"

namespace kollect::extract {

enum class Op : uint8_t {
  push_constant,    // a: constant
  load_path,        // a: path; loads a variable or local and walks down its keys
  load_has,         // a: path; the last key is tested
  store_local,      // a: slot; pops
  select,           // a: key
  select_optional,  // a: key
  has,              // a: key
  index,
  index_optional,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  negate,
  logical_not,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  in,
  jump,           // a: target
  jump_if_false,  // a: target; keeps the operand either way
  jump_if_true,   // a: target; keeps the operand either way
  logical_and,    // pops two, none of which the jump before took
  logical_or,
  branch,  // pops a condition: true skips the next instruction, false goes to a, else an error is
           // pushed and the next instruction, a jump, is taken
  call,    // a: call site, n: arguments
  make_list,         // n: items
  make_map,          // n: keys and values
  make_list_sparse,  // n, a: optional flags
  make_map_sparse,   // n, a: optional flags
  optional_or,       // a: target; an optional with a value, or no optional at all, is the result
  optional_or_value,
  require_optional,
  loop_begin,   // a: loop site; pops the range: skips the next instruction, or pushes an error and
                // takes it
  loop_next,    // a: loop site; sets the variables, or pushes the result and goes to the end
  loop_filter,  // pops a condition
  loop_add,     // pops an element
  loop_put,     // pops a value for the key at hand
  loop_merge,   // pops a map
  loop_test,    // pops a condition of all, exists, exists_one
  finish,
};

struct Instruction {
  Op op = Op::finish;
  uint16_t n = 0;
  uint32_t a = 0;
};

struct Path {
  bool is_local = false;
  uint32_t slot = 0;
  uint32_t first_key = 0;
  uint32_t keys = 0;
};

struct CallSite {
  std::vector<const Overload*> candidates;
  std::string_view no_match;  // message
};

struct LoopSite {
  LoopKind kind = LoopKind::all;
  bool has_two_variables = false;
  bool keeps_all = false;  // one element per step
  uint32_t slot = 0;       // of the first variable; the second one has the next
  uint32_t next = 0;       // the loop_next instruction
  uint32_t end = 0;
};

// What the expression can touch of `object`; see path_analysis.h.
struct Touched {
  json::PathTrie paths;
  std::vector<std::string_view> chain;  // keys of a plain selection chain
  bool is_chain = false;
};

struct CompiledCel {
  json::Arena arena{size_t{2} << 10};  // texts and constants
  std::vector<Instruction> code;
  std::vector<CelValue> constants;
  std::vector<KeyConstant> keys;
  std::vector<Path> paths;
  std::vector<CallSite> calls;
  std::vector<LoopSite> loops;
  std::vector<std::vector<bool>> optional_flags;
  Prepared prepared;
  std::vector<std::unique_ptr<re2::RE2>> patterns;
  TimeZones zones;
  uint32_t stack = 0;  // greatest height
  uint32_t locals = 0;
  uint32_t loop_depth = 0;  // loops that run inside one another
  size_t variables = 0;
  std::string type;
  Touched touched;
  std::vector<std::string> words;  // sorted: names, fields and texts of the expression

  CompiledCel();
  ~CompiledCel();
};

// Runs the instructions from `start` on. `variables` has one value for each declared variable.
CelValue run(const CompiledCel& program, std::span<const CelValue> variables, uint32_t start,
             EvalContext& context);

}  // namespace kollect::extract
