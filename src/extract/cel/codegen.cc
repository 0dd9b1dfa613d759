#include "extract/cel/codegen.h"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

namespace kollect::extract {

namespace {

using Meaning = Resolution::Meaning;

struct OperatorCode {
  std::string_view name;
  Op op;
};

constexpr OperatorCode kOperators[] = {
    {"_+_", Op::add},
    {"_-_", Op::subtract},
    {"_*_", Op::multiply},
    {"_/_", Op::divide},
    {"_%_", Op::modulo},
    {"-_", Op::negate},
    {"!_", Op::logical_not},
    {"_==_", Op::equal},
    {"_!=_", Op::not_equal},
    {"_<_", Op::less},
    {"_>_", Op::greater},
    {"_<=_", Op::less_or_equal},
    {"_>=_", Op::greater_or_equal},
    {"@in", Op::in},
};

const OperatorCode* operator_of(const AstNode& node) {
  const auto* found = std::ranges::find(kOperators, node.name, &OperatorCode::name);
  return node.kind == NodeKind::call && found != std::end(kOperators) ? found : nullptr;
}

bool is_or(const AstNode& node) {
  return node.kind == NodeKind::receiver_call && node.children.size() == 2 &&
         (node.name == "or" || node.name == "orValue");
}

}  // namespace

Codegen::Codegen(AstBuilder& ast, const Checked& checked, bool is_checked, CompiledCel& program)
    : ast_(ast), checked_(checked), is_checked_(is_checked), program_(program) {}

void Codegen::generate(NodeId root) {
  find_constants();
  program_.locals = checked_.locals;
  emit_node(root);
  emit(Op::finish);
}

// Children come before their parents in the tree, so one pass finds all nodes that no variable is
// in.
void Codegen::find_constants() {
  constant_.assign(ast_.size(), false);
  constant_[kAbsentNode] = true;
  for (NodeId id = 1; id < ast_.size(); ++id) {
    const AstNode& node = ast_.node(id);
    const Meaning meaning = checked_.resolutions[id].meaning;
    const bool is_named = meaning == Meaning::local || meaning == Meaning::variable;
    const bool is_scope = node.kind == NodeKind::loop || node.kind == NodeKind::bind;
    const bool is_name_only = node.kind == NodeKind::identifier && meaning != Meaning::value;
    const size_t first = checked_.resolutions[id].is_global_call ? 1 : 0;
    constant_[id] =
        !is_named && !is_scope && !is_name_only && meaning != Meaning::unknown &&
        std::all_of(node.children.begin() + static_cast<ptrdiff_t>(first), node.children.end(),
                    [this](NodeId child) { return is_constant(child); });
  }
}

uint32_t Codegen::emit(Op op, uint32_t a, uint32_t n) {
  program_.code.push_back({.op = op, .n = static_cast<uint16_t>(n), .a = a});
  return here() - 1;
}

void Codegen::grow(int by) {
  height_ = static_cast<uint32_t>(static_cast<int>(height_) + by);
  program_.stack = std::max(program_.stack, height_ + 1);
}

void Codegen::push_constant(const CelValue& value) {
  program_.constants.push_back(value);
  emit(Op::push_constant, static_cast<uint32_t>(program_.constants.size() - 1));
  grow(1);
}

void Codegen::push_error(CelFault fault, std::string_view message) {
  push_constant(CelValue::error(fault, ast_.keep(message)));
}

uint32_t Codegen::key_constant(std::string_view text) {
  program_.keys.push_back(
      {.text = text, .missing_message = ast_.keep(fmt::format("no such key: '{}'", text))});
  return static_cast<uint32_t>(program_.keys.size() - 1);
}

// Leaves exactly one value on the stack.
void Codegen::emit_node(NodeId id) {
  if (is_constant(id) && ast_.node(id).kind != NodeKind::constant) return emit_folded(id);
  emit_any(id);
}

// Computes what needs no variable now; what fails is left to fail when it is reached.
void Codegen::emit_folded(NodeId id) {
  constexpr CelBudget kBudget{
      .iterations = 0, .cost = 20'000, .memory_bytes = 64 << 10, .result_bytes = 0};
  const uint32_t start = here();
  const uint32_t height = height_;
  emit_any(id);
  emit(Op::finish);
  EvalContext context(program_.arena, kBudget, program_.prepared);
  const CelValue value = run(program_, {}, start, context);
  program_.code.pop_back();
  if (value.is_error()) return;
  program_.code.resize(start);
  height_ = height;
  push_constant(value);
}

void Codegen::emit_any(NodeId id) {
  const AstNode& node = ast_.node(id);
  switch (node.kind) {
    case NodeKind::absent:
      return push_constant(CelValue());
    case NodeKind::constant:
      return push_constant(node.value);
    case NodeKind::identifier:
      return emit_name(id, node);
    case NodeKind::select:
      return emit_select(id, node);
    case NodeKind::has:
      return emit_has(id, node);
    case NodeKind::index:
      return emit_index(id, node);
    case NodeKind::call:
    case NodeKind::receiver_call:
      return emit_call(id, node);
    case NodeKind::logical_and:
    case NodeKind::logical_or:
      return emit_logical(node);
    case NodeKind::conditional:
      return emit_conditional(node);
    case NodeKind::list:
      return emit_list(node);
    case NodeKind::map:
      return emit_map(node);
    case NodeKind::loop:
      return emit_loop(id, node);
    case NodeKind::bind:
      return emit_bind(node);
  }
}

std::optional<std::string_view> Codegen::constant_key(const AstNode& index) const {
  const AstNode& key = ast_.node(index.children[1]);
  const bool is_text = key.kind == NodeKind::constant && key.value.kind() == CelKind::string;
  return is_text ? std::optional(key.value.as_text()) : std::nullopt;
}

std::optional<Codegen::Chain> Codegen::chain_of(NodeId id) const {
  Chain chain;
  while (true) {
    const AstNode& node = ast_.node(id);
    const Resolution& resolution = checked_.resolutions[id];
    if (resolution.meaning == Meaning::local || resolution.meaning == Meaning::variable) {
      chain.is_local = resolution.meaning == Meaning::local;
      chain.slot = resolution.slot;
      std::ranges::reverse(chain.keys);
      return chain;
    }
    if (node.optional || resolution.meaning != Meaning::nothing) return std::nullopt;
    if (node.kind == NodeKind::select) {
      chain.keys.push_back(node.name);
    } else if (node.kind == NodeKind::index && constant_key(node)) {
      chain.keys.push_back(*constant_key(node));
    } else {
      return std::nullopt;
    }
    id = node.children[0];
  }
}

void Codegen::load_chain(const Chain& chain, Op op) {
  Path path{.is_local = chain.is_local,
            .slot = chain.slot,
            .first_key = static_cast<uint32_t>(program_.keys.size()),
            .keys = static_cast<uint32_t>(chain.keys.size())};
  for (const std::string_view key : chain.keys) key_constant(key);
  program_.paths.push_back(path);
  emit(op, static_cast<uint32_t>(program_.paths.size() - 1));
  grow(1);
}

void Codegen::emit_name(NodeId id, const AstNode& node) {
  const Resolution& resolution = checked_.resolutions[id];
  if (resolution.meaning == Meaning::value) return push_constant(resolution.value);
  if (const auto chain = chain_of(id)) return load_chain(*chain, Op::load_path);
  push_error(CelFault::no_such_name, fmt::format("undeclared reference to '{}'", node.name));
}

void Codegen::emit_select(NodeId id, const AstNode& node) {
  const Resolution& resolution = checked_.resolutions[id];
  if (resolution.meaning == Meaning::value) return push_constant(resolution.value);
  if (const auto chain = chain_of(id)) return load_chain(*chain, Op::load_path);
  emit_node(node.children[0]);
  emit(node.optional ? Op::select_optional : Op::select, key_constant(node.name));
}

void Codegen::emit_has(NodeId, const AstNode& node) {
  auto chain = chain_of(node.children[0]);
  if (chain) {
    chain->keys.push_back(node.name);
    return load_chain(*chain, Op::load_has);
  }
  emit_node(node.children[0]);
  emit(Op::has, key_constant(node.name));
}

void Codegen::emit_index(NodeId id, const AstNode& node) {
  if (const auto chain = chain_of(id)) return load_chain(*chain, Op::load_path);
  emit_node(node.children[0]);
  if (const auto key = constant_key(node)) {
    emit(node.optional ? Op::select_optional : Op::select, key_constant(*key));
    return;
  }
  emit_node(node.children[1]);
  emit(node.optional ? Op::index_optional : Op::index);
  grow(-1);
}

void Codegen::emit_call(NodeId id, const AstNode& node) {
  if (const OperatorCode* found = operator_of(node)) {
    for (const NodeId child : node.children) emit_node(child);
    emit(found->op);
    return grow(1 - static_cast<int>(node.children.size()));
  }
  const Resolution& resolution = checked_.resolutions[id];
  if (resolution.meaning != Meaning::function) {
    return push_error(CelFault::no_such_name, fmt::format("unknown function '{}'", node.name));
  }
  if (is_or(node) && !resolution.is_global_call) return emit_or_value(node);
  const size_t first = resolution.is_global_call ? 1 : 0;
  const size_t count = node.children.size() - first;
  CallSite site = call_site(node, resolution, count);
  prepare_constants(site, node, first);
  for (size_t i = first; i < node.children.size(); ++i) emit_node(node.children[i]);
  program_.calls.push_back(std::move(site));
  emit(Op::call, static_cast<uint32_t>(program_.calls.size() - 1), static_cast<uint32_t>(count));
  grow(1 - static_cast<int>(count));
}

CallSite Codegen::call_site(const AstNode& node, const Resolution& resolution, size_t arguments) {
  const auto form = node.kind == NodeKind::call || resolution.is_global_call ? CallForm::global
                                                                             : CallForm::receiver;
  CallSite site;
  site.no_match = ast_.keep(fmt::format("no such overload of '{}'", node.name));
  for (const Overload& overload : *resolution.overloads) {
    const bool is_callable = overload.row != nullptr && overload.row->function != nullptr;
    if (is_callable && overload.form == form && overload.arguments.size() == arguments) {
      site.candidates.push_back(&overload);
    }
  }
  return site;
}

void Codegen::prepare_constants(const CallSite& site, const AstNode& node, size_t first_argument) {
  for (const Overload* candidate : site.candidates) {
    const auto argument = [&](int index) -> const AstNode& {
      return ast_.node(node.children[first_argument + static_cast<size_t>(index)]);
    };
    if (candidate->row->pattern_argument >= 0) {
      prepare_pattern(argument(candidate->row->pattern_argument));
    }
    if (candidate->row->zone_argument >= 0) {
      prepare_zone(argument(candidate->row->zone_argument));
    }
  }
}

void Codegen::prepare_pattern(const AstNode& argument) {
  if (argument.kind != NodeKind::constant || argument.value.kind() != CelKind::string) return;
  const std::string_view text = argument.value.as_text();
  auto regex = compile_pattern(text);
  if (regex == nullptr && is_checked_) ast_.error(argument.offset, "invalid regular expression");
  if (regex == nullptr) return;
  program_.prepared.patterns.push_back({.text = text, .regex = regex.get()});
  program_.patterns.push_back(std::move(regex));
}

void Codegen::prepare_zone(const AstNode& argument) {
  if (argument.kind != NodeKind::constant || argument.value.kind() != CelKind::string) return;
  const std::string_view name = argument.value.as_text();
  const TimeZone* zone = program_.zones.find(name);
  if (zone != nullptr) program_.prepared.zones.push_back({.name = name, .zone = zone});
}

void Codegen::emit_or_value(const AstNode& node) {
  const bool is_value = node.name == "orValue";
  emit_node(node.children[0]);
  const uint32_t present = emit(is_value ? Op::optional_or_value : Op::optional_or);
  grow(-1);
  emit_node(node.children[1]);
  if (!is_value) emit(Op::require_optional);
  patch(present);
}

void Codegen::emit_logical(const AstNode& node) {
  const bool is_and = node.kind == NodeKind::logical_and;
  std::vector<uint32_t> jumps;
  emit_node(node.children[0]);
  for (size_t i = 1; i < node.children.size(); ++i) {
    jumps.push_back(emit(is_and ? Op::jump_if_false : Op::jump_if_true));
    emit_node(node.children[i]);
    emit(is_and ? Op::logical_and : Op::logical_or);
    grow(-1);
  }
  for (const uint32_t jump : jumps) patch(jump);
}

void Codegen::emit_conditional(const AstNode& node) {
  emit_node(node.children[0]);
  const uint32_t branch = emit(Op::branch);
  const uint32_t failed = emit(Op::jump);
  grow(-1);
  emit_node(node.children[1]);
  const uint32_t done = emit(Op::jump);
  grow(-1);
  patch(branch);
  emit_node(node.children[2]);
  patch(failed);
  patch(done);
}

void Codegen::emit_list(const AstNode& node) {
  for (const NodeId child : node.children) emit_node(child);
  const auto count = static_cast<uint32_t>(node.children.size());
  if (std::ranges::count(node.optional_children, true) == 0) {
    emit(Op::make_list, 0, count);
  } else {
    program_.optional_flags.push_back(node.optional_children);
    emit(Op::make_list_sparse, static_cast<uint32_t>(program_.optional_flags.size() - 1), count);
  }
  grow(1 - static_cast<int>(count));
}

void Codegen::emit_map(const AstNode& node) {
  for (const NodeId child : node.children) emit_node(child);
  const auto count = static_cast<uint32_t>(node.children.size());
  if (std::ranges::count(node.optional_children, true) == 0) {
    emit(Op::make_map, 0, count);
  } else {
    program_.optional_flags.push_back(node.optional_children);
    emit(Op::make_map_sparse, static_cast<uint32_t>(program_.optional_flags.size() - 1), count);
  }
  grow(1 - static_cast<int>(count));
}

void Codegen::emit_loop(NodeId, const AstNode& node) {
  emit_node(node.children[0]);
  const auto number = static_cast<uint32_t>(program_.loops.size());
  LoopSite site{.kind = node.loop,
                .has_two_variables = !node.second_variable.empty(),
                .keeps_all = node.children[1] == kAbsentNode,
                .slot = locals_};
  program_.loops.push_back(site);
  program_.loop_depth = std::max(program_.loop_depth, ++loops_);
  const uint32_t variables = site.has_two_variables ? 2 : 1;
  locals_ += variables;
  emit(Op::loop_begin, number);
  const uint32_t failed = emit(Op::jump);
  grow(-1);
  site.next = emit(Op::loop_next, number);
  emit_loop_body(node, site);
  patch(failed);
  site.end = here();
  program_.loops[number] = site;
  locals_ -= variables;
  --loops_;
  grow(1);
}

void Codegen::emit_loop_body(const AstNode& node, const LoopSite& site) {
  const bool is_test = site.kind == LoopKind::all || site.kind == LoopKind::exists ||
                       site.kind == LoopKind::exists_one;
  if (node.children[1] != kAbsentNode) {
    emit_node(node.children[1]);
    emit(is_test ? Op::loop_test : Op::loop_filter);
    grow(-1);
  }
  if (is_test) return;
  if (node.children[2] != kAbsentNode) {
    emit_node(node.children[2]);
  } else {
    load_chain({.is_local = true, .slot = site.slot, .keys = {}}, Op::load_path);
  }
  emit(site.kind == LoopKind::list  ? Op::loop_add
       : site.kind == LoopKind::map ? Op::loop_put
                                    : Op::loop_merge);
  grow(-1);
}

void Codegen::emit_bind(const AstNode& node) {
  emit_node(node.children[0]);
  emit(Op::store_local, locals_);
  grow(-1);
  ++locals_;
  emit_node(node.children[1]);
  --locals_;
}

}  // namespace kollect::extract
