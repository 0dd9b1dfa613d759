// The rules J1 to J10 of collection.md 3.3 and its edge cases 49 to 62, by number.
#include "extract/json_path.h"

#include <gtest/gtest.h>

#include "base/json_write.h"

namespace kollect::extract {
namespace {

constexpr std::string_view kObject = R"({
  "metadata": {"name": "cart", "namespace": "shop", "tags": null,
    "labels": {"app": "web", "app.kubernetes.io/name": "cart"}},
  "spec": {"replicas": 3, "ratio": 1.5, "big": 18446744073709551615, "exact": 9007199254740993,
    "three": [1, 2, 3], "none": [], "word": "abc", "nothing": null, "empty": {},
    "containers": [{"name": "web", "image": "w:1"}, {"name": "proxy", "image": "p:2"}],
    "one": [{"image": "only"}],
    "groups": [{"b": [{"c": 1}, {"c": 2}]}, {"b": []}, {"b": [{"c": 3}]}],
    "metadata.name": "dotted", "z": {"b": 2, "a": 1}},
  "status": {"conditions": [{"type": "Issuing", "status": "False"}, {"note": "x"},
    {"type": "Ready", "status": "True"}],
    "mixed": [{"n": 1}, {"n": 1.6}, {"n": 2}, {"m": 9}], "odd": [{"n": "text"}, {"n": null}]}})";

// "missing", "error: class", "rejected: text", or the value.
std::string evaluate(std::string_view path) {
  const Result<JsonPath> compiled = compile_json_path(path);
  if (!compiled) return "rejected";
  const Result<json::Document> object = json::Document::parse(kObject);
  json::Arena arena;
  const PathResult result = compiled->evaluate(object->root(), arena);
  switch (result.kind) {
    case PathResult::Kind::missing:
      return "missing";
    case PathResult::Kind::error:
      return "error: " + std::string(word(result.error));
    default:
      return json::to_text(result.value);
  }
}

constexpr const char* kOutside = "error: index outside of the list";
constexpr const char* kNoList = "error: index, slice or filter on a value that is no list";
constexpr const char* kUnrelated = "error: filter compares values of unrelated types";

struct Case {
  const char* name;
  const char* path;
  const char* expected;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.path; }

std::string name_of(const ::testing::TestParamInfo<Case>& tested) { return tested.param.name; }

class JsonPathCase : public ::testing::TestWithParam<Case> {};

TEST_P(JsonPathCase, gives) { EXPECT_EQ(evaluate(GetParam().path), GetParam().expected); }

constexpr Case kOuterForms[] = {
    {"j1_braces", "{.metadata.name}", "\"cart\""},
    {"j1_dollar", "$.metadata.name", "\"cart\""},
    {"j1_dollar_dots", "$..image", R"(["w:1","p:2","only"])"},
    {"j2_dot", ".metadata.name", "\"cart\""},
    {"j2_dollar_bracket", "$['metadata']['name']", "\"cart\""},
    {"j2_surrounding_space", "  {.metadata.name}\n", "\"cart\""},
    {"j3_bare_word", "metadata.name", "rejected"},
    {"j3_bare_word_in_braces", "{metadata.name}", "rejected"},
    {"j3_text_before", "x-{.metadata.name}", "rejected"},
    {"j3_text_after", "{.metadata.name}-x", "rejected"},
    {"j3_two_groups", "{.metadata.name}{.metadata.namespace}", "rejected"},
    {"j3_range", "{range .spec.three[*]}", "rejected"},
    {"j3_end", "{end}", "rejected"},
    {"j4_open_brace", "{.metadata.name", "rejected"},
    {"j4_open_bracket", "{.spec.three[0}", "rejected"},
    {"j4_open_quote", "{.metadata['name}", "rejected"},
    {"j4_word_index", "{.spec.three[one]}", "rejected"},
    {"j4_character", "{.spec.three[0]!}", "rejected"},
    {"j4_double_brace", "{{.metadata.name}}", "rejected"},
    {"j4_four_dots", "{....image}", "rejected"},
    {"j4_descend_wildcard", "{..*}", "rejected"},
    {"j4_huge_index", "{.spec.three[99999999999999999999]}", "rejected"},
    {"empty_braces_are_the_node", "{.spec.z}", R"({"a":1,"b":2})"},
};
INSTANTIATE_TEST_SUITE_P(OuterForm, JsonPathCase, ::testing::ValuesIn(kOuterForms), name_of);

