#include "api/scalar.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace kollect::api {
namespace {

struct DurationCase {
  const char* given;
  const char* canonical;  // null: no duration
};

const DurationCase kDurations[] = {
    {"0", "0s"},
    {"30s", "30s"},
    {"90s", "1m30s"},
    {"1h", "1h0m0s"},
    {"1.5s", "1.5s"},
    {".5s", "500ms"},
    {"1.s", "1s"},
    {"1h30m5.25s", "1h30m5.25s"},
    {"100ms", "100ms"},
    {"1us", "1\u00b5s"},
    {"1\u00b5s", "1\u00b5s"},
    {"1\u03bcs", "1\u00b5s"},
    {"7ns", "7ns"},
    {"-1m", "-1m0s"},
    {"+5s", "5s"},
    {"-0", "0s"},
    {"1m1m", "2m0s"},
    {"0.1ns", "0s"},
    {"24h", "24h0m0s"},
    {"2562047h47m16.854775807s", "2562047h47m16.854775807s"},
    {"", nullptr},
    {"5", nullptr},
    {"s", nullptr},
    {".s", nullptr},
    {"-", nullptr},
    {"1d", nullptr},
    {"1 s", nullptr},
    {"1s ", nullptr},
    {"--1s", nullptr},
    {"2562048h", nullptr},
    {"99999999999999999999s", nullptr},
};

TEST(Durations, are_read_as_go_does_and_written_canonically) {
  for (const DurationCase& one : kDurations) {
    const auto duration = parse_duration(one.given);
    ASSERT_EQ(duration.has_value(), one.canonical != nullptr) << one.given;
    const std::string canonical = one.canonical ? one.canonical : "0s";
    EXPECT_EQ(duration_text(duration.value_or(Duration(0))), canonical) << one.given;
  }
}

TEST(Durations, read_back_as_themselves) {
  for (int64_t count = 1; count < int64_t{1} << 61; count = count * 7 + 3) {
    EXPECT_EQ(parse_duration(duration_text(Duration(count))), Duration(count)) << count;
  }
}

TEST(Times, are_written_in_utc_with_whole_seconds) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-02-28T23:59:59Z", "2026-02-28T23:59:59Z"},
      {"2024-02-29T00:00:00.999999999Z", "2024-02-29T00:00:00Z"},
      {"2026-01-01T01:30:00+02:00", "2025-12-31T23:30:00Z"},
      {"1970-01-01T00:00:00-00:30", "1970-01-01T00:30:00Z"},
      {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
  };
  for (const auto& [given, expected] : cases) {
    const auto time = parse_time(given);
    ASSERT_TRUE(time.has_value()) << given;
    EXPECT_EQ(time_text(*time), expected);
  }
}

TEST(Times, of_another_form_are_refused) {
  for (const char* text :
       {"", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+2:00", "2026-01-01T00:00:00Zx"}) {
    EXPECT_FALSE(parse_time(text).has_value()) << text;
  }
}

TEST(Base64, reads_back_what_it_writes) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(read_bytes(base64_encode(bytes)), bytes) << i;
    bytes += static_cast<char>(i * 37);
  }
  EXPECT_EQ(base64_encode("hello"), "aGVsbG8=");
  EXPECT_EQ(read_bytes("aGVs\nbG8=\n"), "hello");
}

TEST(Base64, of_another_form_is_refused) {
  for (const char* text :
       {"a", "ab", "abc", "ab=c", "====", "a===", "ab-_", "aGVsbG8", "aGVsbG8=x"}) {
    EXPECT_FALSE(read_bytes(text).has_value()) << text;
  }
}

TEST(Names, follow_dns) {
  EXPECT_TRUE(is_dns_label("a-1"));
  EXPECT_TRUE(is_dns_label(std::string(63, 'a')));
  for (const char* text : {"", "-a", "a-", "A", "a.b", "a_b"})
    EXPECT_FALSE(is_dns_label(text)) << text;
  EXPECT_FALSE(is_dns_label(std::string(64, 'a')));
  EXPECT_TRUE(is_dns_subdomain("a.b-c.d1"));
  for (const char* text : {"", "a..b", ".a", "a.", "a.-b"})
    EXPECT_FALSE(is_dns_subdomain(text)) << text;
  EXPECT_FALSE(is_dns_subdomain(std::string(254, 'a')));
}

TEST(Names, of_labels_follow_their_grammar) {
  for (const char* key : {"a", "A_b.c-d", "app.kubernetes.io/name", "1"})
    EXPECT_TRUE(is_label_key(key)) << key;
  for (const char* key : {"", "-a", "a-", "a b", "/a", "a/", "a/b/c", "A.io/a"})
    EXPECT_FALSE(is_label_key(key)) << key;
  EXPECT_TRUE(is_label_key(std::string(253, 'a') + "/" + std::string(63, 'a')));
  EXPECT_FALSE(is_label_key(std::string(254, 'a') + "/a"));
  EXPECT_FALSE(is_label_key(std::string(64, 'a')));
  for (const char* value : {"", "a", "A_b.c-d"}) EXPECT_TRUE(is_label_value(value)) << value;
  for (const char* value : {" ", "-a", "a/b", "*"}) EXPECT_FALSE(is_label_value(value)) << value;
  EXPECT_FALSE(is_label_value(std::string(64, 'a')));
}

TEST(Names, of_conditions_follow_their_patterns) {
  for (const char* text : {"Ready", "a", "example.com/Ready", "A_b.c-d"})
    EXPECT_TRUE(is_condition_type(text));
  for (const char* text : {"", "-a", "a-", "Example.com/Ready", "/a", "a/", "a b"}) {
    EXPECT_FALSE(is_condition_type(text)) << text;
  }
  for (const char* text : {"A", "Exported", "A_b,c:d", "a_"})
    EXPECT_TRUE(is_condition_reason(text)) << text;
  for (const char* text : {"", "1a", "_a", "a,", "a b", "a-b"})
    EXPECT_FALSE(is_condition_reason(text)) << text;
}

TEST(Quoting, escapes_what_would_break_a_line) {
  EXPECT_EQ(quoted("a\"b\\c\n\t\x01<&>\u20ac"), "\"a\\\"b\\\\c\\n\\t\\x01<&>\u20ac\"");
}

}  // namespace
}  // namespace kollect::api
