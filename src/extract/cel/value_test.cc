#include "extract/cel/value.h"

#include <limits>

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

using json::Document;

static_assert(sizeof(CelValue) == 16);
static_assert(std::is_trivially_copyable_v<CelValue>);

CelValue i(int64_t n) { return CelValue::integer(n); }
CelValue u(uint64_t n) { return CelValue::unsigned_integer(n); }
CelValue d(double n) { return CelValue::number(n); }
CelValue s(std::string_view text) { return CelValue::string(text); }

TEST(CelValue, numbers_are_equal_across_kinds) {
  EXPECT_TRUE(equal(i(1), u(1)));
  EXPECT_TRUE(equal(i(1), d(1)));
  EXPECT_TRUE(equal(u(1), d(1)));
  EXPECT_FALSE(equal(i(-1), u(std::numeric_limits<uint64_t>::max())));
  EXPECT_FALSE(equal(d(std::numeric_limits<double>::quiet_NaN()),
                     d(std::numeric_limits<double>::quiet_NaN())));
}

TEST(CelValue, values_of_unrelated_kinds_are_unequal_not_errors) {
  EXPECT_FALSE(equal(i(1), s("1")));
  EXPECT_FALSE(equal(CelValue(), CelValue::boolean(false)));
  EXPECT_FALSE(equal(CelValue::string("a"), CelValue::bytes("a")));
}

struct OrderCase {
  const char* name;
  CelValue less;
  CelValue more;
};

class CelOrder : public testing::TestWithParam<OrderCase> {};

TEST_P(CelOrder, is_the_same_from_both_sides) {
  const OrderCase& test = GetParam();
  EXPECT_TRUE(compare(test.less, test.more) == std::strong_ordering::less);
  EXPECT_TRUE(compare(test.more, test.less) == std::strong_ordering::greater);
  EXPECT_TRUE(compare(test.less, test.less) == std::strong_ordering::equal);
}

INSTANTIATE_TEST_SUITE_P(
    Pairs, CelOrder,
    testing::Values(
        OrderCase{"negative_int_below_uint", i(-1), u(0)},
        OrderCase{"int_below_large_uint", i(INT64_MAX), u(uint64_t{1} << 63)},
        OrderCase{"int_below_double", i(1), d(1.5)}, OrderCase{"double_below_uint", d(-1), u(0)},
        OrderCase{"uint_below_large_double", u(UINT64_MAX), d(2e19)},
        OrderCase{"text_by_code_point", s("\xC3\xA9"), s("\xE2\x82\xAC")},
        OrderCase{"false_below_true", CelValue::boolean(false), CelValue::boolean(true)},
        OrderCase{"times_by_nanosecond", CelValue::timestamp(5, 1), CelValue::timestamp(5, 2)},
        OrderCase{"durations", CelValue::duration(-1), CelValue::duration(0)}),
    [](const auto& test) { return test.param.name; });

TEST(CelValue, kinds_without_an_order_have_none) {
  EXPECT_FALSE(compare(CelValue(), CelValue()).has_value());
  EXPECT_FALSE(compare(s("a"), i(1)).has_value());
  EXPECT_FALSE(compare(d(std::numeric_limits<double>::quiet_NaN()), i(1)).has_value());
}

TEST(CelValue, containers_of_the_object_are_read_in_place) {
  const auto document = Document::parse(R"({"b":[1,"x"],"a":{"k":18446744073709551615}})");
  const CelValue map = CelValue::from_json(document->root());
  ASSERT_EQ(map.kind(), CelKind::map);
  EXPECT_EQ(map.entry(0).key.as_text(), "a");
  EXPECT_EQ(map.find("a")->find("k")->as_uint(), UINT64_MAX);
  EXPECT_EQ(map.find("b")->item(1).as_text(), "x");
  EXPECT_FALSE(map.find("c").has_value());
  EXPECT_FALSE(map.find(i(1)).has_value());
}

TEST(CelValue, a_built_map_equals_the_same_map_of_the_object) {
  const auto document = Document::parse(R"({"a":1,"b":[true,null]})");
  const CelValue items[] = {CelValue::boolean(true), CelValue()};
  const MapEntry entries[] = {{s("a"), u(1)},
                              {s("b"), CelValue::list(std::span<const CelValue>(items))}};
  const CelValue built = CelValue::map(std::span<const MapEntry>(entries));
  EXPECT_TRUE(equal(built, CelValue::from_json(document->root())));
}

TEST(CelValue, integers_of_64_bits_stay_exact) {
  const auto document =
      Document::parse("[9223372036854775807,-9223372036854775808,18446744073709551615]");
  const CelValue list = CelValue::from_json(document->root());
  EXPECT_EQ(list.item(0).as_int(), INT64_MAX);
  EXPECT_EQ(list.item(1).as_int(), INT64_MIN);
  EXPECT_EQ(list.item(2).as_uint(), UINT64_MAX);
}

}  // namespace
}  // namespace kollect::extract