constexpr Case kEdges[] = {
    {"edge_49_braces", "{.metadata.name}", "\"cart\""},
    {"edge_49_dollar", "$.metadata.namespace", "\"shop\""},
    {"edge_50_missing", ".metadata.nothing", "missing"},
    {"edge_50_null_is_for_the_attribute", ".metadata.tags", "null"},
    {"edge_51_scalar", ".spec.containers[0].image", "\"w:1\""},
    {"edge_51_list", ".spec.containers[*].image", R"(["w:1","p:2"])"},
    {"edge_51_one", ".spec.one[*].image", "\"only\""},
    {"edge_51_empty", ".spec.none[*].image", "missing"},
    {"edge_52_parse_error", "{.metadata.name", "rejected"},
    {"edge_52_blank", "  ", "rejected"},
    {"edge_53_index_on_scalar", "{.metadata.name[0]}", kNoList},
    {"edge_53_key_on_scalar", ".metadata.name.x", "missing"},
    {"edge_54_beyond", ".spec.three[5]", kOutside},
    {"edge_54_before", ".spec.three[-4]", kOutside},
    {"edge_54_slice_beyond", ".spec.three[0:9]", kOutside},
    {"edge_54_reversed", ".spec.three[2:1]", kOutside},
    {"edge_54_step_zero", ".spec.three[::0]", "error: slice step not above zero"},
    {"edge_54_step_negative", ".spec.three[::-1]", "error: slice step not above zero"},
    {"edge_54_nothing", ".spec.three[0:0]", "missing"},
    {"edge_54_last", ".spec.three[-1]", "3"},
    {"edge_54_last_two", ".spec.three[-2:]", "[2,3]"},
    {"edge_54_but_last", ".spec.three[0:-1]", "[1,2]"},
    {"edge_54_every_second", ".spec.three[::2]", "[1,3]"},
    {"edge_54_index_of_empty", ".spec.none[0]", kOutside},
    {"edge_55_union", ".spec.z['a','b']", "[1,2]"},
    {"edge_55_written_order", ".spec.z['b','a']", "[2,1]"},
    {"edge_55_absent", ".spec.z['a','x']", "missing"},
    {"edge_55_indices", ".spec.three[2,0]", "[3,1]"},
    {"edge_56_elements_of_object", ".spec.z[*]", kNoList},
    {"edge_56_members", ".spec.z.*", "[1,2]"},
    {"edge_57_dot_form", R"(.metadata.labels.app\.kubernetes\.io/name)", "\"cart\""},
    {"edge_57_quoted_escaped", R"(.metadata.labels['app\.kubernetes\.io/name'])", "\"cart\""},
    {"edge_57_quoted", ".metadata.labels['app.kubernetes.io/name']", "\"cart\""},
    {"edge_57_double_quotes", R"(.metadata.labels["app"])", "\"web\""},
    {"edge_57_dotted_path", "$['metadata.name']", "\"cart\""},
    {"edge_57_exact_name_first", ".spec['metadata.name']", "\"dotted\""},
    {"edge_58_empty_middle", ".spec.groups[*].b[*].c", "[1,2,3]"},
    {"edge_59_filter", ".status.conditions[?(@.type==\"Ready\")].status", "\"True\""},
    {"edge_59_single_quotes", ".status.conditions[?(@.type=='Ready')].status", "\"True\""},
    {"edge_59_no_hit", ".status.conditions[?(@.type==\"None\")].status", "missing"},
    {"edge_59_exists", ".status.conditions[?(@.type)].type", R"(["Issuing","Ready"])"},
    {"edge_59_mixed_numbers", ".status.mixed[?(@.n > 1.5)].n", "[1.6,2]"},
    {"edge_59_equal_numbers", ".status.mixed[?(@.n == 2.0)].n", "2"},
    {"edge_59_unrelated", ".status.odd[?(@.n > 1)].n", kUnrelated},
    {"edge_59_and", ".status.mixed[?(@.n > 1 && @.n < 2)]", "rejected"},
    {"edge_60_document_order", "..image", R"(["w:1","p:2","only"])"},
    {"edge_61_unbraced", ".metadata.name", "\"cart\""},
    {"edge_61_bare", "metadata.name", "rejected"},
    {"edge_61_text", "x-{.a}", "rejected"},
    {"edge_61_groups", "{.a}{.b}", "rejected"},
    {"edge_62_cel", "object.metadata.name", "rejected"},
    {"edge_62_cel_bracket", "object['metadata']", "rejected"},
};
INSTANTIATE_TEST_SUITE_P(Edge, JsonPathCase, ::testing::ValuesIn(kEdges), name_of);

