// What an expression cannot do: run without end, grow without bound, crash.
#include <chrono>

#include <gtest/gtest.h>

#include "base/testing/allocation_count.h"
#include "extract/cel/program.h"

namespace kollect::extract {
namespace {

using std::chrono::steady_clock;

struct Outcome {
  std::string error;  // empty for a value
  uint64_t iterations = 0;
};

Outcome run(std::string_view expression, const json::Value& object, const CelBudget& budget = {}) {
  const auto program = compile_cel(expression, CelEnvironment::of_object());
  if (!program) return {.error = program.error().message};
  json::Arena arena;
  const CelResult result = program->evaluate(object, arena, budget);
  const auto converted = to_json(result.value, arena, budget);
  return {.error = converted ? "" : converted.error().message, .iterations = result.iterations};
}

json::Document hundred() {
  std::string text = "{\"n\":[";
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + (i < 99 ? "," : "]}");
  return std::move(*json::Document::parse(text));
}

TEST(CelBudget, nested_loops_multiply) {
  const json::Document object = hundred();
  const Outcome fits = run("object.n.map(a, object.n.map(b, a)).size()", object.root());
  EXPECT_EQ(fits.error, "");
  EXPECT_EQ(fits.iterations, 10'100U);
  const Outcome bomb = run(
      "object.n.all(a, object.n.all(b, object.n.all(c, object.n.all(d, true))))", object.root());
  EXPECT_EQ(bomb.error, "too many iterations of comprehensions");
  EXPECT_EQ(bomb.iterations, 100'001U);
}

TEST(CelBudget, exceeding_it_cannot_be_absorbed) {
  const json::Document object = hundred();
  const std::string bomb =
      "object.n.all(a, object.n.all(b, object.n.all(c, object.n.all(d, true))))";
  EXPECT_NE(run(bomb + " || true", object.root()).error, "");
  EXPECT_NE(run("!" + bomb + " && false", object.root()).error, "");
}

// `seed` doubled often by sharing, then used: little memory, but for ever to walk.
std::string doubled(std::string seed, std::string_view twice, int times, std::string_view use) {
  std::string expression = "cel.bind(a, " + std::move(seed) + ", ";
  for (int i = 0; i < times; ++i) expression.append("cel.bind(a, ").append(twice).append(", ");
  return expression.append(use).append(static_cast<size_t>(times) + 1, ')');
}

class CelSharedParts : public testing::TestWithParam<std::string> {};

TEST_P(CelSharedParts, cannot_take_for_ever_to_compare) {
  const std::string lists = doubled("[1]", "[a, a]", 40, GetParam());
  EXPECT_EQ(run(lists, hundred().root()).error, "evaluation costs too much");
}

INSTANTIATE_TEST_SUITE_P(Uses, CelSharedParts,
                         testing::Values("a == a", "a != a", "a in [a]", "{'k': a} == {'k': a}",
                                         "[a, a].distinct().size()", "sets.contains([a], [a])",
                                         "[1, a].indexOf(a)", "[a, 1].lastIndexOf(a)"));

class CelLongText : public testing::TestWithParam<std::string> {};

TEST_P(CelLongText, cannot_take_for_ever_to_compare) {
  const std::string use = "object.n.all(i, object.n.all(j, " + GetParam() + "))";
  const std::string text = doubled("'abcdefgh'", "a + a", 20, use);
  EXPECT_EQ(run(text, hundred().root()).error, "evaluation costs too much");
}

INSTANTIATE_TEST_SUITE_P(Uses, CelLongText,
                         testing::Values("a <= a", "a == a", "{a: 1}[a] == 1", "a in {a: 1}",
                                         "[a, a].isSorted()", "[a, a].max() == a",
                                         "[a, a].sort().size() == 2", "int(a) == 1 || true",
                                         "quantity(a).isInteger() || true"));

TEST(CelBudget, text_cannot_double_without_bound) {
  std::string expression = "cel.bind(a, object.n.map(x, 'abcdefgh').join('-'),";
  for (int i = 0; i < 60; ++i) expression += "cel.bind(a, a + a,";
  expression += "a.size()";
  expression.append(61, ')');
  EXPECT_EQ(run(expression, hundred().root()).error, "evaluation needs too much memory");
}

TEST(CelBudget, lists_cannot_double_without_bound) {
  std::string expression = "cel.bind(a, object.n,";
  for (int i = 0; i < 60; ++i) expression += "cel.bind(a, a + a,";
  expression += "a.size()";
  expression.append(61, ')');
  EXPECT_NE(run(expression, hundred().root()).error, "");
}

TEST(CelBudget, a_result_is_at_most_1_mib) {
  const std::string text(1000, 'x');
  const auto object = json::Document::parse("{\"t\":\"" + text + "\",\"n\":[1,2,3]}");
  const CelBudget small{.result_bytes = 2000};
  EXPECT_EQ(run("object.n.map(n, object.t)", object->root()).error, "");
  EXPECT_EQ(run("object.n.map(n, object.t)", object->root(), small).error,
            "result is larger than 1 MiB");
  EXPECT_EQ(run("[object, object]", object->root(), small).error, "result is larger than 1 MiB");
  EXPECT_EQ(run("object", object->root(), small).error, "");
}

TEST(CelBudget, work_over_large_values_is_counted) {
  std::string text = "{\"n\":[";
  for (int i = 0; i < 20'000; ++i) text += "\"xxxxxxxxxxxxxxxx\",";
  text += "0]}";
  const auto object = json::Document::parse(text);
  const auto start = steady_clock::now();
  EXPECT_EQ(run("object.n.all(x, object.n == object.n)", object->root()).error,
            "evaluation costs too much");
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(CelBudget, an_object_a_thousand_levels_deep_is_no_problem) {
  std::string text;
  for (int i = 0; i < 499; ++i) text += "{\"a\":[";
  for (int i = 0; i < 499; ++i) text += "]}";
  const auto object = json::Document::parse(text);
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(run("object == object", object->root()).error, "");
  EXPECT_EQ(run("[object]", object->root()).error, "");
  EXPECT_EQ(run("object.a[0].a[0].a", object->root()).error, "");
  EXPECT_EQ(run("string(object)", object->root()).error, "no such overload of 'string'");
}

struct SteadyCase {
  const char* name;
  const char* expression;
};

class CelSteadyState : public testing::TestWithParam<SteadyCase> {};

TEST_P(CelSteadyState, takes_nothing_from_the_heap) {
  const auto program = compile_cel(GetParam().expression, CelEnvironment::of_object());
  ASSERT_TRUE(program.has_value());
  const auto object = json::Document::parse(
      R"({"a":{"b":"text"},"n":[3,1,2],"t":"2024-01-01T00:00:00Z","q":"1Gi","z":"a,b"})");
  json::Arena arena;
  const auto once = [&] {
    arena.reset();
    const CelResult result = program->evaluate(object->root(), arena);
    if (!result.value.is_error()) (void)to_json(result.value, arena);
  };
  for (int i = 0; i < 3; ++i) once();
  const size_t before = allocation_count();
  for (int i = 0; i < 10; ++i) once();
  EXPECT_EQ(allocation_count() - before, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Expressions, CelSteadyState,
    testing::Values(SteadyCase{"selection", "object.a.b"},
                    SteadyCase{"missing_key", "object.a.c.d"},
                    SteadyCase{"text", "object.a.b + '-' + string(object.n.size())"},
                    SteadyCase{"loops", "object.n.filter(x, x > 1).map(x, {'v': [x, x * 2]})"},
                    SteadyCase{"optionals", "object.?a.?c.orValue(object.?a.b.orValue(''))"},
                    SteadyCase{"pattern", "object.a.b.matches('^t.*t$')"},
                    SteadyCase{"time", "timestamp(object.t).getHours('Europe/Paris')"},
                    SteadyCase{"in", "object.a.b in ['x', 'text']"},
                    SteadyCase{"quantity", "quantity(object.q).isGreaterThan(quantity('1Mi'))"},
                    SteadyCase{"split", "object.z.split(',')"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kollect::extract
