// What expressions give on objects, as a row keeps it.
#include <gtest/gtest.h>

#include "base/json_write.h"
#include "extract/cel/program.h"

namespace kollect::extract {
namespace {

constexpr std::string_view kObject = R"({
  "metadata": {"name": "web", "labels": {"app": "web", "tier": "front"}, "generation": 3},
  "spec": {"replicas": 2, "ratio": 0.5, "big": 18446744073709551615, "paused": null,
    "containers": [
      {"name": "c1", "image": "registry/app:1.2", "ports": [{"port": 80}, {"port": 443}]},
      {"name": "c2", "image": "sidecar", "ports": []}]},
  "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Old", "status": "False"}]}
})";

// The result as JSON text, "error: ..." or "compile: ...".
std::string result_of(std::string_view expression, std::string_view object = kObject) {
  const auto program = compile_cel(expression, CelEnvironment::of_object());
  if (!program) return "compile: " + program.error().message;
  const auto document = json::Document::parse(object);
  json::Arena arena;
  const CelResult result = program->evaluate(document->root(), arena);
  const auto converted = to_json(result.value, arena);
  return converted ? json::to_text(*converted) : "error: " + converted.error().message;
}

struct Case {
  const char* expression;
  const char* result;
};

class CelOnObject : public testing::TestWithParam<Case> {};

TEST_P(CelOnObject, gives_the_result) {
  EXPECT_EQ(result_of(GetParam().expression), GetParam().result) << GetParam().expression;
}

constexpr Case kSelection[] = {
    {"object.metadata.name", "\"web\""},
    {"object['metadata']['name']", "\"web\""},
    {"object.metadata['na' + 'me']", "\"web\""},
    {"object.spec.big", "18446744073709551615"},
    {"object.spec.paused", "null"},
    {"object.spec.containers[1].name", "\"c2\""},
    {"object.spec.containers[object.spec.replicas - 1].name", "\"c2\""},
    {"object.spec.nothing", "error: no such key: 'nothing'"},
    {"object.spec.nothing.more", "error: no such key: 'nothing'"},
    {"object.spec.containers[2]", "error: index is out of range"},
    {"object.spec.containers[-1]", "error: index is out of range"},
    {"object.metadata.name.x", "error: a value of this type does not support field selection"},
    {"object.spec.containers.name", "error: a value of this type does not support field selection"},
    {"has(object.spec.replicas)", "true"},
    {"has(object.spec.nothing)", "false"},
    {"has(object.nothing.more)", "error: no such key: 'nothing'"},
    {"has(object.spec.paused)", "true"},
    {"object.?spec.?nothing.?more.orValue('none')", "\"none\""},
    {"object.?metadata.labels.app.orValue('none')", "\"web\""},
    {"object.metadata.labels[?'tier'].value()", "\"front\""},
    {"object.spec.containers[?7].hasValue()", "false"},
    {"object.?nothing", "null"},
    {"object.metadata.labels.`app`", "\"web\""},
};

constexpr Case kLoops[] = {
    {"object.spec.containers.map(c, c.name)", R"(["c1","c2"])"},
    {"object.spec.containers.map(c, c.ports.size() > 0, c.name)", R"(["c1"])"},
    {"object.spec.containers.map(c, c.ports.map(p, p.port))", "[[80,443],[]]"},
    {"object.spec.containers.filter(c, c.image.contains(':'))[0].name", "\"c1\""},
    {"object.status.conditions.filter(c, c.type == 'Ready')[0].status", "\"True\""},
    {"object.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", "true"},
    {"object.spec.containers.exists_one(c, c.name == 'c1')", "true"},
    {"object.spec.containers.all(c, has(c.image))", "true"},
    {"object.metadata.labels.map(k, k)", R"(["app","tier"])"},
    {"object.metadata.labels.map(k, object.metadata.labels[k])", R"(["web","front"])"},
    {"object.metadata.labels.transformMap(k, v, k + '=' + v)",
     R"({"app":"app=web","tier":"tier=front"})"},
    {"object.metadata.labels.transformMapEntry(k, v, {v: k})", R"({"front":"tier","web":"app"})"},
    {"object.spec.containers.transformList(i, c, string(i) + c.name)", R"(["0c1","1c2"])"},
    {"object.spec.containers.map(c, c.missing)", "error: no such key: 'missing'"},
    {"object.spec.replicas.map(x, x)", "error: only lists and maps can be iterated over"},
    {"cel.bind(n, object.metadata.name, n + n)", "\"webweb\""},
    {"[1, 2].exists(x, [1].all(y, x == 2 && y == 1))", "true"},
    {"[3, 1, 2].map(x, [x].map(y, y + x)[0])", "[6,2,4]"},
    {"['a', 'b'].transformMapEntry(i, v, {'same': i})", "error: a key of a map comes twice"},
};

