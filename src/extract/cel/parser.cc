#include "extract/cel/parser.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace kollect::extract {

namespace {

struct Operator {
  std::string_view symbol;
  int level;
  std::string_view function;
};

constexpr int kOrLevel = 1;
constexpr int kAndLevel = 2;
constexpr int kUnaryLevel = 6;

constexpr Operator kOperators[] = {
    {"||", kOrLevel, ""}, {"&&", kAndLevel, ""}, {"==", 3, "_==_"}, {"!=", 3, "_!=_"},
    {"<", 3, "_<_"},      {"<=", 3, "_<=_"},     {">", 3, "_>_"},   {">=", 3, "_>=_"},
    {"in", 3, "@in"},     {"+", 4, "_+_"},       {"-", 4, "_-_"},   {"*", 5, "_*_"},
    {"/", 5, "_/_"},      {"%", 5, "_%_"},
};

constexpr std::string_view kKeywords[] = {"false", "in", "null", "true"};
constexpr std::string_view kReserved[] = {
    "as",  "break", "const",     "continue", "else",   "for", "function", "if",   "import",
    "let", "loop",  "namespace", "package",  "return", "var", "void",     "while"};

bool is_keyword(std::string_view word) { return std::ranges::count(kKeywords, word) > 0; }
bool is_reserved(std::string_view word) { return std::ranges::count(kReserved, word) > 0; }

const Operator* operator_at(const Token& token) {
  if (token.kind != TokenKind::symbol && token.kind != TokenKind::identifier) return nullptr;
  for (const Operator& known : kOperators) {
    if (known.symbol == token.text) return &known;
  }
  return nullptr;
}

}  // namespace

