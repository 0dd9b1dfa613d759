// From tokens to the syntax tree, macros expanded on the way.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "extract/cel/ast.h"
#include "extract/cel/function_row.h"
#include "extract/cel/lexer.h"

namespace kollect::extract {

inline constexpr size_t kMaxExpressionBytes = 8192;
// How deep brackets, calls and conditionals may nest in the text.
inline constexpr int kMaxNesting = 250;
// How deep the tree may get: chains of operators and selections count too.
inline constexpr uint32_t kMaxTreeDepth = 1000;

// Reads one expression. Findings go to AstBuilder::errors(); the first fault of syntax ends the
// parse, misused macros do not. `macros` may be empty.
class Parser {
 public:
  Parser(std::string_view source, AstBuilder& ast, std::span<const MacroRow* const> macros);
  // The root; kAbsentNode after a fault of syntax.
  NodeId parse();

 private:
  struct Nesting;

  NodeId expression();
  NodeId binary(int level);
  NodeId logical(NodeId first, std::string_view symbol, int level);
  NodeId unary();
  NodeId negation(std::string_view symbol);
  bool negate_literal();
  NodeId member();
  NodeId member_of(NodeId operand);
  NodeId index_of(NodeId operand);
  NodeId primary();
  NodeId name();
  NodeId list();
  NodeId map();
  NodeId call(NodeId receiver, const Token& function);
  NodeId expand(const MacroRow& macro, NodeId receiver, const Token& function,
                std::span<const NodeId> arguments);
  const MacroRow* macro_for(NodeId receiver, std::string_view name, size_t arguments) const;
  bool arguments_until(std::string_view closing, std::vector<NodeId>& out);

  bool at_symbol(std::string_view symbol) const;
  bool take(std::string_view symbol);
  bool expect(std::string_view symbol);
  void advance();
  NodeId fail(std::string_view message);
  NodeId at(uint32_t offset, AstNode node);

  std::string_view source_;
  AstBuilder& ast_;
  std::span<const MacroRow* const> macros_;
  Lexer lexer_;
  Token token_;
  int nesting_ = 0;
  bool failed_ = false;
};

// The macros of the language itself: has, all, exists, map, ..., cel.bind, optMap.
std::span<const MacroRow> standard_macros();

}  // namespace kollect::extract
