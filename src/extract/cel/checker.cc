#include "extract/cel/checker.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace kollect::extract {

namespace {

using Meaning = Resolution::Meaning;

std::string_view logical_name(NodeKind kind) {
  return kind == NodeKind::logical_and ? "_&&_" : "_||_";
}

// The four orderings share the rows of the first.
std::string_view row_name(std::string_view name) {
  return name == "_<=_" || name == "_>_" || name == "_>=_" ? "_<_" : name;
}

}  // namespace

Checker::Checker(AstBuilder& ast, const CelEnvironment& environment)
    : ast_(ast), environment_(environment), functions_(function_table()), unifier_(pool_) {
  for (const std::string& declaration : environment.declarations) declare(declaration);
}

void Checker::declare(std::string_view declaration) {
  const size_t colon = declaration.find(':');
  const std::string_view name = trimmed(declaration.substr(0, colon));
  const std::string_view type =
      colon == std::string_view::npos ? "dyn" : trimmed(declaration.substr(colon + 1));
  constexpr std::string_view kFunction = "function";
  if (type.starts_with(kFunction)) {
    return declare_function(name, trimmed(type.substr(kFunction.size())));
  }
  const auto parsed = pool_.parse(type);
  if (!parsed) ast_.error(0, fmt::format("malformed declaration of '{}'", name));
  variables_.push_back({name, parsed.value_or(dyn())});
}

void Checker::declare_function(std::string_view name, std::string_view signature) {
  const size_t arrow = signature.find("->");
  std::string_view arguments = trimmed(signature.substr(0, arrow));
  const bool is_shaped = arrow != std::string_view::npos && arguments.starts_with('(') &&
                         arguments.ends_with(')') && arguments.size() >= 2;
  auto types = pool_.parse_list(is_shaped ? arguments.substr(1, arguments.size() - 2) : "?");
  const auto result = is_shaped ? pool_.parse(trimmed(signature.substr(arrow + 2))) : std::nullopt;
  if (!types || !result) return ast_.error(0, fmt::format("malformed declaration of '{}'", name));
  types->push_back(*result);
  declared_functions_[name].push_back(Overload{.types = std::move(*types)});
}

Checked Checker::check(NodeId root) {
  checked_.resolutions.resize(ast_.size());
  const Type* type = type_of(root);
  checked_.type = type_text(*unifier_.final_type(type));
  return std::move(checked_);
}

void Checker::report(uint32_t offset, std::string message) {
  if (environment_.is_checked) ast_.error(offset, std::move(message));
}

const Type* Checker::type_of(NodeId id) {
  const AstNode& node = ast_.node(id);
  switch (node.kind) {
    case NodeKind::absent:
      return dyn();
    case NodeKind::constant:
      return constant(node);
    case NodeKind::identifier:
      return identifier(id, node);
    case NodeKind::select:
      return select(id, node);
    case NodeKind::has:
      return has(node);
    case NodeKind::index:
      return builtin(node, node.optional ? "_[?_]" : "_[_]",
                     {type_of(node.children[0]), type_of(node.children[1])});
    case NodeKind::call:
    case NodeKind::receiver_call:
      return call(id, node);
    case NodeKind::logical_and:
    case NodeKind::logical_or:
      return logical(node);
    case NodeKind::conditional:
      return conditional(node);
    case NodeKind::list:
      return list(node);
    case NodeKind::map:
      return map(node);
    case NodeKind::loop:
      return loop(node);
    case NodeKind::bind:
      return bind(node);
  }
  return dyn();
}

const Type* Checker::constant(const AstNode& node) {
  switch (node.value.kind()) {
    case CelKind::null:
      return simple(TypeKind::null);
    case CelKind::boolean:
      return simple(TypeKind::boolean);
    case CelKind::integer:
      return simple(TypeKind::integer);
    case CelKind::unsigned_integer:
      return simple(TypeKind::unsigned_integer);
    case CelKind::number:
      return simple(TypeKind::number);
    case CelKind::string:
      return simple(TypeKind::string);
    case CelKind::bytes:
      return simple(TypeKind::bytes);
    default:
      return dyn();
  }
}

