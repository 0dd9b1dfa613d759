#include "base/clock.h"

#include <gtest/gtest.h>

namespace kollect {
namespace {

TEST(Rfc3339, reads_what_it_writes) {
  for (const char* text : {"2026-02-03T04:05:06.123456789Z", "1969-12-31T23:59:59.999000000Z",
                           "2024-02-29T00:00:00.000000000Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(rfc3339(*time, 9), text);
  }
}

TEST(Rfc3339, takes_offsets_fractions_and_lower_case) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"},
      {"2026-01-01t00:00:00.5z", "2026-01-01T00:00:00Z"},
      {"2026-01-01 00:00:00-00:30", "2026-01-01T00:30:00Z"},
      {"2026-01-01T00:00:00.1234567891234Z", "2026-01-01T00:00:00Z"}};
  for (const auto& [text, utc] : cases) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(rfc3339(*time), utc);
  }
}

TEST(Rfc3339, refuses_anything_else) {
  for (const char* text :
       {"", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
        "26-01-01T00:00:00Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00Z",
        "2026-01-01T00:0:00Z", "2026-01-01T00:00:00+25:00"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace kollect
