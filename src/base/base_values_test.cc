#include <string>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "base/testing/fake_clock.h"

namespace kollect {
namespace {

TEST(Error, places_stand_outermost_first) {
  const Error error = unavailable("connection refused").in("page 3").in("list deployments");
  EXPECT_EQ(error.text(), "list deployments: page 3: connection refused");
  EXPECT_EQ(error.fault, Fault::unavailable);
}

TEST(Error, every_fault_has_its_word) {
  EXPECT_EQ(word(Fault::invalid), "invalid");
  EXPECT_EQ(word(Fault::throttled), "throttled");
  EXPECT_EQ(word(Fault::internal), "internal");
}

TEST(Result, holds_a_value_or_an_error) {
  const Result<int> seven = 7;
  const Result<int> none = missing("no number");
  EXPECT_EQ(*seven, 7);
  EXPECT_EQ(none.value_or(1), 1);
  EXPECT_FALSE(none.has_value());
  EXPECT_TRUE(Status().has_value());
  EXPECT_EQ(Status(invalid("x")).error().message, "x");
}

TEST(BrokenPromise, ends_the_process_and_says_which) {
  EXPECT_DEATH(KOLLECT_CHECK(1 + 1 == 3), "broken promise: 1 \\+ 1 == 3");
}

TEST(Clock, wall_time_is_written_in_utc_with_the_digits_asked_for) {
  const Wall::time_point time{std::chrono::milliseconds(1770091506123)};
  EXPECT_EQ(rfc3339(time), "2026-02-03T04:05:06Z");
  EXPECT_EQ(rfc3339(time, 3), "2026-02-03T04:05:06.123Z");
  EXPECT_EQ(rfc3339(time, 9), "2026-02-03T04:05:06.123000000Z");
  EXPECT_EQ(rfc3339(Wall::time_point(std::chrono::milliseconds(-1)), 3),
            "1969-12-31T23:59:59.999Z");
}

TEST(FakeClock, moves_both_of_its_times_by_hand) {
  testing::FakeClock clock;
  const auto before = clock.now();
  clock.advance(std::chrono::seconds(90));
  EXPECT_EQ(clock.now() - before, std::chrono::seconds(90));
  EXPECT_EQ(rfc3339(clock.wall()), "2026-01-01T00:01:31Z");
}

TEST(Guarded, a_wait_gives_up_after_its_limit) {
  Guarded<int> number{0};
  EXPECT_FALSE(number.wait_for({}, std::chrono::milliseconds(5), [](int n) { return n == 1; }));
  number.update([](int& n) { n = 1; });
  EXPECT_TRUE(number.wait_for({}, std::chrono::milliseconds(5), [](int n) { return n == 1; }));
}

}  // namespace
}  // namespace kollect
