#include "base/yaml.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/json_write.h"

namespace kollect::yaml {
namespace {

// The JSON text of a YAML text, or "error: ..." with the message.
std::string read(std::string_view text) {
  json::Arena arena;
  const auto value = yaml::parse(text, arena);
  return value ? json::to_text(*value) : "error: " + value.error().message;
}

struct Case {
  const char* name;
  const char* yaml;
  const char* json;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.yaml; }

// Every expectation was compared with sigs.k8s.io/yaml 1.6, except where a name says that we are
// stricter.
const Case kCases[] = {
    {"text", "a: hello world", R"({"a":"hello world"})"},
    {"words_of_yaml_1_1", "[y, N, yes, No, ON, off, true, False]",
     "[true,false,true,false,true,false,true,false]"},
    {"quoted_words_are_text", R"(["y", 'no', "1", '~'])", R"(["y","no","1","~"])"},
    {"mixed_case_words_are_text", "[yEs, oN, tRUE, nuLL]", R"(["yEs","oN","tRUE","nuLL"])"},
    {"nulls", "[~, null, Null, NULL, ]", "[null,null,null,null]"},
    {"empty_value_is_null", "a:", R"({"a":null})"},
    {"integers", "[0, -1, +5, 007, 0o17, 0x1F, -0x10, 0b101, 1_000]",
     "[0,-1,5,7,15,31,-16,5,1000]"},
    {"octal_with_eight_is_a_float", "[08, 0o8]", R"([8,"0o8"])"},
    {"int64_limits", "[9223372036854775807, -9223372036854775808]",
     "[9223372036854775807,-9223372036854775808]"},
    {"uint64_limit", "18446744073709551615", "18446744073709551615"},
    {"beyond_uint64_is_a_double", "18446744073709551616", "18446744073709552000"},
    {"signed_beyond_int64_is_a_double", "+9223372036854775808", "9223372036854776000"},
    {"doubles", "[1.5, .5, 5., 1e3, 1.5e-7, -2E+1]", "[1.5,0.5,5,1000,1.5e-7,-20]"},
    {"whole_double_is_an_integer", "- 1.0\n- -0.0", "[1,0]"},
    {"beyond_double_is_text", "[1e400, -1e400]", R"(["1e400","-1e400"])"},
    {"almost_numbers_are_text", "[1.2.3, 0x, 1e, '-', +, 12m, 1:30, 0xg, _1, --1, .e1, '.']",
     R"(["1.2.3","0x","1e","-","+","12m","1:30","0xg","_1","--1",".e1","."])"},
    {"dates_are_text", "[2020-01-02, 2020-01-02T03:04:05Z]",
     R"(["2020-01-02","2020-01-02T03:04:05Z"])"},
    {"not_finite_is_refused", "a: .nan",
     "error: line 1, column 4: JSON has no infinities and no NaN"},
    {"keys_become_text", "{1: a, true: b, no: c, 1.5: d, 010: e}",
     R"({"1":"a","1.5":"d","8":"e","false":"c","true":"b"})"},
    {"null_key_is_refused", "~: a", "error: line 1, column 1: a map key that is null"},
    {"map_as_key_is_refused", "? {a: b}\n: c",
     "error: line 1, column 3: a map key that is no scalar"},
    {"tags", "[!!str 12, !!int '3', !!float 3, !!bool yes, !!null '', !foo 12]",
     R"(["12",3,3,true,null,"12"])"},
    {"tag_that_does_not_fit", "a: !!int x", "error: line 1, column 4: a value that is no !!int"},
    {"binary", "!!binary aGVs\n", R"("hel")"},
    {"binary_that_is_no_text", "!!binary auVs", "\"j\xEF\xBF\xBDl\""},
    {"block_scalars", "a: |\n  x\n   y\nb: >-\n  x\n  y\n", R"({"a":"x\n y\n","b":"x y"})"},
    {"double_quoted_escapes", R"(a: "\t\u00e9\x41\U0001F600")",
     "{\"a\":\"\\té"
     "A😀\"}"},
    {"alias", "a: &x {k: 1}\nb: *x", R"({"a":{"k":1},"b":{"k":1}})"},
    {"alias_as_key", "a: &x k\nb: {*x : 1}", R"({"a":"k","b":{"k":1}})"},
    {"anchor_defined_again", "[&x 1, *x, &x 2, *x]", "[1,1,2,2]"},
    {"merge", "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}", R"({"a":{"k":1,"l":2},"b":{"k":3,"l":2}})"},
    {"merge_of_several_first_wins", "{<<: [{a: 1}, {a: 2, b: 2}]}", R"({"a":1,"b":2})"},
    {"merge_after_a_key_wins_as_in_kubectl", "{a: 1, <<: {a: 2}}", R"({"a":2})"},
    {"quoted_merge_key_is_a_key", R"({"<<": 1})", R"({"\u003c\u003c":1})"},
    {"merge_of_a_scalar", "{<<: 1}",
     "error: line 1, column 6: a merge key wants a map or a list of maps"},
    {"unknown_anchor", "a: *x", "error: line 1, column 4: unknown anchor 'x'"},
    {"anchor_in_itself", "a: &x [*x]", "error: line 1, column 8: anchor 'x' contains itself"},
    {"stricter_key_twice", "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n",
     "error: line 5: key 'c' comes twice in one map"},
    {"byte_order_mark",
     "\xEF\xBB\xBF"
     "a: 1",
     R"({"a":1})"},
    {"json_by_json_rules", R"({"a": 1.0, "b": "\ud83d\ude00", "c": "\/"})",
     R"({"a":1,"b":"😀","c":"/"})"},
    {"flow_map_that_is_no_json", "{a: n}", R"({"a":false})"},
    {"crlf", "a: 1\r\nb: 2\r\n", R"({"a":1,"b":2})"},
    {"nothing", "", "null"},
    {"only_comments", "# x\n---\n# y\n", "null"},
    {"bad_indent", "a: 1\n b: 2",
     "error: line 2, column 3: mapping values are not allowed in this context"},
    {"bad_utf8", "a: 1\nb: \xFF", "error: line 2, column 4: invalid leading UTF-8 octet"},
    {"tab_indent", "a:\n\tb: 1",
     "error: line 2, column 1: found character that cannot start any token"},
    {"second_document", "a: 1\n---\nb: 2",
     "error: line 3: one document is wanted, here begins a second"},
};

class Yaml : public testing::TestWithParam<Case> {};
TEST_P(Yaml, reads_as_kubernetes_does) { EXPECT_EQ(read(GetParam().yaml), GetParam().json); }
INSTANTIATE_TEST_SUITE_P(Texts, Yaml, testing::ValuesIn(kCases),
                         [](const auto& c) { return std::string(c.param.name); });

TEST(YamlDocuments, come_in_order_without_the_empty_ones) {
  json::Arena arena;
  const auto documents = parse_all("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n---\n[3]\n", arena);
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 3U);
  EXPECT_EQ(json::to_text((*documents)[1].root), R"({"b":2})");
  EXPECT_EQ((*documents)[1].line, 6U);
}

TEST(YamlDocuments, do_not_share_anchors) {
  json::Arena arena;
  EXPECT_FALSE(parse_all("a: &x 1\n---\nb: *x\n", arena));
}

TEST(YamlLines, point_at_keys_and_items) {
  json::Arena arena;
  const auto documents = parse_all(
      "kind: A\nspec:\n  list:\n  - a: 1\n    b/c~d:\n      x\n  - 2\n", arena, {.lines = true});
  ASSERT_TRUE(documents);
  const Lines& lines = documents->front().lines;
  const std::pair<const char*, size_t> expected[] = {{"", 1},
                                                     {"/spec", 2},
                                                     {"/spec/list", 3},
                                                     {"/spec/list/0/a", 4},
                                                     {"/spec/list/0/b~1c~0d", 5},
                                                     {"/spec/list/1", 7}};
  for (const auto& [pointer, line] : expected) EXPECT_EQ(lines.at(pointer), line) << pointer;
}

TEST(YamlLines, of_an_absent_field_are_those_of_its_object) {
  json::Arena arena;
  const auto documents = parse_all("kind: A\nspec:\n  a: 1\n", arena, {.lines = true});
  EXPECT_EQ(documents->front().lines.at("/spec/b/c"), 2U);
  EXPECT_EQ(documents->front().lines.at("/status"), 1U);
  EXPECT_EQ(Lines().at("/x"), 0U);
}

TEST(YamlLines, are_there_for_json_too) {
  json::Arena arena;
  const auto documents = parse_all("{\n \"a\": {\n  \"b\": 1.0\n }\n}", arena, {.lines = true});
  EXPECT_EQ(documents->front().lines.at("/a/b"), 3U);
}

TEST(YamlBounds, a_bomb_of_aliases_is_refused) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'l'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i)
      bomb += std::string(i > 0 ? "," : "") + '*' + static_cast<char>(c - 1);
    bomb += "]\n";
  }
  EXPECT_NE(read(bomb).find("aliases repeat too much"), std::string::npos);
}

