#include "extract/cel/ast.h"

#include <algorithm>
#include <utility>

namespace kollect::extract {

NodeId AstBuilder::add(AstNode node) {
  node.offset = offset_;
  for (const NodeId child : node.children) {
    node.depth = std::max(node.depth, nodes_[child].depth + 1);
  }
  nodes_.push_back(std::move(node));
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId AstBuilder::constant(const CelValue& value) {
  return add({.kind = NodeKind::constant, .value = value});
}

NodeId AstBuilder::identifier(std::string_view name) {
  return add({.kind = NodeKind::identifier, .name = keep(name)});
}

NodeId AstBuilder::select(NodeId operand, std::string_view field) {
  return add({.kind = NodeKind::select, .name = keep(field), .children = {operand}});
}

NodeId AstBuilder::call(std::string_view function, std::vector<NodeId> arguments) {
  return add({.kind = NodeKind::call, .name = keep(function), .children = std::move(arguments)});
}

NodeId AstBuilder::receiver_call(NodeId receiver, std::string_view function,
                                 std::vector<NodeId> arguments) {
  arguments.insert(arguments.begin(), receiver);
  return add(
      {.kind = NodeKind::receiver_call, .name = keep(function), .children = std::move(arguments)});
}

NodeId AstBuilder::conditional(NodeId condition, NodeId then, NodeId otherwise) {
  return add({.kind = NodeKind::conditional, .children = {condition, then, otherwise}});
}

NodeId AstBuilder::list(std::vector<NodeId> items) {
  std::vector<bool> optional_children(items.size(), false);
  return add({.kind = NodeKind::list,
              .children = std::move(items),
              .optional_children = std::move(optional_children)});
}

NodeId AstBuilder::bind(std::string_view variable, NodeId value, NodeId body) {
  return add({.kind = NodeKind::bind, .variable = keep(variable), .children = {value, body}});
}

NodeId AstBuilder::list_loop(NodeId range, std::string_view variable, NodeId condition,
                             NodeId transform) {
  return add({.kind = NodeKind::loop,
              .loop = LoopKind::list,
              .variable = keep(variable),
              .children = {range, condition, transform}});
}

std::string_view AstBuilder::plain_name(NodeId id) const {
  const AstNode& named = nodes_[id];
  const bool is_plain = named.kind == NodeKind::identifier && !named.name.starts_with('.');
  return is_plain ? named.name : std::string_view();
}

void AstBuilder::error(uint32_t offset, std::string message) {
  constexpr size_t kMostErrors = 20;
  if (errors_.size() < kMostErrors) errors_.push_back({offset, std::move(message)});
}

}  // namespace kollect::extract
