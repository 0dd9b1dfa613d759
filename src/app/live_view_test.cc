#include "app/live_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/collect_table.h"

namespace kollect::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const store::TargetKey kTarget{store::Origin::target, "team-a", "web"};
const store::PartitionKey kPartition{store::Origin::target, "team-a"};

// A target's rows, and what a live view hears of them.
class LiveViewTest : public ::testing::Test {
 protected:
  LiveViewTest() {
    target_ = &store_.add_target(kTarget, {"apps", "v1", "Deployment", {"image", "replicas"}});
    subscriber_ = store_.subscribe(kPartition);
  }
  void put(const std::string& name, std::string_view image, std::string_view replicas) {
    const std::string_view values[] = {image, replicas};
    store_.upsert(*target_,
                  {.namespace_name = "shop", .name = name, .uid = name, .values = values});
  }
  void erase(const std::string& name) { store_.erase(*target_, name); }
  void begin() {
    changes_.begin(store_.snapshot(kPartition).rows);
    cursor_ = store_.sequence(kPartition);
  }
  void take() {
    const PartitionChange change{kPartition, store_.changes_since(kPartition, cursor_), false};
    cursor_ = change.delta.sequence;
    changes_.take(change, *parse_rfc3339("2026-02-03T04:05:06Z"));
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const LiveChange& change : changes_.last())
      all.push_back(std::string(1, static_cast<char>(change.sign)) + " " + change.object + ": " +
                    change.text);
    return all;
  }
  LiveMoment moment(size_t targets = 1) const {
    LiveMoment out{.cluster = "demo",
                   .elapsed = 61s,
                   .targets = {},
                   .totals = {.bytes = 3'400'000, .objects = 1234, .events = 7},
                   .cost = {.memory_bytes = size_t{14} << 20},
                   .events_per_second = 2.5,
                   .cpu_share = 0.004,
                   .changes = changes_};
    for (size_t i = 0; i < targets; ++i) {
      out.targets.push_back(
          {.name = {store::Origin::target, "team-a", "web"},
           .gvk = {"apps", "v1", "Deployment"},
           .report = control::TargetReport{.is_settled = true, .watch = kube::WatchState::live},
           .rows = 1000});
    }
    return out;
  }

  store::RowStore store_;
  store::Target* target_ = nullptr;
  uint64_t subscriber_ = 0;
  std::optional<uint64_t> cursor_;
  LiveChanges changes_{3};
};

TEST_F(LiveViewTest, a_change_says_which_attributes_differ) {
  put("cart", R"("cart:3")", "2");
  begin();
  put("cart", R"("cart:4")", "3");
  take();
  EXPECT_THAT(texts(), ElementsAre("~ shop/cart: image cart:3 → cart:4, replicas 2 → 3"));
}

TEST_F(LiveViewTest, new_rows_show_their_values_and_erased_ones_go) {
  put("cart", R"("cart:3")", "2");
  begin();
  put("pay", R"("pay:1")", "");
  erase("cart");
  take();
  EXPECT_THAT(texts(), ::testing::UnorderedElementsAre("+ shop/pay: image pay:1", "- shop/cart: "));
}

TEST_F(LiveViewTest, what_is_there_at_the_beginning_is_no_change) {
  put("cart", R"("cart:3")", "2");
  begin();
  take();
  EXPECT_EQ(changes_.total(), 0U);
}

TEST_F(LiveViewTest, only_the_last_changes_are_kept_and_all_are_counted) {
  begin();
  for (const char* name : {"a", "b", "c", "d"}) put(name, "1", "1");
  take();
  EXPECT_THAT(changes_.last(), SizeIs(3));
  EXPECT_EQ(changes_.total(), 4U);
  EXPECT_EQ(changes_.of_target("team-a/web"), 4U);
}

