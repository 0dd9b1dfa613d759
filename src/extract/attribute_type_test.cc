#include "extract/attribute_type.h"

#include "base/json_write.h"
#include "extract/scrub.h"

namespace kollect::extract {
namespace {

struct Conversion {
  const char* name;
  std::string_view type;
  std::string_view value;
  std::string_view expected;
  Fit fit = Fit::yes;
};

class AttributeTypes : public ::testing::TestWithParam<Conversion> {};

TEST_P(AttributeTypes, convert_without_loss_or_keep) {
  const auto& [name, type, value, expected, fit] = GetParam();
  json::Arena arena;
  const auto given = json::parse(value, arena);
  ASSERT_TRUE(given.has_value());
  const Typed typed = apply_type(attribute_type(type), *given, arena);
  EXPECT_EQ(json::to_text(typed.value), expected);
  EXPECT_EQ(typed.fit, fit);
}

constexpr Conversion kConversions[] = {
    {"list_of_nothing", "list", "null", "[]"},
    {"list_of_one", "list", "\"a\"", "[\"a\"]"},
    {"list_of_an_object", "list", "{\"a\":1}", "[{\"a\":1}]"},
    {"list_stays_a_list", "list", "[1,2]", "[1,2]"},
    {"int_from_text", "int", "\"-42\"", "-42"},
    {"int_from_the_largest_unsigned_text", "int", "\"18446744073709551615\"",
     "18446744073709551615"},
    {"int_beyond_64_bits_is_kept", "int", "\"18446744073709551616\"", "\"18446744073709551616\"",
     Fit::no},
    {"int_with_a_zero_in_front_is_kept", "int", "\"042\"", "\"042\"", Fit::no},
    {"int_with_a_plus_is_kept", "int", "\"+1\"", "\"+1\"", Fit::no},
    {"int_from_an_integral_double_fits", "int", "3.0", "3"},
    {"int_from_a_fraction_is_kept", "int", "3.5", "3.5", Fit::no},
    {"int_from_a_bool_is_kept", "int", "true", "true", Fit::no},
    {"float_from_text", "float", "\"1e3\"", "1000"},
    {"float_from_integer_text_is_exact", "float", "\"9007199254740993\"", "9007199254740993"},
    {"float_from_infinity_is_kept", "float", "\"Infinity\"", "\"Infinity\"", Fit::no},
    {"float_from_overflow_is_kept", "float", "\"1e999\"", "\"1e999\"", Fit::no},
    {"float_with_space_is_kept", "float", "\" 3\"", "\" 3\"", Fit::no},
    {"bool_from_text", "bool", "\"true\"", "true"},
    {"bool_from_another_case_is_kept", "bool", "\"True\"", "\"True\"", Fit::no},
    {"string_from_a_number", "string", "2.50", "\"2.5\""},
    {"string_from_a_bool", "string", "false", "\"false\""},
    {"string_from_a_list_is_kept", "string", "[1]", "[1]", Fit::no},
    {"timestamp_with_an_offset", "timestamp", "\"2026-02-03T04:05:06+01:00\"",
     "\"2026-02-03T04:05:06+01:00\""},
    {"timestamp_of_a_date_is_kept", "timestamp", "\"2026-02-03\"", "\"2026-02-03\"", Fit::no},
    {"duration_text", "duration", "\"1h30m\"", "\"1h30m\""},
    {"duration_in_nanoseconds", "duration", "5000000000", "5000000000"},
    {"duration_without_a_unit_is_kept", "duration", "\"90\"", "\"90\"", Fit::no},
    {"bytes_padded", "bytes", "\"YQ==\"", "\"YQ==\""},
    {"bytes_without_padding_are_kept", "bytes", "\"YQ\"", "\"YQ\"", Fit::no},
    {"object_fits", "object", "{}", "{}"},
    {"map_is_object", "map", "[]", "[]", Fit::no},
    {"null_is_never_converted", "int", "null", "null"},
    {"an_unknown_word_changes_nothing", "Int", "\"42\"", "\"42\""},
};

INSTANTIATE_TEST_SUITE_P(Rulings, AttributeTypes, ::testing::ValuesIn(kConversions),
                         [](const auto& one) { return one.param.name; });

TEST(AttributeTypes, a_marker_is_neither_wrapped_nor_counted) {
  json::Arena arena;
  for (const char* word : {"list", "int", "string", "timestamp"}) {
    const Typed typed = apply_type(attribute_type(word), sensitive_marker(), arena);
    EXPECT_TRUE(is_marker(typed.value)) << word;
    EXPECT_EQ(typed.fit, Fit::yes) << word;
  }
}

TEST(AttributeTypes, words_are_case_sensitive) {
  EXPECT_TRUE(is_known_type("timestamp"));
  EXPECT_FALSE(is_known_type("Timestamp"));
  EXPECT_FALSE(is_known_type("integer"));
}

}  // namespace
}  // namespace kollect::extract
