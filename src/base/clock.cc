#include "base/clock.h"

#include <ctime>

#include <fmt/format.h>

namespace kollect {

namespace {

class SystemClock final : public Clock {
 public:
  Steady::time_point now() const override { return Steady::now(); }
  Wall::time_point wall() const override { return Wall::now(); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string rfc3339(Wall::time_point time, int digits) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t whole = second.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&whole, &utc);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", utc.tm_year + 1900,
                                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
  if (digits > 0) {
    const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(time - second).count();
    text += '.';
    text += fmt::format("{:09}", nanos).substr(0, static_cast<size_t>(digits));
  }
  return text + 'Z';
}

}  // namespace kollect
