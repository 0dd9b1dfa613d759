#include "base/zone_file.h"

#include <gtest/gtest.h>

namespace kollect {
namespace {

TEST(ZoneFile, a_zone_has_the_bytes_of_its_file) {
  const auto bytes = zone_file("Europe/Zurich");
  ASSERT_TRUE(bytes) << "tzdata is not installed";
  EXPECT_TRUE(bytes->starts_with("TZif"));
}

TEST(ZoneFile, other_names_lead_nowhere) {
  for (const char* name :
       {"", "Mars/Olympus", "../../../etc/passwd", "/etc/passwd", "Europe", "zone.tab"}) {
    EXPECT_FALSE(zone_file(name)) << name;
  }
  EXPECT_FALSE(zone_file(std::string(65, 'a')));
}

}  // namespace
}  // namespace kollect