constexpr Case kErrorsAndLogic[] = {
    {"object.nothing == 1 || object.spec.replicas == 2", "true"},
    {"object.nothing == 1 && false", "false"},
    {"object.nothing == 1 && true", "error: no such key: 'nothing'"},
    {"object.nothing == 1 || false || true", "true"},
    {"object.spec.replicas > 1 ? 'many' : 'one'", "\"many\""},
    {"object.metadata.name ? 1 : 2", "error: a condition must be a bool"},
    {"object.metadata.name && true", "error: no such overload for values of these types"},
    {"!object.spec.replicas", "error: no such overload for values of these types"},
    {"object.spec.replicas + 0.5", "error: no such overload for values of these types"},
    {"object.spec.replicas / 0", "error: division by zero"},
    {"9223372036854775807 + object.spec.replicas", "error: integer overflow"},
    {"object.spec.big + 1u", "error: integer overflow"},
    {"-object.spec.big", "error: no such overload for values of these types"},
    {"object.spec.ratio < 1", "true"},
    {"object.spec.replicas == 2.0", "true"},
    {"object.spec.big > 9223372036854775807", "true"},
    {"object.spec.replicas.size()", "error: no such overload of 'size'"},
    {"object.metadata.name.matches('^w.b$')", "true"},
    {"object.metadata.name.matches(object.metadata.name + '(')",
     "error: invalid regular expression"},
    {"'app' in object.metadata.labels && !('x' in object.metadata.labels)", "true"},
    {"80 in object.spec.containers[0].ports.map(p, p.port)", "true"},
    {"cel.bind(x, object.nothing, true)", "true"},
    {"optional.of(1).orValue(object.nothing)", "1"},
    {"optional.none().orValue(object.nothing)", "error: no such key: 'nothing'"},
    {"optional.none().or(1)",
     "compile: 1:17: found no matching overload for 'or' applied to '(optional_type(dyn), int)'\n"
     " | optional.none().or(1)\n | ................^"},
};

constexpr Case kResults[] = {
    {"b'\\x00\\xff\\x10'", "\"AP8Q\""},
    {"b'ab'", "\"YWI=\""},
    {"timestamp('2024-02-29T12:00:00.120+01:00')", "\"2024-02-29T11:00:00.12Z\""},
    {"duration('1h30m')", "5400000000000"},
    {"duration('-1.5s')", "-1500000000"},
    {"18446744073709551615u", "18446744073709551615"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"1.0", "1"},
    {"0.0 / 0.0", "error: result is no finite number"},
    {"[1.0 / 0.0]", "error: result is no finite number"},
    {"type(object.spec.replicas)", "\"int\""},
    {"type(object)", "\"map\""},
    {"{1: 'a', true: 'b', 2u: 'c', 'x': null}", R"({"1":"a","2":"c","true":"b","x":null})"},
    {"{'b': 1, 'a': {'c': [object.metadata.name]}}", R"({"a":{"c":["web"]},"b":1})"},
    {"{0.5: 1}", "compile"},
    {"optional.of('x')", "\"x\""},
    {"[?optional.none(), 1, ?optional.of(2)]", "[1,2]"},
    {"{?'a': object.?nothing, ?'b': object.?spec.replicas}", R"({"b":2})"},
    {"quantity('1.5Gi')", "\"1536Mi\""},
    {"string(6.02214e23)", "\"6.02214e+23\""},
    {"string(0.25)", "\"0.25\""},
    {R"('\ud83d\ude00' == '\U0001F600')", "true"},
    {R"('a\u00e9\x41\101')",
     "\"a\xC3\xA9"
     "AA\""},
    {"string(1000000.0)", "\"1e+06\""},
};

INSTANTIATE_TEST_SUITE_P(Selection, CelOnObject, testing::ValuesIn(kSelection));
INSTANTIATE_TEST_SUITE_P(Loops, CelOnObject, testing::ValuesIn(kLoops));
INSTANTIATE_TEST_SUITE_P(ErrorsAndLogic, CelOnObject, testing::ValuesIn(kErrorsAndLogic));

