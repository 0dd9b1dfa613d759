#include "extract/cel/lib_zone.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

int minutes_ahead(const char* zone, const char* time) {
  TimeZones zones;
  const auto offset = zones.offset(zone, *parse_timestamp(time));
  return offset ? static_cast<int>(offset->count() / 60) : -9999;
}

struct Case {
  const char* zone;
  const char* time;
  int minutes;
};

TEST(LibZone, offsets_follow_the_zone_files) {
  constexpr Case kCases[] = {
      {"", "2009-02-13T23:31:30Z", 0},
      {"UTC", "2009-02-13T23:31:30Z", 0},
      {"Australia/Sydney", "2009-02-13T23:31:30Z", 11 * 60},
      {"US/Central", "2009-02-13T23:31:30Z", -6 * 60},
      {"Asia/Kathmandu", "2009-02-13T23:31:30Z", 5 * 60 + 45},
      {"Europe/Zurich", "2026-03-29T00:59:59Z", 60},
      {"Europe/Zurich", "2026-03-29T01:00:00Z", 120},
      {"Europe/Zurich", "2090-07-01T00:00:00Z", 120},
      {"Europe/Zurich", "2090-12-01T00:00:00Z", 60},
      {"America/New_York", "9999-07-01T00:00:00Z", -4 * 60},
      {"Australia/Sydney", "2090-01-01T00:00:00Z", 11 * 60},
      {"Australia/Sydney", "2090-07-01T00:00:00Z", 10 * 60},
      {"America/New_York", "0001-01-01T00:00:00Z", -(4 * 60 + 56)},
      {"-02:30", "2009-02-13T23:31:30Z", -150},
      {"05:30", "2009-02-13T23:31:30Z", 330},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(minutes_ahead(c.zone, c.time), c.minutes) << c.zone << " " << c.time;
}

TEST(LibZone, names_that_are_no_zone_are_refused) {
  for (const char* zone : {"Mars/Olympus", "../../../etc/passwd", "/etc/localtime", "Europe",
                           "zone.tab", "2:30", "utc zone"}) {
    EXPECT_EQ(minutes_ahead(zone, "2009-02-13T23:31:30Z"), -9999) << zone;
  }
}

TEST(LibZone, every_form_of_a_rule_is_read) {
  const auto fixed = parse_zone_rule("<+0545>-5:45");
  ASSERT_TRUE(fixed);
  EXPECT_EQ(fixed->standard, 20700);
  EXPECT_FALSE(fixed->has_daylight);
  const auto weeks = parse_zone_rule("EST5EDT,M3.2.0,M11.1.0/2:30:15");
  ASSERT_TRUE(weeks);
  EXPECT_EQ(weeks->daylight, -4 * 3600);
  EXPECT_EQ(weeks->start.week, 2);
  EXPECT_EQ(weeks->end.seconds, 9015);
  const auto days = parse_zone_rule("IST-1GMT0,J60/-1,300");
  ASSERT_TRUE(days);
  EXPECT_EQ(days->daylight, 0);
  EXPECT_EQ(days->start.form, ZoneSwitch::Form::julian);
  EXPECT_EQ(days->start.seconds, -3600);
  EXPECT_EQ(days->end.form, ZoneSwitch::Form::zero_based);
}

TEST(LibZone, malformed_rules_are_refused) {
  for (const char* text :
       {"", "ES5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,J0,J365", "<+05-5", "EST5x", "EST-"}) {
    EXPECT_FALSE(parse_zone_rule(text)) << text;
  }
}

TEST(LibZone, a_file_cut_anywhere_is_refused_or_read) {
  std::string bytes("TZif2", 5);
  bytes.append(15, '\0');
  const auto number = [&](std::initializer_list<int> counts) {
    for (int n : counts) bytes.append({'\0', '\0', '\0', static_cast<char>(n)});
  };
  number({0, 0, 0, 0, 1, 4});
  bytes.append(6 + 4, '\0');
  bytes.append("TZif2", 5).append(15, '\0');
  number({0, 0, 0, 1, 1, 4});
  bytes.append(8, '\0').append(1, '\0').append("\0\0\x0E\x10\0\0", 6).append("ABC\0", 4);
  const auto zone = parse_zone(bytes);
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->offset({}).count(), 3600);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_zone(std::string_view(bytes).substr(0, size))) << size;
}

}  // namespace
}  // namespace kollect::extract