void Checker::enter(std::string_view name, const Type* type) {
  locals_.push_back({name, type});
  checked_.locals = std::max(checked_.locals, static_cast<uint32_t>(locals_.size()));
}

const Checker::Variable* Checker::local(std::string_view name) const {
  const auto found = std::find_if(locals_.rbegin(), locals_.rend(),
                                  [name](const Variable& known) { return known.name == name; });
  return found == locals_.rend() ? nullptr : &*found;
}

std::vector<std::string> Checker::candidates(std::string_view name) const {
  std::vector<std::string> names;
  if (name.starts_with('.')) {
    names.emplace_back(name.substr(1));
    return names;
  }
  std::string_view container = environment_.container;
  while (!container.empty()) {
    names.push_back(fmt::format("{}.{}", container, name));
    const size_t dot = container.rfind('.');
    container = container.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  names.emplace_back(name);
  return names;
}

// The type of what a name means, with its meaning recorded; null pointer when nothing has the name.
const Type* Checker::name_meaning(NodeId id, std::string_view name) {
  Resolution& resolution = checked_.resolutions[id];
  for (const std::string& candidate : candidates(name)) {
    const auto variable = std::ranges::find(variables_, candidate, &Variable::name);
    if (variable != variables_.end()) {
      resolution.meaning = Meaning::variable;
      resolution.slot = static_cast<uint32_t>(variable - variables_.begin());
      return variable->type;
    }
    const std::string_view type = functions_.type_value(candidate);
    if (!type.empty()) {
      resolution.meaning = Meaning::value;
      resolution.value = CelValue::type(type);
      return pool_.type_of(pool_.parse(type).value_or(dyn()));
    }
  }
  return nullptr;
}

const Type* Checker::identifier(NodeId id, const AstNode& node) {
  if (const Variable* found = local(node.name)) {
    checked_.resolutions[id].meaning = Meaning::local;
    checked_.resolutions[id].slot = static_cast<uint32_t>(found - locals_.data());
    return found->type;
  }
  if (const Type* type = name_meaning(id, node.name)) return type;
  checked_.resolutions[id].meaning = Meaning::unknown;
  report(node.offset, fmt::format("undeclared reference to '{}'", node.name));
  return dyn();
}

// "a.b.c" for a chain of plain selections from a name that no local variable has; else "".
std::string Checker::qualified_name(NodeId id) const {
  std::vector<std::string_view> parts;
  const AstNode* node = &ast_.node(id);
  while (node->kind == NodeKind::select && !node->optional) {
    parts.push_back(node->name);
    node = &ast_.node(node->children[0]);
  }
  if (node->kind != NodeKind::identifier || local(node->name) != nullptr) return "";
  std::string name(node->name);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    name += '.';
    name += *part;
  }
  return name;
}

const Type* Checker::select(NodeId id, const AstNode& node) {
  if (!node.optional) {
    const std::string name = qualified_name(id);
    const Type* whole = name.empty() ? nullptr : name_meaning(id, name);
    if (whole != nullptr) return whole;
  }
  const Type* type = selected(node, type_of(node.children[0]));
  if (!node.optional || is_optional(*type)) return type;
  return pool_.optional(type);
}

const Type* Checker::has(const AstNode& node) {
  selected(node, type_of(node.children[0]));
  return simple(TypeKind::boolean);
}

const Type* Checker::selected(const AstNode& node, const Type* operand) {
  operand = unifier_.substitute(operand);
  if (is_optional(*operand)) {
    const Type* inner = selected(node, operand->parameters[0]);
    return is_optional(*inner) ? inner : pool_.optional(inner);
  }
  if (operand->kind == TypeKind::map) return operand->parameters[1];
  if (operand->kind == TypeKind::dyn || operand->kind == TypeKind::variable) return dyn();
  report(node.offset,
         fmt::format("type '{}' does not support field selection", type_text(*operand)));
  return dyn();
}

