// The extension sets as expressions use them. Values are compared as the JSON that a row would
// keep.
#include <gtest/gtest.h>

#include "base/json_write.h"
#include "extract/cel/program.h"

namespace kollect::extract {
namespace {

std::string outcome(std::string_view expression, const CelBudget& budget = {}) {
  const auto program = compile_cel(expression, CelEnvironment::of_object());
  if (!program) return "refused";
  json::Arena arena;
  const CelResult result = program->evaluate(json::Value::object({}), arena, budget);
  if (result.value.is_error()) return "error";
  const auto value = to_json(result.value, arena, budget);
  return value ? json::to_text(*value) : "no JSON";
}

struct Case {
  const char* expression;
  const char* outcome;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.expression; }

class Extensions : public testing::TestWithParam<Case> {};

TEST_P(Extensions, expression_has_its_outcome) {
  EXPECT_EQ(outcome(GetParam().expression), GetParam().outcome) << GetParam().expression;
}

constexpr Case kStrings[] = {
    {"'ta\u00a9'.charAt(2)", "\"\u00a9\""},
    {"'ta\u00a9'.charAt(3)", "\"\""},
    {"'ta\u00a9'.charAt(-1)", "error"},
    {"'abc'.indexOf('', 3)", "3"},
    {"'abc'.indexOf('c', 3)", "-1"},
    {"'abc'.indexOf('', 4)", "error"},
    {"''.lastIndexOf('a')", "-1"},
    {"'abab'.lastIndexOf('ab', 1)", "0"},
    {"'abc'.lastIndexOf('', 4)", "error"},
    {"'abc'.substring(3)", "\"\""},
    {"'abc'.substring(2, 1)", "error"},
    {"'ab'.replace('', '-')", "\"-a-b-\""},
    {"''.replace('', '-')", "\"-\""},
    {"'aaa'.replace('a', 'b', 0)", "\"aaa\""},
    {"'aaa'.replace('a', 'b', -2)", "\"bbb\""},
    {"'\u00a9a'.split('')", "[\"\u00a9\",\"a\"]"},
    {"'abc'.split('', 2)", "[\"a\",\"bc\"]"},
    {"''.split(',')", "[\"\"]"},
    {"''.split('')", "[]"},
    {"',a,'.split(',')", "[\"\",\"a\",\"\"]"},
    {"['a', 'b'].join(', ')", "\"a, b\""},
    {"[1, 2].join(',')", "refused"},
    {"dyn(['a', 1]).join(',')", "error"},
    {"'\U0001F600ab'.reverse()", "\"ba\U0001F600\""},
    {"strings.quote('a\\tb')", "\"\\\"a\\\\tb\\\"\""},
};
INSTANTIATE_TEST_SUITE_P(Strings, Extensions, testing::ValuesIn(kStrings));

constexpr Case kFormat[] = {
    {"'%s|%s'.format(['a', {'b': [1, 2.5], 'a': null}])", "\"a|{a: null, b: [1, 2.5]}\""},
    {"'%s'.format([{10: 'x', 9: 'y'}])", "\"{10: x, 9: y}\""},
    {"'%s %s'.format([timestamp('2020-01-01T00:00:00.5Z'), duration('-1500ms')])",
     "\"2020-01-01T00:00:00.5Z -1.5s\""},
    {"'%s %s'.format([type(1), b'x\\xff'])", "\"int x\uFFFD\""},
    {"'%s %s %s'.format([1e30, 1e-7, -0.0])", "\"1000000000000000000000000000000 0.0000001 -0\""},
    {"'%s %s'.format([123456.75, 100.0])", "\"123456.75 100\""},
    {"'%d %d'.format([18446744073709551615u, -5])", "\"18446744073709551615 -5\""},
    {"'%.2f %f %.0f'.format([1.005, 2, 0.5])", "\"1.00 2.000000 0\""},
    {"'%.3e %e'.format([12345.678, 0u])", "\"1.235e+04 0.000000e+00\""},
    {"'%b %b %o'.format([-5, true, 8u])", "\"-101 1 10\""},
    {"'%x %X %x'.format([-255, 48879u, 'hi'])", "\"-ff BEEF 6869\""},
    {"'%x'.format([-9223372036854775808])", "\"-8000000000000000\""},
    {"'100%%'.format([])", "\"100%\""},
    {"'%s'.format([])", "error"},
    {"'%'.format([1])", "error"},
    {"'%.'.format([1.0])", "error"},
    {"'%.f'.format([1.0])", "error"},
    {"'%.9999f'.format([1.0])", "error"},
    {"'%5d'.format([1])", "error"},
    {"'%d'.format(['a'])", "error"},
    {"'%x'.format([1.5])", "error"},
    {"'%b'.format([1.5])", "error"},
    {"'%f'.format([true])", "error"},
    {"'%s'.format([optional.of(1)])", "error"},
    {"'%s'.format([quantity('1')])", "error"},
};
INSTANTIATE_TEST_SUITE_P(Format, Extensions, testing::ValuesIn(kFormat));

constexpr Case kMath[] = {
    {"math.greatest(1, 2.5, 2u)", "2.5"},
    {"math.least([3, 1, 2])", "1"},
    {"math.greatest(dyn(object).size(), 1)", "1"},
    {"math.greatest()", "refused"},
    {"math.greatest('a')", "refused"},
    {"math.least([])", "refused"},
    {"math.least(dyn([]))", "error"},
    {"math.greatest(1.0, 0.0 / 0.0)", "error"},
    {"math.round(-2.5)", "-3"},
    {"math.trunc(-2.9)", "-2"},
    {"math.abs(-9223372036854775808)", "error"},
    {"math.sign(-0.5)", "-1"},
    {"math.sqrt(-1.0)", "no JSON"},
    {"math.isNaN(math.sqrt(-1.0))", "true"},
    {"math.sqrt(81)", "9"},
    {"math.bitShiftRight(-1, 1)", "9223372036854775807"},
    {"math.bitShiftLeft(1, 64)", "0"},
    {"math.bitShiftLeft(1u, -1)", "error"},
    {"math.bitNot(0u)", "18446744073709551615"},
    {"math.bitAnd(1, 1u)", "refused"},
    {"math.ceil(1)", "refused"},
};
INSTANTIATE_TEST_SUITE_P(Math, Extensions, testing::ValuesIn(kMath));

constexpr Case kLists[] = {
    {"['b', 'a', 'b'].sort()", "[\"a\",\"b\",\"b\"]"},
    {"[duration('1m'), duration('1s')].sort() == [duration('1s'), duration('1m')]", "true"},
    {"[{'n': 2, 'k': 'x'}, {'n': 1, 'k': 'y'}].sortBy(e, e.n).map(e, e.k)", "[\"y\",\"x\"]"},
    {"['bb', 'a', 'cc', 'd'].sortBy(e, size(e))", "[\"a\",\"d\",\"bb\",\"cc\"]"},
    {"dyn([1, 'a']).sort()", "error"},
    {"dyn([[1]]).sort()", "error"},
    {"[[1]].sort()", "refused"},
    {"[0.0 / 0.0, 1.0].sort()", "error"},
    {"dyn([1, 1.0, 'a', 'a', [1], [1], null, null]).distinct()", "[1,\"a\",[1],null]"},
    {"(lists.range(40) + lists.range(40).reverse()).distinct().size()", "40"},
    {"[1, 2, 3].slice(1, 3)", "[2,3]"},
    {"[1, 2, 3].slice(3, 3)", "[]"},
    {"[1, 2, 3].slice(0, 4)", "error"},
    {"[1, 2, 3].slice(2, 1)", "error"},
    {"[1, 2, 3].slice(-1, 1)", "error"},
    {"[[1], [2, [3]]].flatten()", "[1,2,[3]]"},
    {"dyn([1, [2, [3, [4]]]]).flatten(2)", "[1,2,3,[4]]"},
    {"[[1]].flatten(-1)", "error"},
    {"lists.range(3)", "[0,1,2]"},
    {"lists.range(-1)", "[]"},
    {"[1, 2].reverse()", "[2,1]"},
    {"[1, 2, 2].isSorted()", "true"},
    {"[2, 1].isSorted()", "false"},
    {"dyn([null]).isSorted()", "error"},
    {"[duration('1m'), duration('1s')].sum() == duration('61s')", "true"},
    {"[].sum()", "0"},
    {"['a'].sum()", "refused"},
    {"[9223372036854775807, 1].sum()", "error"},
    {"['b', 'a'].min() + ['b', 'a'].max()", "\"ab\""},
    {"[].min()", "error"},
    {"[1, 2, 1].lastIndexOf(1) * 10 + [1, 2, 1].indexOf(2)", "21"},
    {"[1].indexOf(3)", "-1"},
    {"sets.contains([1, 2, 3], [2.0, 2])", "true"},
    {"sets.equivalent([1, 1u], [1.0])", "true"},
    {"sets.intersects([], [1])", "false"},
    {"sets.contains([], [])", "true"},
};
INSTANTIATE_TEST_SUITE_P(Lists, Extensions, testing::ValuesIn(kLists));

constexpr Case kRegex[] = {
    {"'abc 123'.find('[0-9]+')", "\"123\""},
    {"'abc'.find('[0-9]+')", "\"\""},
    {"'a1b22'.findAll('[0-9]+')", "[\"1\",\"22\"]"},
    {"'a1b22'.findAll('[0-9]+', 1)", "[\"1\"]"},
    {"'a1b22'.findAll('[0-9]+', 0)", "[]"},
    {"'\u00a91'.findAll('[0-9]*')", "[\"\",\"1\"]"},
    {"'a'.find('(')", "refused"},
    {"'a'.find('(' + object.x)", "error"},
    {"regex.extract('item-A', 'item-(\\\\w+)')", "\"A\""},
    {"regex.extract('b', '(a)?b').hasValue()", "false"},
    {"regex.extract('ab', '(a)(b)')", "error"},
    {"regex.extractAll('id:1, id:2', 'id:(\\\\d)')", "[\"1\",\"2\"]"},
    {"regex.replace('foo bar', '(fo)o (ba)r', r'\\2 \\1')", "\"ba fo\""},
    {"regex.replace('banana', 'a', 'x', 2)", "\"bxnxna\""},
    {"regex.replace('ab', '', '-')", "\"-a-b-\""},
    {"regex.replace('a', '(.)', r'\\2')", "error"},
    {"regex.replace('a', 'a', r'\\')", "error"},
    {"regex.replace('b', 'a', r'\\9')", "\"b\""},
    {"regex.replace('a', 'a', 'b', 2147483648)", "error"},
};
INSTANTIATE_TEST_SUITE_P(Regex, Extensions, testing::ValuesIn(kRegex));

constexpr Case kKubernetes[] = {
    {"url('https://h:80/a b?k=1&k=2&j=%41#f').getQuery()", "{\"j\":[\"A\"],\"k\":[\"1\",\"2\"]}"},
    {"url('/x?k=%ff').getQuery().k[0]", "\"\uFFFD\""},
    {"url('http://%e4%b8/').getHost()", "\"\uFFFD\uFFFD\""},
    {"url('https://h:80/').getPort() + url('https://[::1]:80/').getHostname()", "\"80::1\""},
    {"url('/a b').getEscapedPath()", "\"/a%20b\""},
    {"url('HTTP://h/%7E') == url('http://h/%7E')", "true"},
    {"url('../a')", "error"},
    {"url('http://h/')", "\"http://h/\""},
    {"quantity('1.5Gi')", "\"1536Mi\""},
    {"quantity('50k').add(20).sub(quantity('100k')).sub(-50000) == quantity('20')", "true"},
    {"sign(quantity('-1')) + quantity('-1').sign()", "-2"},
    {"quantity('1.0').isInteger()", "false"},
    {"quantity('1m').asInteger()", "error"},
    {"quantity('200M').compareTo(quantity('0.2G'))", "0"},
    {"quantity('Three')", "error"},
    {"quantity('1').add('1')", "refused"},
    {"quantity(1)", "refused"},
    {"type(quantity('1')) == kubernetes.Quantity", "true"},
    {"ip('::1')", "\"::1\""},
    {"cidr('10.1.2.3/8').masked()", "\"10.0.0.0/8\""},
    {"cidr('10.0.0.0/8').containsIP('x')", "error"},
    {"cidr('10.0.0.0/8').containsIP(ip('10.1.1.1'))", "true"},
    {"isIP('::ffff:1.2.3.4') || isCIDR('::ffff:1.2.3.4/100')", "false"},
    {"[ip('1.2.3.4')].indexOf(ip('1.2.3.4'))", "0"},
    {"ip('1.2.3.4').isCanonical()", "refused"},
    {"string(cidr('::/0')) + string(ip('::'))", "\"::/0::\""},
    {"semver('v1.02', true)", "\"1.2.0\""},
    {"semver('1.2.3').isLessThan(semver('1.2.4')) && isSemver('v1', true) && !isSemver('v1')",
     "true"},
    {"semver('18446744073709551615.0.0').major()", "error"},
    {"format.dns1123Label().validate('a.b').value()", "[\"must not contain dots\"]"},
    {"format.named('labelValue').value().validate('ok').hasValue()", "false"},
    {"format.qualifiedName().validate('/a').value()", "[\"prefix part must be non-empty\"]"},
    {"format.dns1123LabelPrefix().validate('abc-').hasValue()", "false"},
    {"format.named('none').hasValue()", "false"},
    {"base64.decode(base64.encode(b'\\xff\\x00'))", "\"/wA=\""},
    {"base64.decode('Zg=')", "error"},
};
INSTANTIATE_TEST_SUITE_P(Kubernetes, Extensions, testing::ValuesIn(kKubernetes));

TEST(ExtensionBudgets, what_grows_without_bound_is_stopped) {
  for (const char* expression : {
           "lists.range(100001)",
           "lists.range(9223372036854775807)",
           "lists.range(99999).map(i, 'aaaaaaaaaaaaaaaaaaaa').join()",
           "lists.range(1000).map(i, 'aaaaaaaaaaaaaaaaaaaa').join().replace('', "
           "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
           "cel.bind(s, lists.range(50000).map(i, 'aaaaaaaaaaaaaaaaaaaa').join(), "
           "'%x%x%x'.format([s, s, s]))",
           "cel.bind(s, lists.range(50000).map(i, 'a').join(), regex.replace(s, '', "
           "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'))",
       }) {
    EXPECT_EQ(outcome(expression), "error") << expression;
  }
}

TEST(ExtensionBudgets, comparing_everything_with_everything_costs) {
  const CelBudget budget{.cost = 1'000'000};
  EXPECT_EQ(outcome("cel.bind(l, lists.range(5000), sets.equivalent(l, l))", budget), "error");
  EXPECT_EQ(outcome("lists.range(5000).map(i, [i]).distinct().size()", budget), "error");
  EXPECT_EQ(outcome("lists.range(5000).distinct().size()", budget), "5000");
}

}  // namespace
}  // namespace kollect::extract
