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

namespace {

// Takes `digits` digits off the front; -1 when they are not there.
int take_number(std::string_view& text, size_t digits) {
  int number = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Nanoseconds of ".123"; digits beyond the ninth are dropped.
std::optional<int64_t> take_fraction(std::string_view& text) {
  if (!take(text, ".")) return 0;
  int64_t nanos = 0;
  int64_t unit = 100'000'000;
  const size_t before = text.size();
  for (int digit = 0; (digit = take_number(text, 1)) >= 0; unit /= 10) nanos += unit * digit;
  return text.size() < before ? std::optional(nanos) : std::nullopt;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, "Zz")) return std::chrono::minutes(0);
  const int sign = text.starts_with("-") ? -1 : 1;
  if (!take(text, "+-")) return std::nullopt;
  const int hours = take_number(text, 2);
  const bool colon = take(text, ":");
  const int minutes = take_number(text, 2);
  if (hours < 0 || hours > 23 || !colon || minutes < 0 || minutes > 59) return std::nullopt;
  return std::chrono::minutes(sign * (hours * 60 + minutes));
}

}  // namespace

std::optional<Wall::time_point> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const int y = take_number(text, 4);
  const bool first = take(text, "-");
  const int m = take_number(text, 2);
  const bool second = take(text, "-");
  const int d = take_number(text, 2);
  const bool middle = take(text, "Tt ");
  const int hour = take_number(text, 2);
  const bool third = take(text, ":");
  const int minute = take_number(text, 2);
  const bool fourth = take(text, ":");
  const int second_of_minute = take_number(text, 2);
  if (!first || !second || !middle || !third || !fourth || y < 0 || m < 0 || d < 0)
    return std::nullopt;
  const auto fraction = take_fraction(text);
  const auto offset = take_offset(text);
  const year_month_day date{year(y), month(static_cast<unsigned>(m)),
                            day(static_cast<unsigned>(d))};
  const bool in_range = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
                        second_of_minute >= 0 && second_of_minute < 61;
  if (!fraction || !offset || !text.empty() || !date.ok() || !in_range) return std::nullopt;
  const auto of_day = std::chrono::hours(hour) + std::chrono::minutes(minute) +
                      seconds(second_of_minute) + nanoseconds(*fraction);
  return Wall::time_point(
      duration_cast<Wall::duration>(sys_days(date).time_since_epoch() + of_day - *offset));
}

}  // namespace kollect
