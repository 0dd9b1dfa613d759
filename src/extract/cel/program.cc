#include "extract/cel/program.h"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "extract/cel/checker.h"
#include "extract/cel/codegen.h"
#include "extract/cel/compiled.h"
#include "extract/cel/lib_text.h"
#include "extract/cel/parser.h"
#include "extract/cel/path_analysis.h"

namespace kollect::extract {

CompiledCel::CompiledCel() = default;
CompiledCel::~CompiledCel() = default;

namespace {

struct Position {
  size_t line = 1;
  size_t column = 1;  // in code points
  std::string_view line_text;
};

Position position_of(std::string_view source, uint32_t offset) {
  const std::string_view before = source.substr(0, std::min<size_t>(offset, source.size()));
  const size_t newline = before.rfind('\n');
  const size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  Position position;
  position.line = static_cast<size_t>(std::ranges::count(before, '\n')) + 1;
  position.column = code_point_count(before.substr(begin)) + 1;
  position.line_text = source.substr(begin, source.find('\n', begin) - begin);
  return position;
}

// What stands around the column when a line is too long to show.
std::string shown(const SourceError& error, std::string_view source) {
  constexpr size_t kBefore = 60;
  constexpr size_t kWidth = 120;
  const Position at = position_of(source, error.offset);
  const size_t skipped = at.column > kBefore ? at.column - kBefore : 0;
  const size_t begin = byte_position(at.line_text, skipped).value_or(at.line_text.size());
  const std::string_view rest = at.line_text.substr(begin);
  const size_t end = byte_position(rest, kWidth).value_or(rest.size());
  return fmt::format("{}:{}: {}\n | {}\n | {:.>{}}", at.line, at.column, error.message,
                     rest.substr(0, end), '^', at.column - skipped);
}

Error compile_error(const std::vector<SourceError>& errors, std::string_view source) {
  std::string text;
  for (const SourceError& error : errors) {
    if (!text.empty()) text += '\n';
    text += shown(error, source);
  }
  return invalid(std::move(text));
}

std::vector<std::string> words_of(const AstBuilder& ast) {
  std::vector<std::string> words;
  for (NodeId id = 1; id < ast.size(); ++id) {
    const AstNode& node = ast.node(id);
    const bool is_text = node.kind == NodeKind::constant && node.value.kind() == CelKind::string;
    std::string_view word = is_text ? node.value.as_text() : node.name;
    if (word.starts_with('.')) word.remove_prefix(1);
    if (!word.empty()) words.emplace_back(word);
  }
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

// The index of the variable `object` among those declared; none has the value that is returned
// otherwise.
uint32_t object_variable(const CelEnvironment& environment) {
  constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = 0;
  for (const std::string& declaration : environment.declarations) {
    if (declaration.starts_with("object:")) return index;
    if (declaration.find("function") == std::string::npos) ++index;
  }
  return kNone;
}

}  // namespace

Result<CelProgram> compile_cel(std::string_view text, const CelEnvironment& environment) {
  if (text.size() > kMaxExpressionBytes) return invalid("expression is longer than 8 KiB");
  if (!is_utf8(text)) return invalid("expression is no valid UTF-8");
  auto program = std::make_shared<CompiledCel>();
  AstBuilder ast(program->arena);
  const auto macros =
      environment.has_macros ? function_table().macros() : std::span<const MacroRow* const>();
  const NodeId root = Parser(text, ast, macros).parse();
  if (!ast.errors().empty()) return compile_error(ast.errors(), text);
  Checker checker(ast, environment);
  const Checked checked = checker.check(root);
  if (!ast.errors().empty()) return compile_error(ast.errors(), text);
  program->variables = checker.variables();
  program->type = checked.type;
  Codegen(ast, checked, environment.is_checked, *program).generate(root);
  if (!ast.errors().empty()) return compile_error(ast.errors(), text);
  program->touched = touched_paths(ast, checked, root, object_variable(environment));
  program->words = words_of(ast);
  return CelProgram(std::move(program));
}

CelProgram::CelProgram(std::shared_ptr<const CompiledCel> compiled)
    : compiled_(std::move(compiled)) {}
CelProgram::CelProgram(const CelProgram&) = default;
CelProgram::CelProgram(CelProgram&&) noexcept = default;
CelProgram& CelProgram::operator=(const CelProgram&) = default;
CelProgram& CelProgram::operator=(CelProgram&&) noexcept = default;
CelProgram::~CelProgram() = default;

CelResult CelProgram::evaluate(const json::Value& object, json::Arena& arena,
                               const CelBudget& budget) const {
  const CelValue variable = CelValue::from_json(object);
  return evaluate(std::span(&variable, 1), arena, budget);
}

CelResult CelProgram::evaluate(std::span<const CelValue> variables, json::Arena& arena,
                               const CelBudget& budget) const {
  KOLLECT_CHECK(variables.size() >= compiled_->variables);
  EvalContext context(arena, budget, compiled_->prepared);
  const CelValue value = run(*compiled_, variables, 0, context);
  return {.value = value, .cost = context.cost(), .iterations = context.iterations()};
}

const std::string& CelProgram::result_type() const { return compiled_->type; }

namespace {

using json::PathTrie;

void copy_paths(const PathTrie& from, PathTrie::Node source, PathTrie& into,
                PathTrie::Node target) {
  const PathTrie::Entry& entry = from.entry(source);
  if (entry.all) into.want_all(target);
  for (const PathTrie::Branch& branch : entry.keys) {
    copy_paths(from, branch.node, into, into.key(target, branch.key));
  }
  if (entry.element != 0) copy_paths(from, entry.element, into, into.element(target));
}

}  // namespace

void CelProgram::add_needed_paths(PathTrie& into) const {
  copy_paths(compiled_->touched.paths, PathTrie::kRoot, into, PathTrie::kRoot);
}

std::optional<std::span<const std::string_view>> CelProgram::selection_chain() const {
  if (!compiled_->touched.is_chain) return std::nullopt;
  return std::span<const std::string_view>(compiled_->touched.chain);
}

std::optional<std::string_view> CelProgram::last_selected_key() const {
  const auto chain = selection_chain();
  if (!chain || chain->empty()) return std::nullopt;
  return chain->back();
}

Touch CelProgram::selects(std::string_view member) const {
  const PathTrie::Entry& root = compiled_->touched.paths.entry(PathTrie::kRoot);
  if (std::ranges::count(root.keys, member, &PathTrie::Branch::key) > 0) return Touch::yes;
  return root.all || root.element != 0 ? Touch::maybe : Touch::no;
}

bool CelProgram::mentions(std::string_view word) const {
  return std::ranges::binary_search(compiled_->words, word);
}

}  // namespace kollect::extract
