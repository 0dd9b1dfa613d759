#include "extract/cel/lib_zone.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/zone_file.h"

namespace kollect::extract {
namespace {

constexpr size_t kMaxNames = 1000;
constexpr size_t kMaxNameBytes = 64;

using std::chrono::sys_days;

// Reads a POSIX TZ text from the front; once something did not fit, `failed` stays.
struct RuleReader {
  std::string_view rest;
  bool failed = false;

  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  void expect(char c) { failed = !take(c) || failed; }

  int number(int lowest, int highest) {
    int value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    failed = failed || error != std::errc() || rest.starts_with('-') || value < lowest ||
             value > highest;
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    return value;
  }

  void name() {
    size_t size = 0;
    if (take('<')) {
      size = rest.find('>');
      failed = failed || size == std::string_view::npos;
      rest.remove_prefix(failed ? rest.size() : size + 1);
      return;
    }
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    while (size < rest.size() && is_letter(rest[size])) ++size;
    failed = failed || size < 3;
    rest.remove_prefix(size);
  }

  // "[+-]h[:m[:s]]" in seconds.
  int time() {
    const bool negative = take('-');
    if (!negative) take('+');
    int seconds = number(0, 167) * 3600;
    if (take(':')) seconds += number(0, 59) * 60;
    if (take(':')) seconds += number(0, 59);
    return negative ? -seconds : seconds;
  }

  ZoneSwitch when() {
    ZoneSwitch at;
    if (take('M')) {
      at.month = number(1, 12);
      expect('.');
      at.week = number(1, 5);
      expect('.');
      at.day = number(0, 6);
    } else if (take('J')) {
      at.form = ZoneSwitch::Form::julian;
      at.day = number(1, 365);
    } else {
      at.form = ZoneSwitch::Form::zero_based;
      at.day = number(0, 365);
    }
    if (take('/')) at.seconds = time();
    return at;
  }
};

sys_days day_of(const ZoneSwitch& at, std::chrono::year year) {
  const sys_days new_year = year / std::chrono::January / 1;
  if (at.form == ZoneSwitch::Form::zero_based) return new_year + std::chrono::days(at.day);
  if (at.form == ZoneSwitch::Form::julian) {
    const bool after_leap_day = year.is_leap() && at.day >= 60;
    return new_year + std::chrono::days(at.day - (after_leap_day ? 0 : 1));
  }
  const std::chrono::weekday day(static_cast<unsigned>(at.day));
  const std::chrono::month month(static_cast<unsigned>(at.month));
  if (at.week == 5) return year / month / day[std::chrono::last];
  return year / month / day[static_cast<unsigned>(at.week)];
}

// The instant of a switch, in the seconds of a clock that runs `before` ahead of UTC.
int64_t instant_of(const ZoneSwitch& at, std::chrono::year year, int before) {
  return std::chrono::sys_seconds(day_of(at, year)).time_since_epoch().count() + at.seconds -
         before;
}

int offset_by_rule(const ZoneRule& rule, Timestamp time) {
  if (!rule.has_daylight) return rule.standard;
  const std::chrono::year year(civil(time, std::chrono::seconds(rule.standard)).year);
  const int64_t start = instant_of(rule.start, year, rule.standard);
  const int64_t end = instant_of(rule.end, year, rule.daylight);
  const bool in_daylight = start < end ? time.seconds >= start && time.seconds < end
                                       : time.seconds >= start || time.seconds < end;
  return in_daylight ? rule.daylight : rule.standard;
}

// Big-endian numbers off the front of the bytes; the caller has checked the size.
template <typename T>
T take_number(std::string_view& bytes) {
  uint64_t value = 0;
  for (char c : bytes.substr(0, sizeof(T))) value = value << 8 | static_cast<uint8_t>(c);
  bytes.remove_prefix(sizeof(T));
  return static_cast<T>(value);
}

struct Header {
  uint64_t utc_flags, standard_flags, leaps, changes, types, name_bytes;

