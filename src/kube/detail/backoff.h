// How long to wait before the next try.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace kollect::kube {

// Doubles from `first` to `most`.
struct BackoffRange {
  std::chrono::milliseconds first;
  std::chrono::milliseconds most;
};

// Counts failures of one cause in a row; another cause starts over. Delays are shortened by up to a
// quarter at random, so that many do not come back at once.
class Backoff {
 public:
  explicit Backoff(uint64_t seed) : random_(static_cast<std::minstd_rand::result_type>(seed)) {}

  std::chrono::milliseconds next(const BackoffRange& range) {
    if (range_ != &range) failures_ = 0;
    range_ = &range;
    const int doublings = std::min(failures_++, 20);
    return spread(std::min(range.most, range.first * (int64_t{1} << doublings)));
  }
  // At least `named`, and up to a quarter more.
  std::chrono::milliseconds at_least(std::chrono::milliseconds named) {
    return named + named - spread(named);
  }
  void reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  std::chrono::milliseconds spread(std::chrono::milliseconds delay) {
    return delay - delay * static_cast<int64_t>(random_() % 256) / 1024;
  }

  std::minstd_rand random_;
  const BackoffRange* range_ = nullptr;
  int failures_ = 0;
};

}  // namespace kollect::kube
