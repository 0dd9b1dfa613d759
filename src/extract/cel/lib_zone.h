// Time zones by their IANA names, from the zone files of the system.
//
// parse_zone and TimeZone are pure; TimeZones asks base for the bytes of each zone at most once. It
// belongs to whoever evaluates and is used by one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/cel/lib_time.h"

namespace kollect::extract {

// When a year's switch to or from daylight saving happens: the last part of a POSIX TZ text.
struct ZoneSwitch {
  enum class Form : uint8_t { month_week_day, julian, zero_based };
  Form form = Form::month_week_day;
  int month = 0;  // 1-12
  int week = 0;   // 1-5, 5 is the last
  int day = 0;    // weekday, 0 is Sunday; or the day of the year
  int seconds = 7200;
};

// What holds after the last recorded change: a constant offset, or two with their switches.
struct ZoneRule {
  int standard = 0;  // seconds ahead of UTC
  int daylight = 0;
  bool has_daylight = false;
  ZoneSwitch start;
  ZoneSwitch end;
};

// "EST5EDT,M3.2.0,M11.1.0" and its kin; nothing for a text of another form.
std::optional<ZoneRule> parse_zone_rule(std::string_view text);

class TimeZone {
 public:
  // How far clocks run ahead of UTC at an instant.
  std::chrono::seconds offset(Timestamp time) const;

 private:
  friend std::optional<TimeZone> parse_zone(std::string_view bytes);

  struct Change {
    int64_t at;
    int32_t offset;
  };

  int32_t first_offset_ = 0;
  std::vector<Change> changes_;  // ascending
  std::optional<ZoneRule> rule_;
};

// The bytes of a zone file (RFC 8536, any version); nothing when they are no such thing.
std::optional<TimeZone> parse_zone(std::string_view bytes);

// Zones by name. What a name means is decided when it is first asked for and then kept; at most
// 1,000 names are.
class TimeZones {
 public:
  // The zone of this name, good as long as this object is; null pointer when there is none. "" and
  // "UTC" need no file.
  const TimeZone* find(std::string_view name);
  // The offset at an instant for an IANA name or for a written offset such as "-02:30".
  std::optional<std::chrono::seconds> offset(std::string_view zone, Timestamp time);

 private:
  std::map<std::string, std::optional<TimeZone>, std::less<>> zones_;
};

}  // namespace kollect::extract