TEST(YamlBounds, nesting_ends_at_the_depth_of_json) {
  EXPECT_EQ(read(std::string(900, '[') + std::string(900, ']')).substr(0, 6), "[[[[[[");
  EXPECT_NE(read(std::string(100000, '[')).find("error: "), std::string::npos);
  std::string deep;
  for (size_t i = 0; i < 1100; ++i) deep += "- ";
  EXPECT_NE(read(deep + "x").find("nested too deeply"), std::string::npos);
}

// Texts that readers of YAML like to take for something else.
const std::vector<std::string> kTricky = {
    "",
    " ",
    "  x",
    "x  ",
    "y",
    "n",
    "Yes",
    "NO",
    "on",
    "Off",
    "true",
    "FALSE",
    "null",
    "~",
    "1",
    "-1",
    "+1",
    "0x10",
    "0o7",
    "010",
    "1_000",
    "1e3",
    ".5",
    "5.",
    ".inf",
    "-.INF",
    ".NaN",
    "1:30",
    "12:30:45",
    "2020-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "<<",
    "!x",
    "!!str x",
    "&a",
    "*a",
    "@a",
    "`a",
    "%a",
    "#a",
    "a #b",
    "a: b",
    "a:b",
    ":",
    "a:",
    "- a",
    "-",
    "--",
    "---",
    "...",
    "--- a",
    "? a",
    "?",
    "|",
    ">",
    "| x",
    "> x",
    "{a}",
    "[a]",
    "{",
    "]",
    ",",
    "a,b",
    "'",
    "\"",
    "'a'",
    "\"a\"",
    "a'b",
    "a\"b",
    "\\",
    "a\\nb",
    "a\nb",
    "\n",
    "a\n",
    "\na",
    "a\n\n",
    "a\tb",
    "\t",
    "a\rb",
    "\r\n",
    "\x01",
    "\x1b[0m",
    "\x7f",
    "\xC2\x85",
    "\xC2\xA0",
    "\xE2\x80\xA8",
    "\xE2\x80\xA9",
    "\xEF\xBB\xBF",
    "\xEF\xBF\xBE",
    "é",
    "日本",
    "😀",
    "a\xC2\x85"
    "b",
    "0",
    "00",
    "0.0",
    "-0",
    "1.",
    "e3",
    "0b1",
    "12e03",
    "190:20:30",
    "kollect.dev/v1alpha1",
    "kube-system",
    "a b",
    "a/b",
    "a-",
    "-a",
    "a.",
    "0a",
    "0xg",
    "nan",
    "inf",
    "Null",
    "truE",
    "key: [x]",
};