  uint64_t body_bytes(uint64_t time_bytes) const {
    return changes * (time_bytes + 1) + types * 6 + name_bytes + leaps * (time_bytes + 4) +
           standard_flags + utc_flags;
  }
};

constexpr size_t kHeaderBytes = 44;

std::optional<Header> take_header(std::string_view& bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with("TZif")) return std::nullopt;
  bytes.remove_prefix(20);
  Header header{};
  for (uint64_t* field : {&header.utc_flags, &header.standard_flags, &header.leaps, &header.changes,
                          &header.types, &header.name_bytes}) {
    *field = take_number<uint32_t>(bytes);
  }
  return header;
}

std::optional<TimeZone> read_zone(std::string_view name) {
  const std::optional<std::string> bytes = zone_file(name);
  return bytes ? parse_zone(*bytes) : std::nullopt;
}

}  // namespace

std::optional<ZoneRule> parse_zone_rule(std::string_view text) {
  RuleReader reader{.rest = text};
  ZoneRule rule;
  reader.name();
  rule.standard = -reader.time();
  if (!reader.rest.empty() && !reader.failed) {
    rule.has_daylight = true;
    reader.name();
    const bool has_own_offset = !reader.rest.empty() && reader.rest.front() != ',';
    rule.daylight = has_own_offset ? -reader.time() : rule.standard + 3600;
    reader.expect(',');
    rule.start = reader.when();
    reader.expect(',');
    rule.end = reader.when();
  }
  if (reader.failed || !reader.rest.empty()) return std::nullopt;
  return rule;
}

std::chrono::seconds TimeZone::offset(Timestamp time) const {
  const auto next =
      std::upper_bound(changes_.begin(), changes_.end(), time.seconds,
                       [](int64_t at, const Change& change) { return at < change.at; });
  if (next == changes_.end() && rule_) return std::chrono::seconds(offset_by_rule(*rule_, time));
  return std::chrono::seconds(next == changes_.begin() ? first_offset_ : std::prev(next)->offset);
}

std::optional<TimeZone> parse_zone(std::string_view bytes) {
  const bool is_wide = bytes.size() > 4 && bytes[4] >= '2';
  std::optional<Header> header = take_header(bytes);
  if (header && is_wide) {
    if (bytes.size() < header->body_bytes(4)) return std::nullopt;
    bytes.remove_prefix(header->body_bytes(4));
    header = take_header(bytes);
  }
  const size_t time_bytes = is_wide ? 8 : 4;
  if (!header || header->types == 0 || bytes.size() < header->body_bytes(time_bytes))
    return std::nullopt;

  TimeZone zone;
  std::string_view times = bytes.substr(0, header->changes * time_bytes);
  const std::string_view indexes = bytes.substr(times.size(), header->changes);
  const std::string_view types = bytes.substr(times.size() + indexes.size(), header->types * 6);
  const auto offset_of = [&](size_t type) {
    std::string_view record = types.substr(type * 6, 4);
    return take_number<int32_t>(record);
  };
  zone.first_offset_ = offset_of(0);
  for (char index : indexes) {
    const int64_t at = is_wide ? take_number<int64_t>(times) : take_number<int32_t>(times);
    const size_t type = static_cast<uint8_t>(index);
    if (type >= header->types) return std::nullopt;
    zone.changes_.push_back({at, offset_of(type)});
  }
  bytes.remove_prefix(header->body_bytes(time_bytes));
  if (is_wide && bytes.size() > 2 && bytes.front() == '\n') {
    zone.rule_ = parse_zone_rule(bytes.substr(1, bytes.find('\n', 1) - 1));
  }
  return zone;
}

const TimeZone* TimeZones::find(std::string_view name) {
  auto known = zones_.find(name);
  if (known == zones_.end()) {
    if (zones_.size() >= kMaxNames || name.size() > kMaxNameBytes) return nullptr;
    const bool is_utc = name.empty() || name == "UTC";
    known = zones_.emplace(name, is_utc ? TimeZone() : read_zone(name)).first;
  }
  return known->second ? &*known->second : nullptr;
}

std::optional<std::chrono::seconds> TimeZones::offset(std::string_view zone, Timestamp time) {
  if (zone.find(':') != std::string_view::npos) return parse_offset(zone);
  const TimeZone* found = find(zone);
  return found == nullptr ? std::nullopt : std::optional(found->offset(time));
}

}  // namespace kollect::extract