constexpr Case kSteps[] = {
    {"whitespace_between_steps", "{ .spec .three [1] }", "2"},
    {"current_node_signs", "{$.spec@.three$[1]}", "2"},
    {"empty_index_is_zero", ".spec.three[]", "1"},
    {"equal_bounds_beyond", ".spec.three[7:7]", "missing"},
    {"key_on_list", ".spec.three.x", "missing"},
    {"key_on_null", ".spec.nothing.x", "missing"},
    {"index_on_null", ".spec.nothing[0]", "missing"},
    {"filter_on_null", ".spec.nothing[?(@.x)]", "missing"},
    {"filter_on_object", ".spec.z[?(@.x)]", kNoList},
    {"elements_of_list_by_wildcard", ".spec.three.*", "[1,2,3]"},
    {"j5_key_over_some", ".status.conditions[*].type", R"(["Issuing","Ready"])"},
    {"j5_key_over_none", ".status.conditions[*].zone", "missing"},
    {"j6_index_needs_every_list", ".spec.groups[*].b[0].c", kOutside},
    {"j7_element_lacking_operand", ".status.conditions[?(@.type!=\"x\")].status",
     R"(["False","True"])"},
    {"j7_existence_beyond_list", ".spec.groups[?(@.b[1])].b[0].c", "1"},
    {"j7_several_operands", ".spec.groups[?(@.b[*].c == 1)]",
     "error: filter compares more than one value"},
    {"j7_no_order_of_bools", "{.spec.three[?(true < false)]}", kUnrelated},
    {"j9_wildcard_on_text", ".spec.word.*", "missing"},
    {"three_dots", "{...image}", R"(["w:1","p:2","only"])"},
    {"descend_skips_empty", "{.spec.none..}", "missing"},
    {"integers_stay_exact", ".spec.exact", "9007199254740993"},
    {"unsigned_stays_exact", ".spec.big", "18446744073709551615"},
    {"constant_text", "{\"a\\tb\"}", "\"a\\tb\""},
    {"constant_number", "{-12}", "-12"},
    {"constant_double", "{1.5}", "1.5"},
    {"constant_bool", "{true}", "true"},
    {"operator_in_text", ".status.conditions[?(@.type!=\"a=b\")].type", R"(["Issuing","Ready"])"},
    {"bracket_in_quoted_key", ".metadata.labels['a]b']", "missing"},
    {"rfc_prefix", "jsonpath: $.spec.three[?@ > 1]", "[2,3]"},
    {"rfc_one", "jsonpath:$.metadata.name", "\"cart\""},
    {"rfc_none", "jsonpath:$.metadata.zone", "missing"},
    {"rfc_index_beyond", "jsonpath:$.spec.three[9]", "missing"},
    {"rfc_invalid", "jsonpath:.metadata", "rejected"},
    {"rfc_blank", "jsonpath:  ", "rejected"},
    {"rfc_ends_after_minus", "jsonpath:$[-", "rejected"},
};
INSTANTIATE_TEST_SUITE_P(Step, JsonPathCase, ::testing::ValuesIn(kSteps), name_of);

std::string error_of(std::string_view path) {
  const Result<JsonPath> compiled = compile_json_path(path);
  return compiled ? "" : compiled.error().text();
}

TEST(JsonPath, edge_62_the_error_mentions_the_cel_prefix) {
  EXPECT_NE(error_of("object.metadata.name").find("cel:"), std::string::npos);
}

TEST(JsonPath, an_error_shows_the_column_with_a_caret) {
  EXPECT_EQ(error_of("{.a[}"),
            "1:4: the bracket or a quoted text in it has no end\n | {.a[}\n | ...^");
}

TEST(JsonPath, the_caret_counts_characters_not_bytes) {
  EXPECT_NE(error_of("{.\xC3\xA4[x]}").find("1:5:"), std::string::npos);
}

TEST(JsonPath, an_error_of_an_rfc_query_counts_from_the_prefix) {
  EXPECT_NE(error_of("jsonpath:$.a[").find("1:14:"), std::string::npos);
}

TEST(JsonPath, errors_are_the_users) {
  EXPECT_EQ(compile_json_path("{").error().fault, Fault::invalid);
}

TEST(JsonPath, j8_a_filter_is_admitted_with_a_warning) {
  EXPECT_EQ(compile_json_path("{.a[?(@.b)]}")->warnings().size(), 1U);
  EXPECT_TRUE(compile_json_path("{.a[0]}")->warnings().empty());
}

TEST(JsonPath, a_pattern_that_never_matches_draws_a_warning) {
  EXPECT_EQ(compile_json_path("jsonpath:$[?match(@, '\\\\d')]")->warnings().size(), 1U);
}

TEST(JsonPath, j10_a_path_of_4096_bytes_is_the_longest) {
  EXPECT_EQ(evaluate("." + std::string(4095, 'a')), "missing");
  EXPECT_EQ(evaluate("." + std::string(4096, 'a')), "rejected");
}

