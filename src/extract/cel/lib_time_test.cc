#include "extract/cel/lib_time.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

using std::chrono::nanoseconds;

TEST(LibTime, timestamps_print_as_they_were_meant) {
  const struct {
    const char* in;
    const char* out;
  } cases[] = {
      {"2009-02-13T23:31:30Z", "2009-02-13T23:31:30Z"},
      {"2023-02-03T23:31:20+00:00", "2023-02-03T23:31:20Z"},
      {"2026-03-01T00:30:00+05:30", "2026-02-28T19:00:00Z"},
      {"2024-02-29T12:00:00.120-01:00", "2024-02-29T13:00:00.12Z"},
      {"1969-12-31T23:59:59.9999999999Z", "1969-12-31T23:59:59.999999999Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
      {"9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"},
  };
  for (const auto& c : cases) {
    const auto time = parse_timestamp(c.in);
    ASSERT_TRUE(time) << c.in;
    EXPECT_EQ(format_timestamp(*time).view(), c.out);
  }
}

TEST(LibTime, text_that_is_no_instant_is_refused) {
  for (const char* text : {"",
                           "2009-02-13",
                           "2009-02-13T23:31:30",
                           "2009-02-13t23:31:30Z",
                           "2009-02-13T23:31:30z",
                           "2009-02-30T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2009-13-01T00:00:00Z",
                           "2009-02-13T24:00:00Z",
                           "2009-02-13T23:60:00Z",
                           "2009-02-13T23:59:60Z",
                           "2009-02-13T23:31:30.Z",
                           "2009-02-13T23:31:30Zx",
                           "2009-02-13T23:31:30+24:00",
                           "2009-02-13T23:31:30+0100",
                           "0000-12-31T23:59:59Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "10000-01-01T00:00:00Z",
                           "2009-2-13T23:31:30Z"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

TEST(LibTime, durations_are_read_to_the_nanosecond) {
  const struct {
    const char* in;
    int64_t nanos;
  } cases[] = {
      {"0", 0},
      {"-0", 0},
      {"1h30m", 5'400'000'000'000},
      {"-1.5s", -1'500'000'000},
      {"+2ms", 2'000'000},
      {"1us2\u00b5s3\u03bcs4ns", 6'004},
      {".5m", 30'000'000'000},
      {"1.h", 3'600'000'000'000},
      {"0.0000000009s", 0},
      {"0.3333333333333333333h", 1'199'999'999'999},
      {"9223372036854775807ns", INT64_MAX},
      {"-9223372036854775808ns", INT64_MIN},
  };
  for (const auto& c : cases) {
    const auto span = parse_duration(c.in);
    ASSERT_TRUE(span) << c.in;
    EXPECT_EQ(span->count(), c.nanos) << c.in;
  }
}

TEST(LibTime, text_that_is_no_duration_is_refused) {
  for (const char* text : {"", "-", "1", "s", ".s", "1d", "1 s", "1s ", "--1s", "1s-1s", "1sec",
                           "1msx", "320000000000s", "-320000000000s", "9223372036854775808ns",
                           "99999999999999999999999999999999999999999s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(LibTime, durations_print_exact_seconds) {
  const struct {
    int64_t nanos;
    const char* out;
  } cases[] = {
      {0, "0s"},
      {5'400'000'000'000, "5400s"},
      {-1'500'000'000, "-1.5s"},
      {1, "0.000000001s"},
      {INT64_MAX, "9223372036.854775807s"},
      {INT64_MIN, "-9223372036.854775808s"},
  };
  for (const auto& c : cases) EXPECT_EQ(format_duration(nanoseconds(c.nanos)).view(), c.out);
}

TEST(LibTime, arithmetic_carries_and_borrows_nanoseconds) {
  const Timestamp time{.seconds = 10, .nanos = 900'000'000};
  EXPECT_EQ(add(time, nanoseconds(200'000'000)), (Timestamp{.seconds = 11, .nanos = 100'000'000}));
  EXPECT_EQ(add(time, nanoseconds(-1'900'000'001)),
            (Timestamp{.seconds = 8, .nanos = 999'999'999}));
  EXPECT_EQ(subtract(time, {.seconds = 12}), nanoseconds(-1'100'000'000));
}

TEST(LibTime, results_outside_the_limits_do_not_exist) {
  EXPECT_FALSE(add(kLastTimestamp, nanoseconds(1)));
  EXPECT_FALSE(add(kFirstTimestamp, nanoseconds(-1)));
  EXPECT_FALSE(add(kFirstTimestamp, nanoseconds(INT64_MIN)));
  EXPECT_FALSE(subtract(kLastTimestamp, kFirstTimestamp));
  EXPECT_FALSE(subtract(kFirstTimestamp, kLastTimestamp));
}

TEST(LibTime, calendar_fields_follow_the_offset) {
  const Timestamp time = *parse_timestamp("2009-02-13T23:31:30.5Z");
  const Civil utc = civil(time);
  EXPECT_EQ(utc.weekday, 5);
  EXPECT_EQ(utc.year_day, 43);
  EXPECT_EQ(utc.nanos, 500'000'000);
  const Civil ahead = civil(time, std::chrono::hours(11));
  EXPECT_EQ(ahead.day, 14);
  EXPECT_EQ(ahead.hours, 10);
  const Civil before = civil(kFirstTimestamp, std::chrono::hours(-1));
  EXPECT_EQ(before.year, 0);
  EXPECT_EQ(before.month, 12);
  EXPECT_EQ(before.year_day, 365);
}

TEST(LibTime, offsets_are_two_digits_of_hours_and_minutes) {
  EXPECT_EQ(parse_offset("-02:30"), std::chrono::seconds(-9000));
  EXPECT_EQ(parse_offset("+05:45"), std::chrono::seconds(20700));
  EXPECT_EQ(parse_offset("00:00"), std::chrono::seconds(0));
  for (const char* text : {"", "+", "2:30", "02:3", "24:00", "02:60", "+02:30x", "UTC"}) {
    EXPECT_FALSE(parse_offset(text)) << text;
  }
}

}  // namespace
}  // namespace kollect::extract
