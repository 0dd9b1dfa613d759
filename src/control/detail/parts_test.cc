#include <gtest/gtest.h>

#include "control/detail/failure_book.h"
#include "control/detail/list_run.h"
#include "control/detail/live_versions.h"

namespace kollect::control {
namespace {

using Event = LiveVersions::Event;

constexpr auto kWhole = kube::Part::whole;
constexpr auto kMetadata = kube::Part::metadata;

class LiveVersionsTest : public ::testing::Test {
 protected:
  LiveVersionsTest() { versions.begin(); }
  LiveVersions versions{3};
  LiveVersions::Hearer all{};
};

TEST_F(LiveVersionsTest, nothing_older_than_what_a_watch_said_wins) {
  versions.saw("u", 10, Event::present, kWhole);
  EXPECT_TRUE(versions.is_overtaken("u", 9, all));
  EXPECT_TRUE(versions.is_overtaken("u", 10, all));
  EXPECT_FALSE(versions.is_overtaken("u", 11, all));
  EXPECT_TRUE(versions.is_outdated("u", 9, all)) << "another watch was faster";
  EXPECT_FALSE(versions.is_outdated("u", 10, all));
  EXPECT_FALSE(versions.is_overtaken("other", 1, all));
}

TEST_F(LiveVersionsTest, a_deletion_wins_over_every_list) {
  versions.saw("u", 10, Event::erased, kWhole);
  versions.saw("u", 9, Event::present, kWhole);
  EXPECT_TRUE(versions.is_overtaken("u", 99, all));
}

TEST_F(LiveVersionsTest, what_was_said_before_somebody_came_was_not_heard) {
  versions.saw("u", 10, Event::present, kWhole);
  const LiveVersions::Hearer late{.since = versions.now()};
  EXPECT_FALSE(versions.is_overtaken("u", 10, late));
  versions.saw("u", 11, Event::present, kWhole);
  EXPECT_TRUE(versions.is_overtaken("u", 10, late));
}

TEST_F(LiveVersionsTest, metadata_says_nothing_to_who_needs_the_whole) {
  const LiveVersions::Hearer whole{.needs_whole = true};
  versions.saw("u", 10, Event::present, kMetadata);
  EXPECT_FALSE(versions.is_overtaken("u", 10, whole));
  EXPECT_TRUE(versions.is_overtaken("u", 10, all));
  versions.saw("u", 10, Event::present, kWhole);
  versions.saw("u", 11, Event::present, kMetadata);
  EXPECT_TRUE(versions.is_overtaken("u", 10, whole));
}

TEST_F(LiveVersionsTest, an_old_event_after_the_list_is_a_doubt_until_it_is_overtaken) {
  versions.saw("before", 10, Event::present, kWhole);
  versions.listed("before");
  EXPECT_FALSE(versions.has_doubt_before(20));
  versions.saw("after", 12, Event::present, kWhole);
  EXPECT_TRUE(versions.has_doubt_before(20));
  versions.saw("after", 21, Event::present, kWhole);
  EXPECT_FALSE(versions.has_doubt_before(20));
}

TEST_F(LiveVersionsTest, forgets_when_the_last_list_ends) {
  versions.begin();
  versions.saw("u", 10, Event::present, kWhole);
  versions.end();
  EXPECT_TRUE(versions.is_overtaken("u", 9, all));
  versions.end();
  EXPECT_FALSE(versions.is_needed());
  EXPECT_FALSE(versions.is_overtaken("u", 9, all));
}

TEST_F(LiveVersionsTest, keeps_no_more_than_it_may_and_says_so) {
  for (const char* uid : {"a", "b", "c"}) versions.saw(uid, 10, Event::present, kWhole);
  versions.saw("a", 11, Event::present, kWhole);
  EXPECT_FALSE(versions.is_full());
  versions.saw("d", 12, Event::erased, kWhole);
  EXPECT_TRUE(versions.is_full());
  EXPECT_FALSE(versions.is_overtaken("d", 1, all));
  versions.forget();
  EXPECT_FALSE(versions.is_full());
  EXPECT_FALSE(versions.is_overtaken("a", 1, all));
  EXPECT_TRUE(versions.is_needed());
}

TEST(FailureBook, counts_uids_and_keeps_the_last_message) {
  FailureBook book;
  book.record("a", "shop", 1, "first");
  book.record("b", "shop", 1, "second");
  book.record("a", "shop", 1, "third");
  EXPECT_EQ(book.size(), 2U);
  EXPECT_EQ(book.last_message(), "third");
  EXPECT_TRUE(book.clear("a"));
  EXPECT_FALSE(book.clear("a"));
  EXPECT_TRUE(book.clear("b"));
  EXPECT_EQ(book.last_message(), "");
}

TEST(FailureBook, a_list_forgets_what_it_did_not_meet_in_its_namespace) {
  FailureBook book;
  book.record("old", "shop", 1, "x");
  book.record("new", "shop", 2, "x");
  book.record("elsewhere", "bank", 1, "x");
  book.sweep("shop", 2);
  EXPECT_FALSE(book.clear("old"));
  EXPECT_TRUE(book.clear("new"));
  EXPECT_TRUE(book.clear("elsewhere"));
}

class ListRunTest : public ::testing::Test {
 protected:
  ListRunTest() {
    lane.rows = rows.with([](store::RowStore& store) {
      return &store.add_target({store::Origin::target, "team", "t"}, {"", "v1", "Pod", {}});
    });
  }
  void put(const char* uid) {
    rows.with([&](store::RowStore& store) {
      store.upsert(*lane.rows, {.namespace_name = "a", .name = uid, .uid = uid, .values = {}});
    });
  }
  size_t count() {
    return rows.read([](const store::RowStore& store) { return store.counts().rows; });
  }

  Guarded<store::RowStore> rows;
  Lane lane;
};

TEST_F(ListRunTest, what_the_list_did_not_meet_is_swept) {
  put("stays");
  put("goes");
  ListRun run;
  run.begin(rows, 1, {&lane});
  put("stays");
  const auto ended = run.end(rows, "");
  EXPECT_EQ(ended.complete, std::vector<Lane*>{&lane});
  EXPECT_EQ(ended.erased, 1U);
  EXPECT_EQ(count(), 1U);
}

TEST_F(ListRunTest, a_list_that_another_one_overtook_sweeps_nothing) {
  put("stays");
  ListRun first;
  ListRun second;
  first.begin(rows, 1, {&lane});
  second.begin(rows, 2, {&lane});
  const auto ended = first.end(rows, "");
  EXPECT_EQ(ended.spoiled, std::vector<Lane*>{&lane});
  EXPECT_EQ(count(), 1U);
}

}  // namespace
}  // namespace kollect::control
