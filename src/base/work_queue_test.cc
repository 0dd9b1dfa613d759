#include "base/work_queue.h"

#include <string>
#include <thread>

#include "base/testing/fake_clock.h"

namespace kollect {
namespace {

using namespace std::chrono_literals;
using testing::FakeClock;
using Queue = WorkQueue<std::string>;

Backoff exact() { return {.first = 10ms, .max = 100ms, .jitter = 0}; }

TEST(WorkQueue, a_key_added_twice_runs_once) {
  FakeClock clock;
  Queue queue(clock);
  queue.add("a");
  queue.add("a");
  EXPECT_EQ(queue.waiting(), 1U);
  EXPECT_EQ(queue.try_next(), "a");
  queue.done("a");
  EXPECT_EQ(queue.try_next(), std::nullopt);
}

TEST(WorkQueue, a_running_key_is_held_and_runs_again_when_added_meanwhile) {
  FakeClock clock;
  Queue queue(clock);
  queue.add("a");
  ASSERT_EQ(queue.try_next(), "a");
  queue.add("a");
  EXPECT_EQ(queue.try_next(), std::nullopt);
  queue.done("a");
  EXPECT_EQ(queue.try_next(), "a");
}

TEST(WorkQueue, the_earlier_of_two_due_times_counts) {
  FakeClock clock;
  Queue queue(clock);
  queue.add_after("a", 50ms);
  queue.add_after("a", 20ms);
  queue.add_after("a", 80ms);
  clock.advance(19ms);
  EXPECT_EQ(queue.try_next(), std::nullopt);
  clock.advance(1ms);
  EXPECT_EQ(queue.try_next(), "a");
}

TEST(WorkQueue, keys_come_by_due_time_and_first_added_first) {
  FakeClock clock;
  Queue queue(clock);
  queue.add_after("late", 20ms);
  queue.add("one");
  queue.add("two");
  queue.add_after("soon", 10ms);
  clock.advance(30ms);
  for (const char* expected : {"one", "two", "soon", "late"}) EXPECT_EQ(queue.try_next(), expected);
}

TEST(WorkQueue, a_busy_key_does_not_starve_the_others) {
  FakeClock clock;
  Queue queue(clock);
  queue.add("busy");
  queue.add("quiet");
  ASSERT_EQ(queue.try_next(), "busy");
  queue.add("busy");
  queue.done("busy");
  EXPECT_EQ(queue.try_next(), "quiet");
}

TEST(WorkQueue, backoff_doubles_up_to_its_end_and_is_forgotten_after_success) {
  FakeClock clock;
  Queue queue(clock, exact());
  queue.add("a");
  for (const auto wait : {10ms, 20ms, 40ms, 80ms, 100ms, 100ms}) {
    ASSERT_EQ(queue.try_next(), "a");
    queue.retry("a");
    clock.advance(wait - 1ms);
    EXPECT_EQ(queue.try_next(), std::nullopt);
    clock.advance(1ms);
  }
  ASSERT_EQ(queue.try_next(), "a");
  queue.done("a");
  queue.add("a");
  ASSERT_EQ(queue.try_next(), "a");
  queue.retry("a");
  clock.advance(10ms);
  EXPECT_EQ(queue.try_next(), "a");
}

TEST(WorkQueue, news_during_a_failing_run_beats_the_backoff) {
  FakeClock clock;
  Queue queue(clock, exact());
  queue.add("a");
  ASSERT_EQ(queue.try_next(), "a");
  queue.add("a");
  queue.retry("a");
  EXPECT_EQ(queue.try_next(), "a");
}

TEST(WorkQueue, jitter_stays_within_its_bounds) {
  const Backoff backoff{.first = 100ms, .max = 1s, .jitter = 0.1};
  EXPECT_EQ(backoff.wait(0, 0.0), 90ms);
  EXPECT_EQ(backoff.wait(0, 0.5), 100ms);
  EXPECT_EQ(backoff.wait(0, 1.0), 110ms);
  EXPECT_EQ(backoff.wait(200, 0.5), 1s);
}

TEST(WorkQueue, a_stop_ends_a_blocked_wait) {
  Queue queue;
  std::jthread worker([&](std::stop_token stop) { EXPECT_EQ(queue.next(stop), std::nullopt); });
  worker.request_stop();
  worker.join();
}

TEST(WorkQueue, a_waiting_worker_is_woken_by_a_key) {
  Queue queue;
  std::string taken;
  std::jthread worker([&](std::stop_token stop) { taken = queue.next(stop).value_or("none"); });
  queue.add("a");
  worker.join();
  EXPECT_EQ(taken, "a");
}

TEST(WorkQueue, a_delayed_key_wakes_a_waiting_worker_when_due) {
  Queue queue;
  queue.add_after("a", 20ms);
  const auto began = Steady::now();
  EXPECT_EQ(queue.next({}), "a");
  EXPECT_GE(Steady::now() - began, 20ms);
}

struct Seen {
  std::vector<int> runs = std::vector<int>(1'000'000);
  std::vector<char> running = std::vector<char>(1'000'000);
  int overlaps = 0;
  int finished = 0;
};

void work(WorkQueue<int>& queue, Guarded<Seen>& seen, std::stop_token stop) {
  while (const auto key = queue.next(stop)) {
    const auto slot = static_cast<size_t>(*key);
    seen.with([&](Seen& s) { s.overlaps += std::exchange(s.running[slot], 1); });
    const bool again = seen.with([&](Seen& s) { return ++s.runs[slot] == 1 && slot % 8 == 0; });
    if (again) queue.add(*key);
    seen.with([&](Seen& s) { s.running[slot] = 0; });
    queue.done(*key);
    if (!again) seen.update([](Seen& s) { ++s.finished; });
  }
}

TEST(WorkQueue, the_order_of_delays_is_kept_whoever_adds_them) {
  FakeClock clock;
  WorkQueue<int> queue(clock);
  constexpr int kPerThread = 10'000;
  const auto delay = [](int key) { return std::chrono::milliseconds(key * 7919 % 1000); };
  {
    std::vector<std::jthread> producers;
    for (int thread = 0; thread < 8; ++thread) {
      producers.emplace_back([&, thread] {
        for (int i = 0; i < kPerThread; ++i) {
          const int key = thread * kPerThread + i;
          queue.add_after(key, delay(key));
        }
      });
    }
  }
  clock.advance(1s);
  auto last = 0ms;
  for (int taken = 0; taken < 8 * kPerThread; ++taken) {
    const auto key = queue.try_next();
    ASSERT_TRUE(key.has_value());
    ASSERT_GE(delay(*key), last);
    last = delay(*key);
    queue.done(*key);
  }
}

TEST(WorkQueue, a_million_keys_and_eight_workers_lose_and_overlap_nothing) {
  WorkQueue<int> queue;
  Guarded<Seen> seen;
  constexpr int kKeys = 1'000'000;
  std::vector<std::jthread> workers;
  for (int i = 0; i < 8; ++i) {
    workers.emplace_back([&](std::stop_token stop) { work(queue, seen, stop); });
  }
  for (int key = 0; key < kKeys; ++key) queue.add(key);
  seen.wait({}, [](const Seen& s) { return s.finished >= kKeys; });
  workers.clear();
  seen.read([](const Seen& s) {
    EXPECT_EQ(s.overlaps, 0);
    for (size_t key = 0; key < s.runs.size(); ++key)
      ASSERT_EQ(s.runs[key], key % 8 == 0 ? 2 : 1) << key;
  });
}

}  // namespace
}  // namespace kollect
