#include "extract/cel/lib_text.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

std::string quoted(std::string_view text) {
  std::string out(quoted_bytes(text), '?');
  quote(text, out.data());
  return out;
}

std::string reversed(std::string_view text) {
  std::string out(text.size(), '?');
  reverse_text(text, out.data());
  return out;
}

TEST(LibText, only_well_formed_sequences_are_utf8) {
  for (const char* text : {"", "abc", "ta\u00a9o\u03b1T", "\U0001F600", "\uFFFD", "\U0010FFFF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "ab\xE2\x82", "\xFF", "\xC3("}) {
    EXPECT_FALSE(is_utf8(text)) << quoted(text);
  }
}

TEST(LibText, code_points_are_counted_and_stray_bytes_count_one) {
  EXPECT_EQ(code_point_count(""), 0u);
  EXPECT_EQ(code_point_count("tacocat, tacocat"), 16u);
  EXPECT_EQ(code_point_count("ta\u00a9o\u00a9\u03b1T"), 7u);
  EXPECT_EQ(code_point_count("\U0001F600\U0001F600"), 2u);
  EXPECT_EQ(code_point_count("a\xFF\xE2\x82"), 4u);
}

TEST(LibText, encoding_a_code_point_reads_back) {
  for (char32_t point :
       {U'a', U'\u00a9', U'\u07FF', U'\u0800', U'\uFFFD', U'\U00010000', U'\U0010FFFF'}) {
    char out[4];
    const size_t bytes = encode_code_point(point, out);
    EXPECT_EQ(code_point({out, bytes}), point);
    EXPECT_EQ(code_point_bytes({out, bytes}), bytes);
  }
  char out[4];
  EXPECT_EQ(std::string_view(out, encode_code_point(0xD800, out)), "\uFFFD");
}

TEST(LibText, repaired_text_is_utf8) {
  char out[12];
  EXPECT_EQ(std::string_view(out, repair_utf8("a\xFF\u00a9\xE2", out)), "a\uFFFD\u00a9\uFFFD");
}

TEST(LibText, positions_exist_up_to_the_end) {
  EXPECT_EQ(byte_position("a\u00a9b", 0), 0u);
  EXPECT_EQ(byte_position("a\u00a9b", 2), 3u);
  EXPECT_EQ(byte_position("a\u00a9b", 3), 4u);
  EXPECT_FALSE(byte_position("a\u00a9b", 4));
}

TEST(LibText, words_are_found_by_code_point_index) {
  const char* text = "ta\u00a9o\u00a9\u03b1T";
  EXPECT_EQ(index_of(text, "\u00a9", 0), 2u);
  EXPECT_EQ(index_of(text, "\u00a9", 3), 4u);
  EXPECT_EQ(index_of(text, "\u00a9\u03b1T", 3), 4u);
  EXPECT_FALSE(index_of(text, "\u00a9\u03b1", 5));
  EXPECT_EQ(index_of("tacocat", "", 3), 3u);
  EXPECT_FALSE(index_of("tacocat", "t", 7));
  EXPECT_EQ(last_index_of(text, "\u00a9", 7), 4u);
  EXPECT_EQ(last_index_of(text, "\u00a9", 3), 2u);
  EXPECT_EQ(last_index_of("tacocat", "a", 3), 1u);
  EXPECT_EQ(last_index_of("bananananana", "nana", 7), 6u);
  EXPECT_EQ(last_index_of("tacocat", "", 7), 7u);
  EXPECT_FALSE(last_index_of("", "@@", 0));
}

TEST(LibText, trimming_takes_every_white_space_and_nothing_else) {
  EXPECT_EQ(trim(" \f\n\r\t\vtext  "), "text");
  EXPECT_EQ(trim("\u0085\u00a0\u1680text\u2000\u200a\u2028\u2029\u202F\u205F\u3000"), "text");
  EXPECT_EQ(trim("\u180etext\u200b\u2060\ufeff"), "\u180etext\u200b\u2060\ufeff");
  EXPECT_EQ(trim(" a b "), "a b");
  EXPECT_EQ(trim(" \u3000 "), "");
  EXPECT_EQ(trim("\xA0text\x85"), "\xA0text\x85");
}

TEST(LibText, case_changes_only_ascii_letters) {
  char out[9];
  lower_ascii("TacoC\u00c6t[", out);
  EXPECT_EQ(std::string_view(out, 9), "tacoc\u00c6t[");
  upper_ascii("tacoC\u03b1t{", out);
  EXPECT_EQ(std::string_view(out, 9), "TACOC\u03b1T{");
}

TEST(LibText, reversing_keeps_code_points_whole) {
  EXPECT_EQ(reversed(""), "");
  EXPECT_EQ(reversed("Ta\u00a9oC\u03b1t\U0001F600"), "\U0001F600t\u03b1Co\u00a9aT");
  EXPECT_EQ(reversed("a\xFF\u00a9"),
            "\u00a9\xFF"
            "a");
}

TEST(LibText, quoting_escapes_what_a_literal_needs) {
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("\a\b\f\n\r\t\v\\\""), R"("\a\b\f\n\r\t\v\\\"")");
  EXPECT_EQ(quoted("size('\u03c0') \U0001F600"), "\"size('\u03c0') \U0001F600\"");
  EXPECT_EQ(quoted("filler \x9f"), "\"filler \uFFFD\"");
  EXPECT_EQ(quoted(std::string_view("\0\x7f", 2)), std::string("\"\0\x7f\"", 4));
}

}  // namespace
}  // namespace kollect::extract