const std::vector<Overload>* Checker::function_named(std::string_view name) const {
  for (const std::string& candidate : candidates(name)) {
    const auto declared = declared_functions_.find(candidate);
    if (declared != declared_functions_.end()) return &declared->second;
    if (const auto* found = functions_.find(candidate)) return found;
  }
  return nullptr;
}

const Type* Checker::call(NodeId id, const AstNode& node) {
  if (node.kind == NodeKind::call) return named_call(id, node, node.name, CallForm::global);
  const std::string receiver = qualified_name(node.children[0]);
  if (!receiver.empty()) {
    const std::string whole = fmt::format("{}.{}", receiver, node.name);
    if (function_named(whole) != nullptr) {
      checked_.resolutions[id].is_global_call = true;
      return named_call(id, node, whole, CallForm::global);
    }
  }
  return named_call(id, node, node.name, CallForm::receiver);
}

const Type* Checker::named_call(NodeId id, const AstNode& node, std::string_view name,
                                CallForm form) {
  std::vector<const Type*> arguments;
  const size_t first = checked_.resolutions[id].is_global_call ? 1 : 0;
  for (size_t i = first; i < node.children.size(); ++i) {
    arguments.push_back(type_of(node.children[i]));
  }
  const auto* overloads =
      form == CallForm::receiver ? functions_.find(name) : function_named(row_name(name));
  Resolution& resolution = checked_.resolutions[id];
  if (overloads == nullptr) {
    resolution.meaning = Meaning::unknown;
    report(node.offset, fmt::format("undeclared reference to '{}'", name));
    return dyn();
  }
  resolution.meaning = Meaning::function;
  resolution.overloads = overloads;
  return resolve_overload(node, name, *overloads, form, arguments);
}

const Type* Checker::builtin(const AstNode& node, std::string_view name,
                             const std::vector<const Type*>& arguments) {
  return resolve_overload(node, name, *functions_.find(name), CallForm::global, arguments);
}

const Type* Checker::resolve_overload(const AstNode& node, std::string_view name,
                                      const std::vector<Overload>& overloads, CallForm form,
                                      const std::vector<const Type*>& arguments) {
  const Type* result = nullptr;
  for (const Overload& overload : overloads) {
    if (overload.form != form || overload.types.size() != arguments.size() + 1) continue;
    std::vector<const Type*> types = unifier_.instantiate(overload.types);
    const Type* own = types.back();
    types.pop_back();
    if (!unifier_.assign_all(arguments, types)) continue;
    own = unifier_.substitute(own);
    const bool agrees = result == nullptr || same_type(*result, *own);
    result = agrees ? own : dyn();
  }
  if (result != nullptr) return result;
  std::string applied;
  for (const Type* argument : arguments) {
    applied +=
        fmt::format("{}{}", applied.empty() ? "" : ", ", type_text(*unifier_.final_type(argument)));
  }
  report(node.offset,
         fmt::format("found no matching overload for '{}' applied to '({})'", name, applied));
  return dyn();
}

void Checker::expect(NodeId id, const Type* found, TypeKind wanted) {
  if (unifier_.assign(found, simple(wanted))) return;
  report(ast_.node(id).offset,
         fmt::format("expected type '{}' but found '{}'", type_text(*simple(wanted)),
                     type_text(*unifier_.final_type(found))));
}

const Type* Checker::logical(const AstNode& node) {
  std::vector<const Type*> types;
  for (const NodeId child : node.children) types.push_back(type_of(child));
  const Type* boolean = simple(TypeKind::boolean);
  for (size_t i = 0; i < types.size(); ++i) {
    if (unifier_.assign(types[i], boolean)) continue;
    report(ast_.node(node.children[i]).offset,
           fmt::format("found no matching overload for '{}' applied to '{}'",
                       logical_name(node.kind), type_text(*unifier_.final_type(types[i]))));
  }
  return boolean;
}

