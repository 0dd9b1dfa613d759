// The queue that wakes work: it carries keys, never events, so bursts coalesce and nothing grows.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <stop_token>

#include "base/clock.h"
#include "base/guarded.h"

namespace kollect {

// How long a key that keeps failing waits: first * 2^failures up to max, then spread by ±jitter.
struct Backoff {
  std::chrono::nanoseconds first = std::chrono::milliseconds(5);
  std::chrono::nanoseconds max = std::chrono::minutes(5);
  double jitter = 0.1;

  // The wait before try number `failures` + 1; `unit` in [0,1) places it inside the jitter.
  std::chrono::nanoseconds wait(uint32_t failures, double unit) const;
};

// WorkQueue<Key>: any number of threads add, any number of workers take.
//  - A key that waits is in the queue once; adding it again keeps the earlier of the two due times.
//  - A key that runs is held: it is handed to no second worker, and what is added meanwhile runs
//  after done().
//  - Keys come in the order of their due times, first added first among equals, so no key starves
//  another.
//  - Every key taken by next() or try_next() must be given back by done() or retry(), by the worker
//  that took it.
template <typename Key>
class WorkQueue {
 public:
  explicit WorkQueue(const Clock& clock = system_clock(), Backoff backoff = {}, uint64_t seed = 1)
      : clock_(clock), backoff_(backoff), state_(seed) {}

  void add(const Key& key) { add_after(key, std::chrono::nanoseconds(0)); }

  void add_after(const Key& key, std::chrono::nanoseconds delay) {
    const auto due = clock_.now() + delay;
    state_.update([&](State& state) { state.put(key, due); });
  }

  // The next key that is due, waiting for one; nullopt once a stop is asked for.
  std::optional<Key> next(std::stop_token stop) {
    while (!stop.stop_requested()) {
      if (auto key = try_next()) return key;
      const auto now = clock_.now();
      const auto earliest = state_.read([](const State& state) { return state.earliest(); });
      const auto wait = earliest ? *earliest - now : std::chrono::hours(1);
      state_.wait_for(stop, wait, [&](const State& state) {
        return state.earliest().has_value() && *state.earliest() <= clock_.now();
      });
    }
    return std::nullopt;
  }

  // The next key that is due now, if any; never blocks.
  std::optional<Key> try_next() {
    const auto now = clock_.now();
    return state_.with([&](State& state) { return state.take(now); });
  }

  // The key worked: its failures are forgotten; what was added while it ran becomes due.
  void done(const Key& key) {
    state_.update([&](State& state) { state.release(key); });
  }

  // The key failed: it becomes due after its backoff (or earlier, if it was added while it ran).
  void retry(const Key& key) {
    const auto now = clock_.now();
    state_.update([&](State& state) { state.fail(key, now, backoff_); });
  }

  // Keys that wait, due or not; running ones are not counted.
  size_t waiting() const {
    return state_.read([](const State& state) { return state.order.size(); });
  }

 private:
  struct Place {
    Steady::time_point due;
    uint64_t turn = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Entry {
    std::optional<Place> place;               // in `order` while it waits
    std::optional<Steady::time_point> again;  // added while running
    uint32_t failures = 0;
    bool running = false;
  };

  struct State {
    explicit State(uint64_t seed) : random(seed) {}

    std::map<Key, Entry> entries;
    std::map<Place, Key> order;
    uint64_t turns = 0;
    std::mt19937_64 random;

    std::optional<Steady::time_point> earliest() const {
      if (order.empty()) return std::nullopt;
      return order.begin()->first.due;
    }

    void put(const Key& key, Steady::time_point due) {
      Entry& entry = entries[key];
      if (entry.running) {
        entry.again = entry.again ? std::min(*entry.again, due) : due;
      } else if (!entry.place || due < entry.place->due) {
        enqueue(key, entry, due);
      }
    }

    void enqueue(const Key& key, Entry& entry, Steady::time_point due) {
      if (entry.place) order.erase(*entry.place);
      entry.place = Place{due, turns++};
      order.emplace(*entry.place, key);
    }

    std::optional<Key> take(Steady::time_point now) {
      if (order.empty() || order.begin()->first.due > now) return std::nullopt;
      Key key = order.begin()->second;
      order.erase(order.begin());
      Entry& entry = entries[key];
      entry.place.reset();
      entry.running = true;
      return key;
    }

    void release(const Key& key) {
      const auto found = entries.find(key);
      if (found == entries.end()) return;
      Entry& entry = found->second;
      entry.running = false;
      entry.failures = 0;
      if (!entry.again) {
        entries.erase(found);
        return;
      }
      enqueue(key, entry, *std::exchange(entry.again, std::nullopt));
    }

    void fail(const Key& key, Steady::time_point now, const Backoff& backoff) {
      Entry& entry = entries[key];
      entry.running = false;
      const double unit = std::uniform_real_distribution<double>(0, 1)(random);
      auto due = now + backoff.wait(entry.failures++, unit);
      if (entry.again) due = std::min(due, *std::exchange(entry.again, std::nullopt));
      enqueue(key, entry, due);
    }
  };

  const Clock& clock_;
  const Backoff backoff_;
  Guarded<State> state_;
};

}  // namespace kollect
