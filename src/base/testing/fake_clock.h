// A clock that stands still until a test moves it.
#pragma once

#include "base/clock.h"
#include "base/guarded.h"

namespace kollect::testing {

class FakeClock final : public Clock {
 public:
  Steady::time_point now() const override { return Steady::time_point(since_start_.copy()); }
  // Starts at 2026-01-01T00:00:00Z.
  Wall::time_point wall() const override {
    return Wall::time_point(std::chrono::seconds(1767225600)) +
           std::chrono::duration_cast<Wall::duration>(since_start_.copy());
  }
  void advance(std::chrono::nanoseconds by) {
    since_start_.with([&](std::chrono::nanoseconds& t) { t += by; });
  }

 private:
  Guarded<std::chrono::nanoseconds> since_start_{std::chrono::seconds(1)};
};

}  // namespace kollect::testing
