// Finds out what the names of an expression mean and whether its types agree.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "extract/cel/ast.h"
#include "extract/cel/environment.h"
#include "extract/cel/functions.h"
#include "extract/cel/type.h"

namespace kollect::extract {

// What a node refers to.
struct Resolution {
  enum class Meaning : uint8_t {
    nothing,   // a node that needs no name, or a selection from its operand
    unknown,   // a name that nothing has
    local,     // slot of a comprehension variable or cel.bind
    variable,  // index of a declared variable; on a select node the whole chain is its name
    value,     // a constant: the denotation of a type
    function,  // overloads; a receiver call may turn out to be a global one
  };
  Meaning meaning = Meaning::nothing;
  bool is_global_call = false;  // of a receiver call: the receiver is only part of the name
  uint32_t slot = 0;
  CelValue value = {};
  const std::vector<Overload>* overloads = nullptr;
};

struct Checked {
  std::vector<Resolution> resolutions;  // by node
  uint32_t locals = 0;                  // slots in use at the same time
  std::string type;                     // of the whole expression
};

class Checker {
 public:
  // Findings are added to the builder's errors when the environment is checked.
  Checker(AstBuilder& ast, const CelEnvironment& environment);
  Checked check(NodeId root);

  size_t variables() const { return variables_.size(); }

 private:
  struct Variable {
    std::string_view name;
    const Type* type = nullptr;
  };

  void declare(std::string_view declaration);
  void declare_function(std::string_view name, std::string_view signature);

  const Type* type_of(NodeId id);
  const Type* constant(const AstNode& node);
  const Type* identifier(NodeId id, const AstNode& node);
  const Type* select(NodeId id, const AstNode& node);
  const Type* has(const AstNode& node);
  const Type* selected(const AstNode& node, const Type* operand);
  const Type* call(NodeId id, const AstNode& node);
  const Type* named_call(NodeId id, const AstNode& node, std::string_view name, CallForm form);
  const Type* builtin(const AstNode& node, std::string_view name,
                      const std::vector<const Type*>& arguments);
  const Type* resolve_overload(const AstNode& node, std::string_view name,
                               const std::vector<Overload>& overloads, CallForm form,
                               const std::vector<const Type*>& arguments);
  const Type* logical(const AstNode& node);
  const Type* conditional(const AstNode& node);
  const Type* list(const AstNode& node);
  const Type* map(const AstNode& node);
  const Type* loop(const AstNode& node);
  const Type* loop_result(const AstNode& node, const Type* range, const Type* element);
  const Type* bind(const AstNode& node);
  const Type* optional_content(NodeId id, const Type* type);

  const Type* name_meaning(NodeId id, std::string_view name);
  const std::vector<Overload>* function_named(std::string_view name) const;
  std::vector<std::string> candidates(std::string_view name) const;
  std::string qualified_name(NodeId id) const;
  void expect(NodeId id, const Type* found, TypeKind wanted);
  void report(uint32_t offset, std::string message);
  const Type* dyn() { return pool_.simple(TypeKind::dyn); }
  const Type* simple(TypeKind kind) { return pool_.simple(kind); }
  void enter(std::string_view name, const Type* type);
  void leave(size_t count) { locals_.resize(locals_.size() - count); }
  const Variable* local(std::string_view name) const;

  AstBuilder& ast_;
  const CelEnvironment& environment_;
  const FunctionTable& functions_;
  TypePool pool_;
  Unifier unifier_;
  std::vector<Variable> variables_;
  std::map<std::string_view, std::vector<Overload>, std::less<>> declared_functions_;
  std::vector<Variable> locals_;
  Checked checked_;
};

}  // namespace kollect::extract
