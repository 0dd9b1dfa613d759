#include "store/detail/ordered_rows.h"

#include <numeric>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace kollect::store {
namespace {

std::vector<SlotId> in_order(const OrderedRows& rows) {
  std::vector<SlotId> out;
  rows.visit([&](SlotId row) {
    out.push_back(row);
    return true;
  });
  return out;
}

OrderedRows by_number() {
  return OrderedRows([](SlotId a, SlotId b) { return a < b; });
}

void insert_run(OrderedRows& rows, SlotId first, SlotId count) {
  for (SlotId row = first; row < first + count; ++row) rows.insert(row);
}

TEST(OrderedRows, stays_in_order_through_inserts_and_erases) {
  std::mt19937 random(1);
  OrderedRows rows = by_number();
  std::set<SlotId> expected;
  for (int step = 0; step < 20'000; ++step) {
    // Runs in between, so that a remembered place meets rows that came and went around it.
    const auto row =
        static_cast<SlotId>(step % 3 == 0 ? static_cast<size_t>(step) : random() % 10'000);
    if (expected.insert(row).second) {
      rows.insert(row);
    } else {
      expected.erase(row);
      rows.erase(row);
    }
  }
  EXPECT_EQ(in_order(rows), std::vector<SlotId>(expected.begin(), expected.end()));
  EXPECT_EQ(rows.size(), expected.size());
}

TEST(OrderedRows, is_empty_again_after_the_last_erase) {
  OrderedRows rows = by_number();
  for (int round = 0; round < 2; ++round) {
    rows.insert(7);
    rows.erase(7);
    EXPECT_TRUE(in_order(rows).empty());
  }
}

struct RunCase {
  const char* name;
  std::vector<SlotId> starts;  // of runs of 10 000 rows, in the order of their coming
};
class RunsOfRows : public testing::TestWithParam<RunCase> {};

TEST_P(RunsOfRows, fill_their_chunks) {
  constexpr SlotId kRun = 10'000;
  OrderedRows rows = by_number();
  for (const SlotId start : GetParam().starts) insert_run(rows, start, kRun);
  const size_t needed = rows.size() * sizeof(SlotId);
  EXPECT_LT(rows.capacity_bytes(), needed + needed / 8);
}

INSTANTIATE_TEST_SUITE_P(Orders, RunsOfRows,
                         testing::Values(RunCase{"ascending", {0, 10'000, 20'000}},
                                         RunCase{"descending", {20'000, 10'000, 0}},
                                         RunCase{"between", {0, 20'000, 10'000}}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(OrderedRows, rows_that_come_backwards_behind_a_full_chunk_share_chunks) {
  OrderedRows rows = by_number();
  insert_run(rows, 0, 512);
  for (SlotId row = 9'000; row > 600; --row) rows.insert(row);
  EXPECT_LT(rows.capacity_bytes(), 4 * rows.size() * sizeof(SlotId));
}

TEST(OrderedRows, rows_between_full_chunks_do_not_make_one_chunk_grow) {
  OrderedRows rows([](SlotId a, SlotId b) { return a % 1'000'000 < b % 1'000'000; });
  insert_run(rows, 0, 512);
  // All behind row 255, each in front of the one before.
  for (SlotId row = 1; row <= 4'000; ++row) rows.insert(1'000'000 * row + 255);
  EXPECT_EQ(rows.size(), 4'512U);
  EXPECT_LT(rows.capacity_bytes(), 4 * rows.size() * sizeof(SlotId));
}

}  // namespace
}  // namespace kollect::store