TEST(YamlWrite, every_tricky_text_reads_back_as_itself) {
  for (const std::string& text : kTricky) {
    json::Arena arena;
    const json::Member members[] = {{text, json::Value::string(text)}};
    const json::Value items[] = {json::Value::string(text), arena.object(members)};
    const json::Value value = arena.array(items);
    EXPECT_EQ(read(yaml::to_text(value)), json::to_text(value)) << yaml::to_text(value);
  }
}

TEST(YamlWrite, is_made_for_people) {
  const auto document = json::Document::parse(
      R"({"apiVersion":"kollect.dev/v1alpha1","kind":"X","e":{},"l":[],"spec":{"a":[1,{"b":true,"c":[["d"],null]}],"t":"x: y"}})");
  EXPECT_EQ(yaml::to_text(document->root()), R"(apiVersion: kollect.dev/v1alpha1
e: {}
kind: X
l: []
spec:
  a:
  - 1
  - b: true
    c:
    - - d
    - null
  t: "x: y"
)");
}

TEST(YamlWrite, indents_what_goes_into_another_document) {
  const auto document = json::Document::parse(R"({"a":{"b":1}})");
  std::string out = "x:\n";
  write(out, document->root(), 2);
  EXPECT_EQ(out, "x:\n  a:\n    b: 1\n");
}

TEST(YamlWrite, long_keys_read_back) {
  json::Arena arena;
  const std::string key(3000, 'k');
  const json::Value one = json::Value::integer(1);
  const json::Member inner[] = {{"a", json::Value::array({&one, 1})},
                                {key, json::Value::array({&one, 1})}};
  const json::Member outer[] = {{key, arena.object(inner)}, {"z", one}};
  const json::Value value = arena.object(outer);
  EXPECT_EQ(read(yaml::to_text(value)), json::to_text(value));
}

json::Value random_value(std::mt19937& random, json::Arena& arena, int depth) {
  switch (random() % (depth > 0 ? 8U : 5U)) {
    case 0:
      return json::Value();
    case 1:
      return json::Value::boolean(random() % 2 == 0);
    case 2:
      return json::Value::integer(static_cast<int64_t>(random()) - 2'000'000'000);
    case 3:
      return json::Value::number(static_cast<double>(random()) / 1024.0 + 0.0001);
    case 4:
      return arena.string(kTricky[random() % kTricky.size()]);
    case 5:
      return json::Value::unsigned_integer(UINT64_MAX - random());
    default:
      break;
  }
  std::vector<json::Member> members;
  for (size_t i = random() % 4; i > 0; --i) {
    members.push_back({kTricky[random() % kTricky.size()], random_value(random, arena, depth - 1)});
  }
  if (random() % 2 == 0) return arena.object(members);
  std::vector<json::Value> items;
  for (const json::Member& member : members) items.push_back(member.value);
  return arena.array(items);
}

TEST(YamlWrite, reads_back_as_what_was_written) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    json::Arena arena;
    const json::Value value = random_value(random, arena, 5);
    ASSERT_EQ(read(yaml::to_text(value)), json::to_text(value)) << yaml::to_text(value);
  }
}

}  // namespace
}  // namespace kollect::yaml