json::Value repeated(json::Value value, size_t count, json::Arena& arena) {
  return arena.array(std::vector<json::Value>(count, value));
}

TEST(JsonPath, j10_more_than_ten_thousand_results_are_an_error) {
  json::Arena arena;
  const JsonPath path = *compile_json_path("$[*]");
  const PathResult most = path.evaluate(repeated(json::Value::integer(1), 10000, arena), arena);
  EXPECT_EQ(most.kind, PathResult::Kind::many);
  const json::Value more = repeated(json::Value::integer(1), 10001, arena);
  EXPECT_EQ(path.evaluate(more, arena).error, PathError::too_many_results);
}

TEST(JsonPath, j10_descending_deeper_than_a_thousand_is_an_error) {
  json::Arena arena;
  json::Value deep = json::Value::integer(1);
  for (size_t i = 0; i < 1000; ++i) deep = repeated(deep, 1, arena);
  EXPECT_EQ(compile_json_path("{..}")->evaluate(deep, arena).kind, PathResult::Kind::many);
  for (size_t i = 0; i < 2; ++i) deep = repeated(deep, 1, arena);
  EXPECT_EQ(compile_json_path("{..}")->evaluate(deep, arena).error, PathError::too_deep);
}

TEST(JsonPath, work_is_bounded) {
  json::Arena arena;
  json::Value tree = json::Value::integer(1);
  for (size_t i = 0; i < 6; ++i) tree = repeated(tree, 8, arena);
  const JsonPath path = *compile_rfc9535("$..[?@..[?@..[?@.a]]]");
  EXPECT_EQ(path.evaluate(tree, arena).error, PathError::too_much_work);
}

TEST(JsonPath, nested_parentheses_are_refused_not_followed) {
  const std::string deep = "$[?" + std::string(2000, '(') + "@.a" + std::string(2000, ')') + "]";
  EXPECT_FALSE(compile_rfc9535(deep).has_value());
}

TEST(JsonPath, matches_carry_their_last_member_and_its_object) {
  const Result<json::Document> object = json::Document::parse(kObject);
  json::Arena arena;
  const PathResult result =
      compile_json_path("{.spec.containers[1].*}")->evaluate(object->root(), arena);
  ASSERT_EQ(result.matches.size(), 2U);
  EXPECT_EQ(result.matches[0].key(), "image");
  EXPECT_EQ(result.matches[0].parent->text("name"), "proxy");
}

TEST(JsonPath, an_element_carries_the_member_of_its_list) {
  const Result<json::Document> object = json::Document::parse(kObject);
  json::Arena arena;
  const PathResult result = compile_json_path("{.spec.three[-1]}")->evaluate(object->root(), arena);
  EXPECT_EQ(result.matches[0].key(), "three");
}

TEST(JsonPath, the_last_key_is_known_when_the_path_ends_in_it) {
  EXPECT_EQ(compile_json_path(".a.password")->last_key(), "password");
  EXPECT_EQ(compile_json_path(".a.token[0]")->last_key(), "token");
  EXPECT_EQ(compile_json_path("..password")->last_key(), "password");
  EXPECT_EQ(compile_json_path(".a.*")->last_key(), "");
  EXPECT_EQ(compile_json_path("$")->last_key(), "");
}

TEST(JsonPath, tells_whether_it_touches_a_member_of_the_root) {
  const auto touch = [](std::string_view path) {
    return compile_json_path(path)->touches_root_member("data");
  };
  for (const char* path : {".data", "$['data'].x", "$", "{..}", "{.*}", "$['data.x']"}) {
    EXPECT_NE(touch(path), Touch::no) << path;
  }
  EXPECT_EQ(touch(".data.x"), Touch::yes);
  EXPECT_EQ(touch("{..x}"), Touch::maybe);
  EXPECT_EQ(touch("$['kind','data']"), Touch::yes);
  EXPECT_EQ(touch(".spec.data"), Touch::no);
  EXPECT_EQ(touch("$[0]"), Touch::no);
}

TEST(JsonPath, a_steady_state_takes_no_more_memory_from_the_arena) {
  const Result<json::Document> object = json::Document::parse(kObject);
  const JsonPath path = *compile_json_path("{.status.conditions[?(@.type==\"Ready\")].status}");
  json::Arena arena;
  path.evaluate(object->root(), arena);
  const size_t held = arena.capacity_bytes();
  for (size_t i = 0; i < 1000; ++i) {
    arena.reset();
    path.evaluate(object->root(), arena);
  }
  EXPECT_EQ(arena.capacity_bytes(), held);
}

}  // namespace
}  // namespace kollect::extract
