// Keeps what may come a thousand times a second from filling the log.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.h"

namespace kollect::app {

// Lets one event a second through. Not thread-safe.
class Pace {
 public:
  // How many events were held back since the last one that passed; nothing: this one is held back,
  // too.
  std::optional<size_t> pass(Steady::time_point now) {
    if (now < next_at_) {
      ++held_back_;
      return std::nullopt;
    }
    next_at_ = now + std::chrono::seconds(1);
    return std::exchange(held_back_, 0);
  }

 private:
  Steady::time_point next_at_ = Steady::time_point::min();
  size_t held_back_ = 0;
};

}  // namespace kollect::app
