#include "extract/cel/lib_time.h"

#include <algorithm>
#include <array>

namespace kollect::extract {
namespace {

using std::chrono::days;
using std::chrono::nanoseconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

__extension__ using Wide = __int128;

constexpr int64_t kNanosPerSecond = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes what it reads off the front of a text; once something did not fit, `failed` stays.
struct Cursor {
  std::string_view rest;
  bool failed = false;

  void literal(char c) {
    failed = failed || rest.empty() || rest.front() != c;
    if (!failed) rest.remove_prefix(1);
  }

  int digits(size_t count) {
    if (failed || rest.size() < count ||
        !std::all_of(rest.begin(), rest.begin() + static_cast<ptrdiff_t>(count), is_digit)) {
      failed = true;
      return 0;
    }
    int number = 0;
    for (char c : rest.substr(0, count)) number = number * 10 + (c - '0');
    rest.remove_prefix(count);
    return number;
  }

  int32_t fraction() {
    if (failed || rest.empty() || rest.front() != '.') return 0;
    rest.remove_prefix(1);
    failed = rest.empty() || !is_digit(rest.front());
    int32_t nanos = 0;
    int32_t unit = kNanosPerSecond / 10;
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1), unit /= 10)
      nanos += unit * (rest.front() - '0');
    return nanos;
  }

  int offset_seconds() {
    if (!rest.empty() && rest.front() == 'Z') {
      rest.remove_prefix(1);
      return 0;
    }
    const bool behind = !rest.empty() && rest.front() == '-';
    literal(behind ? '-' : '+');
    const int hours = digits(2);
    literal(':');
    const int minutes = digits(2);
    failed = failed || hours > 23 || minutes > 59;
    return (behind ? -60 : 60) * (hours * 60 + minutes);
  }
};

bool is_in_range(Timestamp time) { return time >= kFirstTimestamp && time <= kLastTimestamp; }

struct Unit {
  std::string_view name;
  uint64_t nanos;
};

// Longer names before their own prefixes.
constexpr std::array kUnits = {
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"\u00b5s", 1'000},
    Unit{"\u03bcs", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
};

const Unit* unit_at(std::string_view text) {
  const auto* it = std::find_if(kUnits.begin(), kUnits.end(),
                                [&](const Unit& unit) { return text.starts_with(unit.name); });
  if (it == kUnits.end()) return nullptr;
  const std::string_view after = text.substr(it->name.size());
  const bool ends = after.empty() || is_digit(after.front()) || after.front() == '.';
  return ends ? it : nullptr;
}

constexpr uint64_t kTooManyNanos = (uint64_t{1} << 63) + 1;

// One "12.5ms"; kTooManyNanos when it is malformed or does not fit.
uint64_t take_term(std::string_view& text) {
  Wide whole = 0;
  size_t count = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++count) {
    whole = whole * 10 + (text.front() - '0');
    if (whole >= kTooManyNanos) return kTooManyNanos;
  }
  uint64_t fraction = 0;
  uint64_t scale = 1;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++count) {
      if (scale >= 1'000'000'000'000'000) continue;
      fraction = fraction * 10 + static_cast<unsigned>(text.front() - '0');
      scale *= 10;
    }
  }
  const Unit* unit = unit_at(text);
  if (count == 0 || unit == nullptr) return kTooManyNanos;
  text.remove_prefix(unit->name.size());
  const Wide part = static_cast<Wide>(fraction) * unit->nanos / scale;
  const Wide nanos = whole * unit->nanos + part;
  return nanos >= kTooManyNanos ? kTooManyNanos : static_cast<uint64_t>(nanos);
}

}  // namespace

void TimeText::append(uint64_t number, int width) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  for (int i = count; i < width; ++i) append('0');
  while (count > 0) append(digits[--count]);
}

