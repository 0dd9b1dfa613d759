// Instants and spans of time as CEL has them: reading, printing, arithmetic with its limits,
// calendar fields.
//
// Pure functions over small values, nothing allocates. Time zones by name are in lib_zone.h; an
// offset is all that civil() needs.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kollect::extract {

// An instant: whole seconds since 1970-01-01T00:00:00Z (negative before) and 0..999,999,999
// nanoseconds after them.
struct Timestamp {
  int64_t seconds = 0;
  int32_t nanos = 0;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// The years 1 to 9999, the only instants that exist.
inline constexpr Timestamp kFirstTimestamp{.seconds = -62135596800, .nanos = 0};
inline constexpr Timestamp kLastTimestamp{.seconds = 253402300799, .nanos = 999999999};

// The text of a time or of a span, without an allocation.
class TimeText {
 public:
  std::string_view view() const { return {chars_, size_}; }
  void append(char c) { chars_[size_++] = c; }
  // Decimal, padded with zeros on the left to `width`.
  void append(uint64_t number, int width = 1);
  // ".25" for 250,000,000; nothing for 0.
  void append_fraction(uint32_t nanos);

 private:
  char chars_[40] = {};
  uint8_t size_ = 0;
};

// RFC 3339 with capital T and Z or a numeric offset; digits beyond nanoseconds are dropped. Nothing
// when the text has another shape, names no real instant (a leap second, February 30) or lies
// outside the years 1 to 9999 in UTC.
std::optional<Timestamp> parse_timestamp(std::string_view text);
// In UTC with "Z", as many of nine fraction digits as are needed.
TimeText format_timestamp(Timestamp time);

// Decimal numbers with the units h, m, s, ms, us (µs), ns, one sign in front: "1h30m", "-1.5s",
// "0". Nothing when the text has another shape or the sum does not fit 64-bit nanoseconds.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
// Exact seconds with "s": "5400s", "-1.5s".
TimeText format_duration(std::chrono::nanoseconds span);

// Nothing when the result is no instant or no 64-bit span.
std::optional<Timestamp> add(Timestamp time, std::chrono::nanoseconds span);
std::optional<std::chrono::nanoseconds> subtract(Timestamp later, Timestamp earlier);

// Calendar fields with CEL's bases left to the caller: month, day 1-based; weekday 0 is Sunday;
// year day 0-based.
struct Civil {
  int year = 0;
  int month = 0;
  int day = 0;
  int weekday = 0;
  int year_day = 0;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  int32_t nanos = 0;
};

// What a clock shows that runs `offset` ahead of UTC.
Civil civil(Timestamp time, std::chrono::seconds offset = {});

// "+05:30", "-08:00", "02:00": an offset written out. Nothing for any other text.
std::optional<std::chrono::seconds> parse_offset(std::string_view text);

}  // namespace kollect::extract
