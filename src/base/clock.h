// Time as a port, so that tests move it by hand.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kollect {

using Steady = std::chrono::steady_clock;
using Wall = std::chrono::system_clock;

// Steady time for delays and deadlines, wall time for what people read. Any thread may ask.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Steady::time_point now() const = 0;
  virtual Wall::time_point wall() const = 0;
};

// The machine's clock; lives as long as the process.
const Clock& system_clock();

// RFC 3339 in UTC with `digits` digits of the second's fraction: 2026-02-03T04:05:06Z,
// 2026-02-03T04:05:06.123Z.
std::string rfc3339(Wall::time_point time, int digits = 0);

// Reads such a time, with any fraction and offset; nullopt for anything else.
std::optional<Wall::time_point> parse_rfc3339(std::string_view text);

}  // namespace kollect
