#include "base/json.h"

#include "base/json_scan.h"
#include "base/json_write.h"

namespace kollect::json {
namespace {

std::string canonical(std::string_view text) {
  const auto document = Document::parse(text);
  return document ? to_text(document->root()) : document.error().text();
}

struct Written {
  const char* name;
  std::string_view text;
  std::string_view expected;
};

class CanonicalText : public ::testing::TestWithParam<Written> {};

TEST_P(CanonicalText, is_as_the_contract_says) {
  EXPECT_EQ(canonical(GetParam().text), GetParam().expected);
}

constexpr Written kWritten[] = {
    {"keys_ascend_by_bytes", R"({"b":1,"a":2,"B":3,"aa":4})", R"({"B":3,"a":2,"aa":4,"b":1})"},
    {"the_last_of_a_repeated_key_counts", R"({"a":1,"b":0,"a":2})", R"({"a":2,"b":0})"},
    {"white_space_goes", " { \"a\" : [ 1 , 2 ] , \"b\" : { } }\n", R"({"a":[1,2],"b":{}})"},
    {"html_and_separators_are_escaped", R"(["<a>&","\u2028\u2029"])",
     R"(["\u003ca\u003e\u0026","\u2028\u2029"])"},
    {"short_escapes", R"(["\u0008\u000c\n\r\t\"\\\/\u0001\u007f"])",
     "[\"\\b\\f\\n\\r\\t\\\"\\\\/\\u0001\x7f\"]"},
    {"surrogate_pairs_become_utf8", R"(["\ud83d\ude00"])", "[\"\xF0\x9F\x98\x80\"]"},
    {"lone_surrogates_are_replaced", R"(["\ud83d!","\ude00"])",
     "[\"\xEF\xBF\xBD!\",\"\xEF\xBF\xBD\"]"},
    {"escaped_keys_are_read", R"({"\u0061":1})", R"({"a":1})"},
    {"signed_64_bits_are_exact", "[9223372036854775807,-9223372036854775808,9007199254740993]",
     "[9223372036854775807,-9223372036854775808,9007199254740993]"},
    {"unsigned_64_bits_are_exact", "[9223372036854775808,18446744073709551615]",
     "[9223372036854775808,18446744073709551615]"},
    {"beyond_64_bits_is_a_double", "[18446744073709551616,-9223372036854775809]",
     "[18446744073709552000,-9223372036854776000]"},
    {"whole_doubles_lose_the_point", "[3.0,-0.0,1e3,-0]", "[3,-0,1000,0]"},
    {"exponents_have_no_zero_in_front", "[1e-7,1e21,1.5e300,1e20,0.000001]",
     "[1e-7,1e+21,1.5e+300,100000000000000000000,0.000001]"},
    {"large_doubles_keep_their_fractions", "[1008386150820882.5,-4503599627370495.5,1e15]",
     "[1008386150820882.5,-4503599627370495.5,1000000000000000]"},
    {"large_doubles_have_the_shortest_digits",
     "[1e15,1.5e15,123456789012345680000.0,9007199254740993.0]",
     "[1000000000000000,1500000000000000,123456789012345680000,9007199254740992]"},
    {"tiny_doubles_become_zero", "[1e-400]", "[0]"},
    {"scalars_stand_alone", " true ", "true"},
    {"empty_containers", "[[],{}]", "[[],{}]"},
};

INSTANTIATE_TEST_SUITE_P(Json, CanonicalText, ::testing::ValuesIn(kWritten),
                         [](const auto& one) { return one.param.name; });

TEST(Json, invalid_utf8_in_a_value_is_written_as_the_replacement) {
  std::string out;
  append_string(out, "a\xFF\xC0\x80\xED\xA0\x80z\xE2\x82");
  EXPECT_EQ(out, R"("a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdz\ufffd\ufffd")");
}

class Malformed : public ::testing::TestWithParam<std::string_view> {};

TEST_P(Malformed, is_refused_as_invalid) {
  const auto document = Document::parse(GetParam());
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().fault, Fault::invalid);
}

INSTANTIATE_TEST_SUITE_P(Json, Malformed,
                         ::testing::Values("", " ", "{", "}", "[1,]", R"({"a":1,})", R"({"a" 1})",
                                           R"({a:1})", "[1 2]", "[1]]", "01", "1.", ".5", "+1",
                                           "1e", "-", "nul", "truex", "NaN", R"("abc)",
                                           R"("a" "b")", R"("a"b)", "[1}", R"({"a":})", "1e400",
                                           R"(["\x"])", R"(["\u12g4"])", R"(["\u12"])",
                                           "[\"\x01\"]", "[\"\xFF\"]", R"({"a":1 "b":2})", "[,1]",
                                           "[1,,2]", ":", ",", R"({"a"})"));

TEST(Json, a_message_names_the_place_and_never_the_content) {
  const auto document = Document::parse(R"({"password":"hunter2" "x":1})");
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().text(), "not JSON: expected ',' or '}' at byte 22");
}

TEST(Json, a_thousand_levels_are_read_and_one_more_is_refused) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Document::parse(nested(kMaxDepth)).has_value());
  EXPECT_FALSE(Document::parse(nested(kMaxDepth + 1)).has_value());
}

TEST(Json, members_are_found_in_small_and_in_large_objects) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i)
    text += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":" + std::to_string(i);
  const auto large = Document::parse(text + "}");
  ASSERT_TRUE(large.has_value());
  EXPECT_EQ(large->root().find("k42")->as_int(), 42);
  EXPECT_EQ(large->root().find("k100"), nullptr);
  EXPECT_EQ(large->root().at({"k1", "x"}), nullptr);
}

TEST(Json, a_deep_copy_outlives_its_source) {
  Arena kept;
  Value copy;
  {
    auto source = Document::parse(R"({"a":["x",{"b":1.5}],"c":{}})");
    ASSERT_TRUE(source.has_value());
    copy = kept.deep_copy(source->root());
  }
  EXPECT_EQ(to_text(copy), R"({"a":["x",{"b":1.5}],"c":{}})");
}

TEST(Json, values_compare_by_content) {
  const auto a = Document::parse(R"({"a":[1,"x"],"b":null})");
  const auto b = Document::parse(R"({"b":null,"a":[1,"x"]})");
  const auto c = Document::parse(R"({"b":null,"a":[1.0,"x"]})");
  EXPECT_TRUE(a->root() == b->root());
  EXPECT_FALSE(a->root() == c->root());
}

TEST(Json, pretty_text_indents_by_two) {
  const auto document = Document::parse(R"({"a":[1,{}],"b":{"c":null}})");
  EXPECT_EQ(to_pretty_text(document->root()),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": null\n  }\n}");
}

TEST(Arena, reset_keeps_its_blocks_up_to_the_limit) {
  Arena arena(1024);
  for (int i = 0; i < 10; ++i) arena.allocate(1000);
  EXPECT_EQ(arena.capacity_bytes(), 10240U);
  arena.reset(4096);
  EXPECT_EQ(arena.capacity_bytes(), 4096U);
  for (int i = 0; i < 4; ++i) arena.allocate(1000);
  EXPECT_EQ(arena.capacity_bytes(), 4096U);
}

TEST(Arena, a_huge_block_is_given_back_by_reset) {
  Arena arena(1024);
  arena.allocate(10 << 20);
  arena.reset(1 << 20);
  EXPECT_EQ(arena.capacity_bytes(), 0U);
}

}  // namespace
}  // namespace kollect::json
