#include "extract/expression_check.h"

#include <algorithm>
#include <array>

#include "extract/cel/program.h"
#include "extract/json_path.h"
#include "extract/secret_view.h"

namespace kollect::extract {

namespace {

constexpr std::array<std::string_view, 2> kSecretMembers = {"data", "stringData"};

}  // namespace

Result<api::ExpressionFacts> ExpressionCompilers::cel(std::string_view expression) const {
  const auto program = compile_cel(expression, CelEnvironment::of_object());
  if (!program) return program.error();
  const bool reads = std::ranges::any_of(kSecretMembers, [&](std::string_view member) {
    return program->selects(member) != Touch::no || program->mentions(member);
  });
  return api::ExpressionFacts{.reads_secret_data = reads};
}

Result<api::ExpressionFacts> ExpressionCompilers::json_path(std::string_view path) const {
  const auto compiled = compile_json_path(path);
  if (!compiled) return compiled.error();
  const bool reads =
      names_secret_data(path) || std::ranges::any_of(kSecretMembers, [&](std::string_view member) {
        return compiled->touches_root_member(member) != Touch::no;
      });
  return api::ExpressionFacts{.reads_secret_data = reads};
}

}  // namespace kollect::extract
