#include "base/text.h"

#include <gtest/gtest.h>

namespace kollect {
namespace {

TEST(Trimmed, takes_white_space_from_both_ends_alone) {
  EXPECT_EQ(trimmed(" \t\r\n\v\fa b\n "), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Trimmed, stays_inside_of_the_text_when_nothing_is_left) {
  const std::string_view text = "  ";
  EXPECT_TRUE(trimmed(text).empty());
  EXPECT_EQ(trimmed(text).data(), text.data() + text.size());
}

TEST(Trimmed, takes_other_characters_when_told) { EXPECT_EQ(trimmed("{ $a }", "{}$"), " $a "); }

}  // namespace
}  // namespace kollect
