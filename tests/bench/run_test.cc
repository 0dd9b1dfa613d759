#include "bench/run.h"

#include "base/json.h"
#include "bench/measure.h"

namespace kollect::bench {
namespace {

Figure steady(double ours, double theirs) {
  Figure out{.name = "steady", .bound = Bound::at_most, .target = 2};
  out.ours = [ours] { return Result<double>(ours); };
  out.theirs = [theirs] { return Result<double>(theirs); };
  return out;
}

TEST(RunFigure, the_sides_alternate_at_least_five_times) {
  auto order = std::make_shared<std::string>();
  Figure figure = steady(1, 1);
  figure.ours = [order] { return *order += 'A', Result<double>(3.0); };
  figure.theirs = [order] { return *order += 'B', Result<double>(2.0); };
  const Outcome outcome = run_figure(figure);
  EXPECT_EQ(*order, "ABBAABBAAB");
  EXPECT_EQ(outcome.ratio(), 1.5);
  EXPECT_TRUE(outcome.holds());
}

TEST(RunFigure, runs_that_disagree_are_repeated) {
  Figure figure = steady(1, 1);
  figure.ours = [n = 0]() mutable { return Result<double>(1.0 + ++n % 3); };
  EXPECT_EQ(run_figure(figure).ours.size(), 15U);
}

TEST(RunFigure, what_is_missing_skips_with_the_reason) {
  Figure figure = steady(1, 1);
  figure.prepare = [] { return Status(missing("there is no Go")); };
  const Outcome outcome = run_figure(figure);
  EXPECT_EQ(outcome.skipped, "there is no Go");
  EXPECT_TRUE(outcome.failed.empty());
}

TEST(RunFigure, what_breaks_does_not_hold) {
  Figure figure = steady(1, 1);
  figure.theirs = [] { return Result<double>(internal("boom")); };
  const Outcome outcome = run_figure(figure);
  EXPECT_EQ(outcome.failed, "boom");
  EXPECT_FALSE(outcome.holds());
}

TEST(Outcome, the_ratio_is_the_median_of_the_ratios) {
  const Outcome outcome{.figure = steady(0, 0), .ours = {2, 9, 4}, .theirs = {1, 1, 4}};
  EXPECT_EQ(outcome.ratio(), 2);
  EXPECT_EQ(outcome.ratio_min(), 1);
}

TEST(Outcome, against_nothing_only_nothing_is_equal) {
  const Outcome none{.figure = steady(0, 0), .ours = {0}, .theirs = {0}};
  EXPECT_TRUE(none.holds());
  const Outcome some{.figure = steady(0, 0), .ours = {1}, .theirs = {0}};
  EXPECT_FALSE(some.holds());
}

TEST(Results, a_missed_target_stays_in_the_list_as_missed) {
  const Outcome outcome = run_figure(steady(5, 1));
  const auto document = json::Document::parse(results_json({outcome}, {"abc", "today", "short"}));
  ASSERT_TRUE(document.has_value());
  const json::Value& entry = document->root().items()[0];
  EXPECT_FALSE(entry.find("holds")->as_bool());
  EXPECT_EQ(entry.find("ratio")->as_double(), 5);
  EXPECT_EQ(entry.find("target")->as_double(), 2);
  EXPECT_EQ(entry.text("commit"), "abc");
  EXPECT_NE(table_line(outcome).find("MISSED"), std::string::npos);
}

TEST(Measure, a_slope_is_bytes_per_object) {
  EXPECT_EQ(slope({.objects = 1000, .bytes = 5000}, {.objects = 3000, .bytes = 365000}), 180);
}

TEST(Measure, our_own_memory_and_time_are_seen) {
  EXPECT_GT(memory_of(getpid()).resident, 1000000U);
  EXPECT_GE(memory_of(getpid()).peak, memory_of(getpid()).resident / 2);
  EXPECT_GT(cpu_seconds_of(getpid()), 0);
}

}  // namespace
}  // namespace kollect::bench
