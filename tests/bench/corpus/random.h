// Numbers that depend on a seed alone, the same on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kollect::bench {

// splitmix64: one step of state, mixed.
inline uint64_t mixed(uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

inline uint64_t mixed(uint64_t a, uint64_t b) { return mixed(mixed(a) ^ b); }

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() { return state_ = mixed(state_); }
  // 0 to n-1.
  uint64_t below(uint64_t n) { return next() % n; }
  // From low to high, both included.
  uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }
  // True in so many of a hundred.
  bool percent(uint64_t chance) { return below(100) < chance; }

  std::string_view pick(std::span<const std::string_view> of) { return of[below(of.size())]; }

 private:
  uint64_t state_;
};

}  // namespace kollect::bench
