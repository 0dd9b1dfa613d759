// From the checked tree to instructions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "extract/cel/ast.h"
#include "extract/cel/checker.h"
#include "extract/cel/compiled.h"

namespace kollect::extract {

class Codegen {
 public:
  // `ast` was built in the arena of `program`. Constant patterns that RE2 refuses are reported to
  // the builder when the program is checked.
  Codegen(AstBuilder& ast, const Checked& checked, bool is_checked, CompiledCel& program);
  void generate(NodeId root);

 private:
  // A chain of constant keys from a variable or local.
  struct Chain {
    bool is_local = false;
    uint32_t slot = 0;
    std::vector<std::string_view> keys;
  };

  void emit_node(NodeId id);
  void emit_folded(NodeId id);
  void emit_any(NodeId id);
  void emit_name(NodeId id, const AstNode& node);
  void emit_select(NodeId id, const AstNode& node);
  void emit_has(NodeId id, const AstNode& node);
  void emit_index(NodeId id, const AstNode& node);
  void emit_call(NodeId id, const AstNode& node);
  void emit_or_value(const AstNode& node);
  void emit_logical(const AstNode& node);
  void emit_conditional(const AstNode& node);
  void emit_list(const AstNode& node);
  void emit_map(const AstNode& node);
  void emit_loop(NodeId id, const AstNode& node);
  void emit_loop_body(const AstNode& node, const LoopSite& site);
  void emit_bind(const AstNode& node);

  std::optional<Chain> chain_of(NodeId id) const;
  std::optional<std::string_view> constant_key(const AstNode& index) const;
  void load_chain(const Chain& chain, Op op);
  CallSite call_site(const AstNode& node, const Resolution& resolution, size_t arguments);
  void prepare_constants(const CallSite& site, const AstNode& node, size_t first_argument);
  void prepare_pattern(const AstNode& argument);
  void prepare_zone(const AstNode& argument);

  bool is_constant(NodeId id) const { return constant_[id]; }
  void find_constants();

  uint32_t emit(Op op, uint32_t a = 0, uint32_t n = 0);
  void patch(uint32_t instruction) { program_.code[instruction].a = here(); }
  uint32_t here() const { return static_cast<uint32_t>(program_.code.size()); }
  void push_constant(const CelValue& value);
  void push_error(CelFault fault, std::string_view message);
  void grow(int by);
  uint32_t key_constant(std::string_view text);

  AstBuilder& ast_;
  const Checked& checked_;
  const bool is_checked_;
  CompiledCel& program_;
  std::vector<bool> constant_;
  uint32_t height_ = 0;
  uint32_t locals_ = 0;
  uint32_t loops_ = 0;
};

}  // namespace kollect::extract