// Counts how deep the recursion is; a parser that is too deep fails.
struct Parser::Nesting {
  explicit Nesting(Parser& owner) : parser(owner) {
    if (++parser.nesting_ > kMaxNesting) parser.fail("expression nests deeper than 250 levels");
  }
  ~Nesting() { --parser.nesting_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  Parser& parser;
};

Parser::Parser(std::string_view source, AstBuilder& ast, std::span<const MacroRow* const> macros)
    : source_(source), ast_(ast), macros_(macros), lexer_(source, ast.arena()) {
  advance();
}

void Parser::advance() {
  token_ = lexer_.next();
  if (token_.kind == TokenKind::invalid) fail(token_.text);
}

NodeId Parser::fail(std::string_view message) {
  if (!failed_) ast_.error(token_.offset, std::string(message));
  failed_ = true;
  token_.kind = TokenKind::end;
  return kAbsentNode;
}

NodeId Parser::at(uint32_t offset, AstNode node) {
  ast_.set_offset(offset);
  return ast_.add(std::move(node));
}

bool Parser::at_symbol(std::string_view symbol) const {
  return token_.kind == TokenKind::symbol && token_.text == symbol;
}

bool Parser::take(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  advance();
  return true;
}

bool Parser::expect(std::string_view symbol) {
  if (take(symbol)) return true;
  const bool at_end = token_.kind == TokenKind::end;
  fail(fmt::format("syntax error: expected '{}'{}", symbol, at_end ? " before the end" : ""));
  return false;
}

NodeId Parser::parse() {
  const NodeId root = failed_ ? kAbsentNode : expression();
  if (!failed_ && token_.kind != TokenKind::end) fail("syntax error: unexpected text");
  if (failed_) return kAbsentNode;
  if (ast_.node(root).depth > kMaxTreeDepth) return fail("expression chains too many operations");
  return root;
}

NodeId Parser::expression() {
  const Nesting nesting(*this);
  if (failed_) return kAbsentNode;
  const NodeId condition = binary(kOrLevel);
  const uint32_t offset = token_.offset;
  if (!take("?")) return condition;
  const NodeId then = binary(kOrLevel);
  if (!expect(":")) return kAbsentNode;
  const NodeId otherwise = expression();
  return at(offset, {.kind = NodeKind::conditional, .children = {condition, then, otherwise}});
}

NodeId Parser::binary(int level) {
  NodeId left = unary();
  while (!failed_) {
    const Operator* found = operator_at(token_);
    if (found == nullptr || found->level < level) break;
    if (found->level <= kAndLevel) {
      left = logical(left, found->symbol, found->level);
      continue;
    }
    const uint32_t offset = token_.offset;
    advance();
    const NodeId right = found->level + 1 < kUnaryLevel ? binary(found->level + 1) : unary();
    at(offset, {.kind = NodeKind::call, .name = found->function, .children = {left, right}});
    left = static_cast<NodeId>(ast_.size() - 1);
  }
  return left;
}

NodeId Parser::logical(NodeId first, std::string_view symbol, int level) {
  std::vector<NodeId> operands{first};
  const uint32_t offset = token_.offset;
  while (!failed_ && take(symbol)) operands.push_back(binary(level + 1));
  const auto kind = level == kAndLevel ? NodeKind::logical_and : NodeKind::logical_or;
  return at(offset, {.kind = kind, .children = std::move(operands)});
}

NodeId Parser::unary() {
  if (at_symbol("!")) return negation("!");
  if (at_symbol("-")) return negation("-");
  return member();
}

NodeId Parser::negation(std::string_view symbol) {
  std::vector<uint32_t> offsets;
  while (at_symbol(symbol)) {
    offsets.push_back(token_.offset);
    advance();
  }
  if (symbol == "-" && negate_literal()) offsets.pop_back();
  NodeId operand = member();
  while (!offsets.empty() && !failed_) {
    operand =
        at(offsets.back(),
           {.kind = NodeKind::call, .name = symbol == "!" ? "!_" : "-_", .children = {operand}});
    offsets.pop_back();
  }
  return operand;
}

bool Parser::negate_literal() {
  CelValue& value = token_.value;
  if (token_.kind != TokenKind::constant) return false;
  if (token_.needs_minus) {
    value = CelValue::integer(INT64_MIN);
    token_.needs_minus = false;
  } else if (value.kind() == CelKind::integer) {
    value = CelValue::integer(-value.as_int());
  } else if (value.kind() == CelKind::number) {
    value = CelValue::number(-value.as_double());
  } else {
    return false;
  }
  return true;
}

NodeId Parser::member() {
  NodeId operand = primary();
  while (!failed_) {
    if (at_symbol(".")) {
      operand = member_of(operand);
    } else if (at_symbol("[")) {
      operand = index_of(operand);
    } else {
      break;
    }
  }
  return operand;
}

NodeId Parser::member_of(NodeId operand) {
  advance();
  const bool is_optional = take("?");
  if (token_.kind != TokenKind::identifier && token_.kind != TokenKind::quoted) {
    return fail("syntax error: expected a field name");
  }
  const Token field = token_;
  if (field.kind == TokenKind::identifier && is_keyword(field.text)) {
    return fail(fmt::format("syntax error: '{}' cannot be a field name", field.text));
  }
  advance();
  if (at_symbol("(") && field.kind == TokenKind::identifier && !is_optional) {
    return call(operand, field);
  }
  if (at_symbol("{")) return fail("construction of messages is not supported");
  return at(field.offset, {.kind = NodeKind::select,
                           .optional = is_optional,
                           .name = ast_.keep(field.text),
                           .children = {operand}});
}

NodeId Parser::index_of(NodeId operand) {
  const uint32_t offset = token_.offset;
  advance();
  const bool is_optional = take("?");
  const NodeId key = expression();
  if (!expect("]")) return kAbsentNode;
  return at(offset, {.kind = NodeKind::index, .optional = is_optional, .children = {operand, key}});
}

NodeId Parser::primary() {
  if (token_.kind == TokenKind::constant) {
    if (token_.needs_minus) return fail("integer is out of range");
    const NodeId node = at(token_.offset, {.kind = NodeKind::constant, .value = token_.value});
    advance();
    return node;
  }
  if (token_.kind == TokenKind::identifier || at_symbol(".")) return name();
  if (at_symbol("[")) return list();
  if (at_symbol("{")) return map();
  if (take("(")) {
    const NodeId inner = expression();
    return expect(")") ? inner : kAbsentNode;
  }
  if (token_.kind == TokenKind::end) return fail("syntax error: unexpected end of the expression");
  return fail(fmt::format("syntax error: unexpected '{}'", token_.text));
}

NodeId Parser::name() {
  const bool is_absolute = take(".");
  Token word = token_;
  if (word.kind != TokenKind::identifier) return fail("syntax error: expected a name");
  if (!is_absolute && is_keyword(word.text) && word.text != "in") {
    advance();
    const CelValue value =
        word.text == "null" ? CelValue() : CelValue::boolean(word.text == "true");
    return at(word.offset, {.kind = NodeKind::constant, .value = value});
  }
  if (is_keyword(word.text) || is_reserved(word.text)) {
    return fail(fmt::format("reserved identifier: {}", word.text));
  }
  if (is_absolute) word.text = ast_.keep(fmt::format(".{}", word.text));
  advance();
  if (at_symbol("(")) return call(kAbsentNode, word);
  if (at_symbol("{")) return fail("construction of messages is not supported");
  return at(word.offset, {.kind = NodeKind::identifier, .name = ast_.keep(word.text)});
}

NodeId Parser::list() {
  const uint32_t offset = token_.offset;
  advance();
  std::vector<NodeId> items;
  std::vector<bool> optional_items;
  while (!failed_ && !at_symbol("]")) {
    optional_items.push_back(take("?"));
    items.push_back(expression());
    if (!take(",")) break;
  }
  if (!expect("]")) return kAbsentNode;
  return at(offset, {.kind = NodeKind::list,
                     .children = std::move(items),
                     .optional_children = std::move(optional_items)});
}

NodeId Parser::map() {
  const uint32_t offset = token_.offset;
  advance();
  std::vector<NodeId> entries;
  std::vector<bool> optional_entries;
  while (!failed_ && !at_symbol("}")) {
    optional_entries.resize(entries.size() + 1, false);
    optional_entries.back() = take("?");
    entries.push_back(expression());
    if (!expect(":")) return kAbsentNode;
    entries.push_back(expression());
    if (!take(",")) break;
  }
  if (!expect("}")) return kAbsentNode;
  optional_entries.resize(entries.size(), false);
  return at(offset, {.kind = NodeKind::map,
                     .children = std::move(entries),
                     .optional_children = std::move(optional_entries)});
}

bool Parser::arguments_until(std::string_view closing, std::vector<NodeId>& out) {
  if (take(closing)) return true;
  do {
    out.push_back(expression());
  } while (!failed_ && take(","));
  return !failed_ && expect(closing);
}

NodeId Parser::call(NodeId receiver, const Token& function) {
  advance();
  std::vector<NodeId> children;
  if (receiver != kAbsentNode) children.push_back(receiver);
  if (!arguments_until(")", children)) return kAbsentNode;
  const std::span<const NodeId> arguments =
      std::span(children).subspan(receiver != kAbsentNode ? 1 : 0);
  if (const MacroRow* macro = macro_for(receiver, function.text, arguments.size())) {
    const NodeId expanded = expand(*macro, receiver, function, arguments);
    if (expanded != kAbsentNode) return expanded;
  }
  const auto kind = receiver != kAbsentNode ? NodeKind::receiver_call : NodeKind::call;
  return at(function.offset,
            {.kind = kind, .name = ast_.keep(function.text), .children = std::move(children)});
}

NodeId Parser::expand(const MacroRow& macro, NodeId receiver, const Token& function,
                      std::span<const NodeId> arguments) {
  ast_.set_offset(function.offset);
  return macro.expand(ast_, receiver, arguments);
}

const MacroRow* Parser::macro_for(NodeId receiver, std::string_view name, size_t arguments) const {
  const auto form = receiver == kAbsentNode ? CallForm::global : CallForm::receiver;
  for (const MacroRow* macro : macros_) {
    const bool fits = macro->name == name && macro->form == form &&
                      (macro->arguments < 0 || static_cast<size_t>(macro->arguments) == arguments);
    if (fits && (macro->on.empty() || ast_.plain_name(receiver) == macro->on)) return macro;
  }
  return nullptr;
}

}  // namespace kollect::extract