void TimeText::append_fraction(uint32_t nanos) {
  if (nanos == 0) return;
  int width = 9;
  for (; nanos % 10 == 0; nanos /= 10) --width;
  append('.');
  append(nanos, width);
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Cursor cursor{.rest = text};
  const int year = cursor.digits(4);
  cursor.literal('-');
  const auto month = static_cast<unsigned>(cursor.digits(2));
  cursor.literal('-');
  const auto day = static_cast<unsigned>(cursor.digits(2));
  cursor.literal('T');
  const int hours = cursor.digits(2);
  cursor.literal(':');
  const int minutes = cursor.digits(2);
  cursor.literal(':');
  const int seconds = cursor.digits(2);
  const int32_t nanos = cursor.fraction();
  const int offset = cursor.offset_seconds();
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (cursor.failed || !cursor.rest.empty() || !date.ok() || hours > 23 || minutes > 59 ||
      seconds > 59)
    return std::nullopt;
  const int64_t midnight = sys_seconds(sys_days(date)).time_since_epoch().count();
  const Timestamp time{.seconds = midnight + hours * 3600 + minutes * 60 + seconds - offset,
                       .nanos = nanos};
  return is_in_range(time) ? std::optional(time) : std::nullopt;
}

TimeText format_timestamp(Timestamp time) {
  const Civil at = civil(time);
  const struct {
    int number;
    int width;
    char after;
  } parts[] = {{at.year, 4, '-'},
               {at.month, 2, '-'},
               {at.day, 2, 'T'},
               {at.hours, 2, ':'},
               {at.minutes, 2, ':'}};
  TimeText text;
  for (const auto& part : parts) {
    text.append(static_cast<uint64_t>(part.number), part.width);
    text.append(part.after);
  }
  text.append(static_cast<uint64_t>(at.seconds), 2);
  text.append_fraction(static_cast<uint32_t>(at.nanos));
  text.append('Z');
  return text;
}

std::optional<nanoseconds> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  if (text == "0") return nanoseconds(0);
  uint64_t sum = 0;
  while (!text.empty()) {
    const uint64_t term = take_term(text);
    if (term == kTooManyNanos || term > kTooManyNanos - 1 - sum) return std::nullopt;
    sum += term;
  }
  if (!negative && sum > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  return nanoseconds(static_cast<int64_t>(negative ? 0 - sum : sum));
}

TimeText format_duration(nanoseconds span) {
  TimeText text;
  const int64_t count = span.count();
  if (count < 0) text.append('-');
  const uint64_t size = count < 0 ? 0 - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
  text.append(size / kNanosPerSecond);
  text.append_fraction(static_cast<uint32_t>(size % kNanosPerSecond));
  text.append('s');
  return text;
}

std::optional<Timestamp> add(Timestamp time, nanoseconds span) {
  int64_t seconds = span.count() / kNanosPerSecond;
  int64_t nanos = time.nanos + span.count() % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --seconds;
  } else if (nanos >= kNanosPerSecond) {
    nanos -= kNanosPerSecond;
    ++seconds;
  }
  const Timestamp sum{.seconds = time.seconds + seconds, .nanos = static_cast<int32_t>(nanos)};
  return is_in_range(sum) ? std::optional(sum) : std::nullopt;
}

std::optional<nanoseconds> subtract(Timestamp later, Timestamp earlier) {
  const Wide span = static_cast<Wide>(later.seconds - earlier.seconds) * kNanosPerSecond +
                    (later.nanos - earlier.nanos);
  if (span > INT64_MAX || span < INT64_MIN) return std::nullopt;
  return nanoseconds(static_cast<int64_t>(span));
}

Civil civil(Timestamp time, std::chrono::seconds offset) {
  const sys_seconds local{std::chrono::seconds(time.seconds) + offset};
  const sys_days midnight = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{local - midnight};
  return {
      .year = static_cast<int>(date.year()),
      .month = static_cast<int>(static_cast<unsigned>(date.month())),
      .day = static_cast<int>(static_cast<unsigned>(date.day())),
      .weekday = static_cast<int>(std::chrono::weekday(midnight).c_encoding()),
      .year_day =
          static_cast<int>((midnight - sys_days(date.year() / std::chrono::January / 1)).count()),
      .hours = static_cast<int>(clock.hours().count()),
      .minutes = static_cast<int>(clock.minutes().count()),
      .seconds = static_cast<int>(clock.seconds().count()),
      .nanos = time.nanos,
  };
}

std::optional<std::chrono::seconds> parse_offset(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const bool behind = text.front() == '-';
  Cursor cursor{.rest = behind || text.front() == '+' ? text.substr(1) : text};
  const int hours = cursor.digits(2);
  cursor.literal(':');
  const int minutes = cursor.digits(2);
  if (cursor.failed || !cursor.rest.empty() || hours > 23 || minutes > 59) return std::nullopt;
  return std::chrono::seconds((behind ? -60 : 60) * (hours * 60 + minutes));
}

}  // namespace kollect::extract
