#include "extract/cel/parser.h"

#include <gtest/gtest.h>

#include "extract/cel/program.h"

namespace kollect::extract {
namespace {

std::string error_of(std::string_view expression) {
  const auto program = compile_cel(expression, CelEnvironment::of_object());
  return program ? "compiles" : program.error().message;
}

std::string repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

struct ErrorCase {
  const char* name;
  const char* expression;
  const char* message;
};

class CelCompileError : public testing::TestWithParam<ErrorCase> {};

TEST_P(CelCompileError, says_what_and_where) {
  EXPECT_EQ(error_of(GetParam().expression), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Expressions, CelCompileError,
    testing::Values(
        ErrorCase{"unknown_name", "object + x",
                  "1:10: undeclared reference to 'x'\n | object + x\n | .........^"},
        ErrorCase{"self_is_not_offered", "self.x",
                  "1:1: undeclared reference to 'self'\n | self.x\n | ^"},
        ErrorCase{"nothing", "  ",
                  "1:3: syntax error: unexpected end of the expression\n |   \n | ..^"},
        ErrorCase{"open_end", "1 +",
                  "1:4: syntax error: unexpected end of the expression\n | 1 +\n | ...^"},
        ErrorCase{"two_dots", "object..x",
                  "1:8: syntax error: expected a field name\n | object..x\n | .......^"},
        ErrorCase{"second_line", "object.a &&\n  b",
                  "2:3: undeclared reference to 'b'\n |   b\n | ..^"},
        ErrorCase{"column_in_code_points", "'\xC3\xA9' + y",
                  "1:7: undeclared reference to 'y'\n | '\xC3\xA9' + y\n | ......^"},
        ErrorCase{"open_string", "'abc", "1:1: string is not closed\n | 'abc\n | ^"},
        ErrorCase{"large_integer", "9223372036854775808",
                  "1:1: integer is out of range\n | 9223372036854775808\n | ^"},
        ErrorCase{"lone_surrogate", R"('\ud83d')", "1:1: malformed escape\n | '\\ud83d'\n | ^"},
        ErrorCase{"reserved_word", "for", "1:1: reserved identifier: for\n | for\n | ^"},
        ErrorCase{"message", "Pod{name: 'x'}",
                  "1:4: construction of messages is not supported\n | Pod{name: 'x'}\n | ...^"},
        ErrorCase{"has_of_no_field", "has(object)",
                  "1:5: invalid argument to has() macro\n | has(object)\n | ....^"},
        ErrorCase{"loop_variable", "object.all(x.y, true)",
                  "1:14: argument must be a simple name\n | object.all(x.y, true)\n | "
                  ".............^"},
        ErrorCase{"regular_expression", "object.x.matches('(')",
                  "1:18: invalid regular expression\n | object.x.matches('(')\n | "
                  ".................^"},
        ErrorCase{"types", "1 + 'a'",
                  "1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + "
                  "'a'\n | ..^"}),
    [](const auto& test) { return test.param.name; });

TEST(CelCompile, several_findings_are_reported_together) {
  const std::string text = error_of("a + b");
  EXPECT_NE(text.find("'a'"), std::string::npos);
  EXPECT_NE(text.find("'b'"), std::string::npos);
}

TEST(CelCompile, invalid_utf8_is_refused) {
  EXPECT_EQ(error_of("'\xFF'"), "expression is no valid UTF-8");
}

TEST(CelCompile, an_expression_is_at_most_8_kib) {
  EXPECT_EQ(error_of("'" + std::string(8190, 'a') + "'"), "compiles");
  EXPECT_EQ(error_of("'" + std::string(8191, 'a') + "'"), "expression is longer than 8 KiB");
}

TEST(CelCompile, brackets_nest_up_to_250_levels) {
  EXPECT_EQ(error_of(repeated("(", 249) + "1" + repeated(")", 249)), "compiles");
  EXPECT_NE(error_of(repeated("(", 250) + "1" + repeated(")", 250)).find("deeper than 250"),
            std::string::npos);
}

TEST(CelCompile, eight_kib_of_any_bracket_is_a_clear_error) {
  for (const char* open : {"(", "[", "{1:", "a(", "a[", "!(", "-(", "x?", "x.a("}) {
    const std::string all = repeated(open, 8192 / std::string_view(open).size());
    EXPECT_EQ(error_of(all).substr(0, 2), "1:") << open;
  }
}

TEST(CelCompile, long_chains_are_bounded) {
  EXPECT_EQ(error_of(repeated("1+", 900) + "1"), "compiles");
  EXPECT_NE(error_of(repeated("1+", 4000) + "1").find("too many operations"), std::string::npos);
  EXPECT_NE(error_of(repeated("!", 8000) + "true").find("too many operations"), std::string::npos);
  EXPECT_NE(error_of("object" + repeated(".a", 4000)).find("too many operations"),
            std::string::npos);
  EXPECT_EQ(error_of(repeated("true&&", 1300) + "true"), "compiles");
}

// Types that double with every step must not take forever to compare.
TEST(CelCompile, types_cannot_grow_without_bound) {
  std::string expression;
  std::string name = "a";
  expression += "cel.bind(a,{'k':1},";
  for (int i = 0; i < 100; ++i) {
    const std::string next = "a" + std::to_string(i);
    expression += "cel.bind(" + next + ",[{'x':" + name + ",'y':" + name + "}].map(m,{1:m,2:m}),";
    name = next;
  }
  expression += "1" + repeated(")", 101);
  EXPECT_EQ(error_of(expression), "compiles");
}

}  // namespace
}  // namespace kollect::extract
