#include "app/pace.h"

#include <gtest/gtest.h>

namespace kollect::app {
namespace {

using namespace std::chrono_literals;

TEST(Pace, lets_one_a_second_through_and_counts_the_others) {
  Pace pace;
  const Steady::time_point start{};
  EXPECT_EQ(pace.pass(start), 0U);
  EXPECT_EQ(pace.pass(start + 1ms), std::nullopt);
  EXPECT_EQ(pace.pass(start + 999ms), std::nullopt);
  EXPECT_EQ(pace.pass(start + 1s), 2U);
  EXPECT_EQ(pace.pass(start + 5s), 0U);
}

}  // namespace
}  // namespace kollect::app
