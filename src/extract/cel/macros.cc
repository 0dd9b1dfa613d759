#include <fmt/format.h>

#include "extract/cel/parser.h"

namespace kollect::extract {

namespace {

using Arguments = std::span<const NodeId>;

// A name that a comprehension may give to what it iterates over; reports anything else.
std::string_view loop_variable(AstBuilder& ast, NodeId node) {
  const std::string_view name = ast.plain_name(node);
  if (name.empty()) ast.error(ast.node(node).offset, "argument must be a simple name");
  if (name == "__result__") {
    ast.error(ast.node(node).offset, "iteration variable overwrites accumulator variable");
  }
  return name;
}

struct LoopParts {
  NodeId condition = kAbsentNode;
  NodeId transform = kAbsentNode;
};

NodeId loop(AstBuilder& ast, LoopKind kind, NodeId range, Arguments variables,
            const LoopParts& parts) {
  AstNode node{.kind = NodeKind::loop, .loop = kind};
  node.variable = loop_variable(ast, variables[0]);
  if (variables.size() > 1) {
    node.second_variable = loop_variable(ast, variables[1]);
    if (node.second_variable == node.variable) {
      ast.error(ast.node(variables[1]).offset, "the two variables must have different names");
    }
  }
  node.children = {range, parts.condition, parts.transform};
  return ast.add(std::move(node));
}

NodeId expand_has(AstBuilder& ast, NodeId, Arguments arguments) {
  const AstNode argument = ast.node(arguments[0]);
  if (argument.kind != NodeKind::select || argument.optional) {
    ast.error(argument.offset, "invalid argument to has() macro");
    return arguments[0];
  }
  return ast.add({.kind = NodeKind::has, .name = argument.name, .children = argument.children});
}

// all, exists, exists_one: the condition is the last argument, one or two variables stand before
// it.
template <LoopKind kind>
NodeId expand_test(AstBuilder& ast, NodeId range, Arguments arguments) {
  return loop(ast, kind, range, arguments.first(arguments.size() - 1),
              {.condition = arguments.back()});
}

NodeId expand_filter(AstBuilder& ast, NodeId range, Arguments arguments) {
  return loop(ast, LoopKind::list, range, arguments.first(1), {.condition = arguments[1]});
}

// map, transformList, transformMap: variables, an optional condition, the transform.
template <LoopKind kind, size_t variables>
NodeId expand_transform(AstBuilder& ast, NodeId range, Arguments arguments) {
  LoopParts parts{.transform = arguments.back()};
  if (arguments.size() == variables + 2) parts.condition = arguments[variables];
  return loop(ast, kind, range, arguments.first(variables), parts);
}

NodeId expand_bind(AstBuilder& ast, NodeId, Arguments arguments) {
  const std::string_view name = ast.plain_name(arguments[0]);
  if (name.empty()) {
    ast.error(ast.node(arguments[0]).offset,
              "cel.bind() variable names must be simple identifiers");
  }
  return ast.bind(name, arguments[1], arguments[2]);
}

// target.hasValue() ? present(target.value()) : optional.none(), with the target computed once.
NodeId when_present(AstBuilder& ast, NodeId target, NodeId body) {
  const auto hidden = [&ast] { return ast.identifier("@target"); };
  const NodeId none = ast.receiver_call(ast.identifier("optional"), "none", {});
  const NodeId chosen = ast.conditional(ast.receiver_call(hidden(), "hasValue", {}), body, none);
  return ast.bind("@target", target, chosen);
}

NodeId expand_opt_map(AstBuilder& ast, NodeId target, Arguments arguments) {
  const std::string_view name = loop_variable(ast, arguments[0]);
  const NodeId value = ast.receiver_call(ast.identifier("@target"), "value", {});
  const NodeId mapped = ast.bind(name, value, arguments[1]);
  return when_present(ast, target, ast.receiver_call(ast.identifier("optional"), "of", {mapped}));
}

NodeId expand_opt_flat_map(AstBuilder& ast, NodeId target, Arguments arguments) {
  const std::string_view name = loop_variable(ast, arguments[0]);
  const NodeId value = ast.receiver_call(ast.identifier("@target"), "value", {});
  return when_present(ast, target, ast.bind(name, value, arguments[1]));
}

constexpr MacroRow kMacros[] = {
    {"has", CallForm::global, "", 1, &expand_has},
    {"all", CallForm::receiver, "", 2, &expand_test<LoopKind::all>},
    {"all", CallForm::receiver, "", 3, &expand_test<LoopKind::all>},
    {"exists", CallForm::receiver, "", 2, &expand_test<LoopKind::exists>},
    {"exists", CallForm::receiver, "", 3, &expand_test<LoopKind::exists>},
    {"exists_one", CallForm::receiver, "", 2, &expand_test<LoopKind::exists_one>},
    {"exists_one", CallForm::receiver, "", 3, &expand_test<LoopKind::exists_one>},
    {"existsOne", CallForm::receiver, "", 2, &expand_test<LoopKind::exists_one>},
    {"existsOne", CallForm::receiver, "", 3, &expand_test<LoopKind::exists_one>},
    {"map", CallForm::receiver, "", 2, &expand_transform<LoopKind::list, 1>},
    {"map", CallForm::receiver, "", 3, &expand_transform<LoopKind::list, 1>},
    {"filter", CallForm::receiver, "", 2, &expand_filter},
    {"transformList", CallForm::receiver, "", 3, &expand_transform<LoopKind::list, 2>},
    {"transformList", CallForm::receiver, "", 4, &expand_transform<LoopKind::list, 2>},
    {"transformMap", CallForm::receiver, "", 3, &expand_transform<LoopKind::map, 2>},
    {"transformMap", CallForm::receiver, "", 4, &expand_transform<LoopKind::map, 2>},
    {"transformMapEntry", CallForm::receiver, "", 3, &expand_transform<LoopKind::map_entries, 2>},
    {"transformMapEntry", CallForm::receiver, "", 4, &expand_transform<LoopKind::map_entries, 2>},
    {"bind", CallForm::receiver, "cel", 3, &expand_bind},
    {"optMap", CallForm::receiver, "", 2, &expand_opt_map},
    {"optFlatMap", CallForm::receiver, "", 2, &expand_opt_flat_map},
};

}  // namespace

std::span<const MacroRow> standard_macros() { return kMacros; }

}  // namespace kollect::extract