TEST(CelResult, is_converted_to_json) {
  for (const Case& test : kResults) {
    const std::string result = result_of(test.expression);
    const bool is_map_key = std::string_view(test.expression) == "{0.5: 1}";
    if (is_map_key) {
      EXPECT_EQ(result, "error: a key of a map must be a bool, int, uint or string");
    } else {
      EXPECT_EQ(result, test.result) << test.expression;
    }
  }
}

TEST(CelProgram, error_texts_hold_no_values_of_the_object) {
  const std::string object = R"({"a":"hunter2","n":["hunter2"]})";
  for (const char* expression :
       {"object.a + 1", "int(object.a)", "object[object.a]", "object.n[object.a]", "object.a.b",
        "timestamp(object.a)", "duration(object.a)", "object.a.matches('a' + object.a + '(')",
        "quantity(object.a)", "ip(object.a)", "url(object.a)", "semver(object.a)",
        "{object.a: 1, 'hunter2': 2}", "object.a.substring(50)", "bool(object.a)",
        "base64.decode(object.a + '*')", "'%d'.format([object.a])",

        "timestamp('2020-01-01T00:00:00Z').getHours(object.a)", "double(object.a)"}) {
    const std::string result = result_of(expression, object);
    EXPECT_EQ(result.find("hunter2"), std::string::npos) << expression << " -> " << result;
  }
}

TEST(CelProgram, reports_its_cost) {
  const auto program =
      compile_cel("object.spec.containers.all(c, c.name != '')", CelEnvironment::of_object());
  const auto document = json::Document::parse(kObject);
  json::Arena arena;
  const CelResult result = program->evaluate(document->root(), arena);
  EXPECT_EQ(result.iterations, 2U);
  EXPECT_GT(result.cost, 5U);
  EXPECT_LT(result.cost, 50U);
}

TEST(CelProgram, tells_the_type_of_its_result) {
  const auto type = [](std::string_view text) {
    return compile_cel(text, CelEnvironment::of_object())->result_type();
  };
  EXPECT_EQ(type("object.spec"), "dyn");
  EXPECT_EQ(type("object.spec.map(x, string(x))"), "list(string)");
  EXPECT_EQ(type("{'a': ip('10.0.0.1')}"), "map(string,net.IP)");
}

TEST(CelProgram, knows_a_plain_selection_chain) {
  const auto last = [](std::string_view text) {
    const auto program = compile_cel(text, CelEnvironment::of_object());
    return std::string(program->last_selected_key().value_or("(none)"));
  };
  EXPECT_EQ(last("object.spec.password"), "password");
  EXPECT_EQ(last("object['spec']['password']"), "password");
  EXPECT_EQ(last("object.spec.passwords[0]"), "passwords");
  EXPECT_EQ(last("object.?spec.?password.orValue('')"), "password");
  EXPECT_EQ(last("object"), "(none)");
  EXPECT_EQ(last("object.spec.password + ''"), "(none)");
}

TEST(CelProgram, knows_which_members_it_selects) {
  const auto touch = [](std::string_view text) {
    return compile_cel(text, CelEnvironment::of_object())->selects("data");
  };
  EXPECT_EQ(touch("object.data.password"), Touch::yes);
  EXPECT_EQ(touch("has(object.data)"), Touch::yes);
  EXPECT_EQ(touch("object['data']"), Touch::yes);
  EXPECT_EQ(touch("cel.bind(o, object, o.data.x)"), Touch::yes);
  EXPECT_EQ(touch("[object].map(o, o.data)"), Touch::maybe);
  EXPECT_EQ(touch("object['da' + 'ta']"), Touch::maybe);
  EXPECT_EQ(touch("object.map(k, k)"), Touch::maybe);
  EXPECT_EQ(touch("object == {}"), Touch::maybe);
  EXPECT_EQ(touch("object.metadata.annotations['data']"), Touch::no);
}

TEST(CelProgram, knows_the_words_of_its_text) {
  const auto program = compile_cel("object.spec.a == 'data' || object['x'].y()",
                                   {.declarations = {"object: dyn"}, .is_checked = false});
  EXPECT_TRUE(program->mentions("data"));
  EXPECT_TRUE(program->mentions("spec"));
  EXPECT_TRUE(program->mentions("y"));
  EXPECT_FALSE(program->mentions("dat"));
}

}  // namespace
}  // namespace kollect::extract