TEST_F(LiveViewTest, the_view_shows_targets_figures_and_changes) {
  begin();
  put("cart", R"("cart:3")", "2");
  take();
  EXPECT_THAT(
      live_lines(moment(), {100, 24}),
      ElementsAre(
          "kollect collect   demo   1:01",
          "1 000 rows   1 234 objects read   3.4 MB   2.5 events/s   14.0 MiB memory   0.4 % "
          "CPU",
          "", "TARGET      KIND        STATE              ROWS   CHANGES",
          "team-a/web  Deployment  live              1 000         1", "",
          "LAST OF 1 CHANGES (UTC)",
          "04:05:06  + team-a/web  shop/cart  image cart:3, replicas 2"));
}

TEST_F(LiveViewTest, the_view_fits_the_terminal) {
  begin();
  for (const char* name : {"a", "b", "c", "d"}) put(name, R"("a long value of an image")", "1");
  take();
  const auto lines = live_lines(moment(40), {50, 15});
  EXPECT_LT(lines.size(), 15U);
  for (const std::string& line : lines) EXPECT_LT(width_of(line), 50U) << line;
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("more targets")));
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("LAST OF 4 CHANGES")));
}

TEST_F(LiveViewTest, a_redraw_goes_up_over_what_it_drew) {
  EXPECT_EQ(redraw({"a", "b"}, 0), "a\x1b[K\nb\x1b[K\n\x1b[J");
  EXPECT_EQ(redraw({"a"}, 2), "\x1b[2Fa\x1b[K\n\x1b[J");
}

TEST_F(LiveViewTest, without_a_terminal_one_line_says_it_all) {
  begin();
  put("cart", R"("cart:3")", "2");
  take();
  EXPECT_EQ(
      plain_line(moment()),
      "1:01  1 of 1 targets settled   1 000 rows   1 234 objects read   3.4 MB   2.5 events/s "
      "  14.0 MiB memory   0.4 % CPU   last: + shop/cart image cart:3, replicas 2");
}

TEST_F(LiveViewTest, a_target_says_what_it_waits_for) {
  LiveMoment waiting = moment();
  waiting.targets[0].report->watch = kube::WatchState::not_installed;
  EXPECT_THAT(live_lines(waiting, {120, 24}),
              ::testing::Contains(HasSubstr("not installed     1 000         0  the cluster "
                                            "does not serve apps/v1/Deployment")));
}

TEST_F(LiveViewTest, troubles_are_told_when_they_begin_and_when_they_are_over) {
  LiveNews news;
  std::vector<TargetState> targets = moment().targets;
  EXPECT_THAT(news.take(targets, 1s), IsEmpty());
  targets[0].report->watch = kube::WatchState::not_installed;
  EXPECT_THAT(news.take(targets, 2s),
              ElementsAre("0:02  KollectTarget team-a/web: the cluster does not serve "
                          "apps/v1/Deployment"));
  EXPECT_THAT(news.take(targets, 3s), IsEmpty());
  targets[0].report->watch = kube::WatchState::live;
  EXPECT_THAT(news.take(targets, 4s), ElementsAre("0:04  KollectTarget team-a/web: live"));
}

TEST(LiveRate, is_the_growth_of_the_last_seconds) {
  LiveRate rate;
  EXPECT_EQ(rate.add(0s, 100), 0);
  EXPECT_EQ(rate.add(2s, 120), 10);
  EXPECT_EQ(rate.add(5s, 150), 10);
  EXPECT_EQ(rate.add(12s, 150), 0);
}

TEST(Figures, are_written_for_people) {
  EXPECT_EQ(count_text(7), "7");
  EXPECT_EQ(count_text(1234567), "1 234 567");
  EXPECT_EQ(megabytes_text(12'300), "12 kB");
  EXPECT_EQ(megabytes_text(71.25e6), "71.2 MB");
  EXPECT_EQ(mebibytes_text(size_t{3} << 19), "1.5 MiB");
}

}  // namespace
}  // namespace kollect::app