const Type* Checker::conditional(const AstNode& node) {
  expect(node.children[0], type_of(node.children[0]), TypeKind::boolean);
  const Type* then = type_of(node.children[1]);
  const Type* otherwise = type_of(node.children[2]);
  const Type* result = unifier_.fresh();
  if (unifier_.assign(then, result) && unifier_.assign(otherwise, result)) {
    return unifier_.substitute(result);
  }
  report(node.offset,
         fmt::format("found no matching overload for '_?_:_' applied to '(bool, {}, {})'",
                     type_text(*unifier_.final_type(then)),
                     type_text(*unifier_.final_type(otherwise))));
  return dyn();
}

const Type* Checker::optional_content(NodeId id, const Type* type) {
  type = unifier_.substitute(type);
  if (is_optional(*type)) return type->parameters[0];
  if (type->kind != TypeKind::dyn && type->kind != TypeKind::variable) {
    report(ast_.node(id).offset, fmt::format("expected type 'optional_type' but found '{}'",
                                             type_text(*unifier_.final_type(type))));
  }
  return dyn();
}

const Type* Checker::list(const AstNode& node) {
  const Type* element = nullptr;
  for (size_t i = 0; i < node.children.size(); ++i) {
    const Type* item = type_of(node.children[i]);
    if (node.optional_children[i]) item = optional_content(node.children[i], item);
    element = element == nullptr ? item : unifier_.join(element, item);
  }
  return pool_.list(element == nullptr ? unifier_.fresh() : element);
}

const Type* Checker::map(const AstNode& node) {
  const Type* key = nullptr;
  const Type* value = nullptr;
  for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const Type* own_key = type_of(node.children[i]);
    const Type* own_value = type_of(node.children[i + 1]);
    if (node.optional_children[i]) own_value = optional_content(node.children[i + 1], own_value);
    key = key == nullptr ? own_key : unifier_.join(key, own_key);
    value = value == nullptr ? own_value : unifier_.join(value, own_value);
  }
  if (key == nullptr) return pool_.map(unifier_.fresh(), unifier_.fresh());
  return pool_.map(key, value);
}

const Type* Checker::loop(const AstNode& node) {
  const Type* range = unifier_.substitute(type_of(node.children[0]));
  const bool has_two = !node.second_variable.empty();
  const Type* first = dyn();
  const Type* second = dyn();
  if (range->kind == TypeKind::list) {
    first = has_two ? simple(TypeKind::integer) : range->parameters[0];
    second = range->parameters[0];
  } else if (range->kind == TypeKind::map) {
    first = range->parameters[0];
    second = range->parameters[1];
  } else if (range->kind != TypeKind::dyn && range->kind != TypeKind::variable) {
    report(ast_.node(node.children[0]).offset,
           fmt::format("expression of type '{}' cannot be range of a comprehension (must be list, "
                       "map, or dynamic)",
                       type_text(*range)));
  }
  enter(node.variable, first);
  if (has_two) enter(node.second_variable, second);
  const Type* result = loop_result(node, range, first);
  leave(has_two ? 2 : 1);
  return result;
}

const Type* Checker::loop_result(const AstNode& node, const Type* range, const Type* element) {
  if (node.children[1] != kAbsentNode) {
    expect(node.children[1], type_of(node.children[1]), TypeKind::boolean);
  }
  const Type* made =
      node.children[2] == kAbsentNode ? element : unifier_.substitute(type_of(node.children[2]));
  const Type* key = range->kind == TypeKind::list  ? simple(TypeKind::integer)
                    : range->kind == TypeKind::map ? range->parameters[0]
                                                   : dyn();
  switch (node.loop) {
    case LoopKind::all:
    case LoopKind::exists:
    case LoopKind::exists_one:
      return simple(TypeKind::boolean);
    case LoopKind::list:
      return pool_.list(made);
    case LoopKind::map:
      return pool_.map(key, made);
    case LoopKind::map_entries:
      if (made->kind == TypeKind::map || made->kind == TypeKind::dyn) return made;
      report(ast_.node(node.children[2]).offset, "transformMapEntry() must make maps");
      return dyn();
  }
  return dyn();
}

const Type* Checker::bind(const AstNode& node) {
  enter(node.variable, type_of(node.children[0]));
  const Type* type = type_of(node.children[1]);
  leave(1);
  return type;
}

}  // namespace kollect::extract
