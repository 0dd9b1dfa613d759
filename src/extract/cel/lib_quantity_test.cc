#include "extract/cel/lib_quantity.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

std::string text_of(const Quantity& quantity) {
  char out[Quantity::kMaxTextBytes];
  return {out, quantity.format(out)};
}

TEST(LibQuantity, accepted_text_prints_in_canonical_form) {
  const struct {
    const char* in;
    const char* out;
  } cases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"1.5", "1500m"},
      {"1.5Gi", "1536Mi"},
      {"1000m", "1"},
      {"0.1m", "100u"},
      {"0.1n", "1n"},
      {"-0.1n", "-1n"},
      {"1024Ki", "1Mi"},
      {"1023", "1023"},
      {"0.5Ki", "512"},
      {"1e3", "1e3"},
      {"12E-1", "1200e-3"},
      {"+7k", "7k"},
      {"1.G", "1G"},
      {".5", "500m"},
      {"8Ei", "9223372036854775807"},
      {"-9Ei", "-9223372036854775807"},
      {"9999999999999999999999999999999999999G", "9999999999999999999999999999999999999G"},
      {"1000E", "1000E"},
      {"100Ti", "100Ti"},
      {".", "0"},
      {"k", "0"},
  };
  for (const auto& c : cases) {
    const auto quantity = Quantity::parse(c.in);
    ASSERT_TRUE(quantity) << c.in;
    EXPECT_EQ(text_of(*quantity), c.out) << c.in;
  }
}

TEST(LibQuantity, other_text_is_refused) {
  for (const char* text :
       {"", " ", "1 ", "1,3G", "200K", "Three", "1..2", "1e", "1e+", "1e--2", "1kk", "1Kii", "mi",
        "Ei", ".Pi", "1e99999999999999999999", "1e999", "0x10", "1_000"}) {
    EXPECT_FALSE(Quantity::parse(text)) << text;
  }
}

TEST(LibQuantity, integers_are_what_the_64_bit_form_holds) {
  EXPECT_EQ(Quantity::parse("50k")->as_integer(), 50'000);
  EXPECT_EQ(Quantity::parse("50000000G")->as_integer(), 50'000'000'000'000'000);
  EXPECT_EQ(Quantity::parse("-1Ki")->as_integer(), -1024);
  EXPECT_EQ(Quantity::of(INT64_MIN).as_integer(), INT64_MIN);
  for (const char* text : {"1.0", "1m", "1Pi", "9999999999999999999999999999999999999G", "10E"}) {
    EXPECT_FALSE(Quantity::parse(text)->as_integer()) << text;
  }
}

TEST(LibQuantity, comparison_sees_through_spelling) {
  const auto compare = [](const char* a, const char* b) {
    return *Quantity::parse(a) <=> *Quantity::parse(b);
  };
  EXPECT_EQ(compare("200M", "0.2G"), std::strong_ordering::equal);
  EXPECT_EQ(compare("50M", "50Mi"), std::strong_ordering::less);
  EXPECT_EQ(compare("150Mi", "100Mi"), std::strong_ordering::greater);
  EXPECT_EQ(compare("-2", "-1"), std::strong_ordering::less);
  EXPECT_EQ(compare("-1n", "0"), std::strong_ordering::less);
  EXPECT_EQ(compare("1e100", "1e99"), std::strong_ordering::greater);
}

TEST(LibQuantity, arithmetic_is_exact) {
  const Quantity k50 = *Quantity::parse("50k");
  EXPECT_EQ(*k50.plus(*Quantity::parse("20k")), *Quantity::parse("70k"));
  EXPECT_EQ(*k50.minus(Quantity::of(20'000)), *Quantity::parse("30k"));
  const auto chain =
      k50.plus(Quantity::of(20))->minus(*Quantity::parse("100k"))->minus(Quantity::of(-50'000));
  EXPECT_EQ(chain->as_integer(), 20);
  EXPECT_EQ(k50.minus(k50)->sign(), 0);
  EXPECT_EQ(text_of(*Quantity::parse("1Gi")->plus(*Quantity::parse("1n"))), "1073741824000000001n");
  EXPECT_EQ(text_of(*Quantity::parse("1")->minus(*Quantity::parse("1e30"))),
            "-999999999999999999999999999999");
}

TEST(LibQuantity, sums_beyond_the_range_do_not_exist) {
  Quantity huge = *Quantity::parse("9e144");
  for (int i = 0; i < 3; ++i) {
    const auto next = huge.plus(huge);
    if (!next) return;
    huge = *next;
  }
  FAIL() << "no limit was met";
}

TEST(LibQuantity, doubles_are_as_near_as_kubernetes_has_them) {
  EXPECT_EQ(Quantity::parse("50k")->minus(Quantity::of(20'000))->as_approximate_double(), 30000.0);
  EXPECT_EQ(Quantity::parse("-0.1")->as_approximate_double(), -0.1);
  EXPECT_EQ(Quantity::parse("1.1")->as_approximate_double(), 11 * 0.1);
  EXPECT_EQ(Quantity::parse("1e100")->as_approximate_double(), 1e100);
  EXPECT_EQ(Quantity::parse("1Ei")->as_approximate_double(), 0x1p60);
}

}  // namespace
}  // namespace kollect::extract
