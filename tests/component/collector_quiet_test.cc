// Nothing changed means nothing happens: counts, never times.
#include "base/testing/allocation_count.h"
#include "component/collect_rig.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kEvents = 100;

class CollectorQuiet : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* ns : {"team", "a"}) rig.put_namespace(ns);
    rig.put_map("a", "one", "1");
    rig.set(map_profile());
    rig.set(map_target("namespaceSelector: {}"));
    ASSERT_TRUE(rig.until_rows({"maps a/one=\"1\""}));
    // The first time finds buffers that have not grown yet.
    for (int i = 0; i < 2; ++i) relabel_and_follow();
    rig.run_for(100ms);
  }

  void relabel_and_follow() {
    const uint64_t before = rig.collector().totals().events;
    for (uint64_t i = 0; i < kEvents; ++i)
      rig.put_map("a", "one", "1", "turn: t" + std::to_string(1000 + i));
    allocations = allocation_count();
    wakes = rig.wakes();
    rig.until([&] { return rig.collector().totals().events >= before + kEvents; });
    allocations = allocation_count() - allocations;
    wakes = rig.wakes() - wakes;
    EXPECT_EQ(rig.collector().totals().events, before + kEvents);
  }

  CollectRig rig{control::CollectorOptions{}};
  size_t allocations = 0;
  size_t wakes = 0;
};

TEST_F(CollectorQuiet, an_event_that_changes_no_row_takes_nothing_from_the_heap) {
  relabel_and_follow();
  EXPECT_EQ(allocations, 0U);
}

TEST_F(CollectorQuiet, an_event_that_changes_no_row_wakes_nobody) {
  relabel_and_follow();
  rig.run_for(100ms);
  EXPECT_EQ(wakes, 0U);
}

TEST_F(CollectorQuiet, an_event_that_changes_no_row_gives_no_sequence_number) {
  const store::PartitionKey partition{store::Origin::target, "team"};
  const auto sequence = [&] {
    return rig.rows().read([&](const auto& rows) { return rows.sequence(partition); });
  };
  const uint64_t before = sequence();
  relabel_and_follow();
  EXPECT_EQ(sequence(), before);
}

}  // namespace
}  // namespace kollect::testing
