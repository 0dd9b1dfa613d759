#include "api/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "base/base64.h"

namespace kollect::api {
namespace {

struct Unit {
  std::string_view name;
  uint64_t nanoseconds;
};

// Longer names first, so that `ms` is not read as `m`.
constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"\u00b5s", 1'000},
    {"\u03bcs", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60ULL * 1'000'000'000},
    {"h", 3600ULL * 1'000'000'000},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_lower_alnum(char c) { return is_lower(c) || is_digit(c); }

std::string_view take_digits(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

const Unit* take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) == unit.name) {
      text.remove_prefix(unit.name.size());
      return &unit;
    }
  }
  return nullptr;
}

// The digits after a decimal point, as a part of the unit; digits too small to count are dropped.
uint64_t fraction_of(std::string_view digits, uint64_t unit) {
  uint64_t value = 0;
  double scale = 1;
  for (const char digit : digits.substr(0, 18)) {
    value = value * 10 + static_cast<uint64_t>(digit - '0');
    scale *= 10;
  }
  return static_cast<uint64_t>(static_cast<double>(value) * (static_cast<double>(unit) / scale));
}

// One `<decimal><unit>`; no more than the nanoseconds that fit.
std::optional<uint64_t> take_term(std::string_view& text) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const Unit* unit = take_unit(text);
  if (!unit) return std::nullopt;
  uint64_t count = 0;
  if (!whole.empty() &&
      std::from_chars(whole.data(), whole.data() + whole.size(), count).ec != std::errc()) {
    return std::nullopt;
  }
  uint64_t total = 0;
  if (__builtin_mul_overflow(count, unit->nanoseconds, &total)) return std::nullopt;
  const uint64_t part = fraction_of(fraction, unit->nanoseconds);
  if (__builtin_add_overflow(total, part, &total)) return std::nullopt;
  return total;
}

// `n` units with the rest as a fraction without trailing zeros: 1.5.
std::string decimal(uint64_t nanoseconds, uint64_t unit) {
  std::string out = std::to_string(nanoseconds / unit);
  uint64_t rest = nanoseconds % unit;
  if (rest == 0) return out;
  out += '.';
  for (uint64_t place = unit / 10; rest != 0; place /= 10) {
    out += static_cast<char>('0' + rest / place);
    rest %= place;
  }
  return out;
}

std::optional<int> number(std::string_view text, size_t from, size_t digits) {
  int value = 0;
  if (text.size() < from + digits) return std::nullopt;
  for (const char c : text.substr(from, digits)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// Minutes east of UTC from `Z` or `+hh:mm`.
std::optional<int> offset_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = number(text, 1, 2);
  const auto minutes = number(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int total = *hours * 60 + *minutes;
  return text[0] == '-' ? -total : total;
}

std::string_view skip_fraction(std::string_view text) {
  if (text.empty() || text.front() != '.') return text;
  text.remove_prefix(1);
  return take_digits(text).empty() ? std::string_view("?") : text;
}

// Calls of `joined(part)` for the pieces between separators; false as soon as one is refused.
template <typename Part>
bool all_parts(std::string_view text, char separator, const Part& joined) {
  while (true) {
    const size_t end = text.find(separator);
    if (!joined(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return Duration(0);
  if (text.empty()) return std::nullopt;
  uint64_t total = 0;
  while (!text.empty()) {
    const auto term = take_term(text);
    if (!term || __builtin_add_overflow(total, *term, &total)) return std::nullopt;
  }
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (total > kMost + (negative ? 1 : 0)) return std::nullopt;
  return Duration(static_cast<int64_t>(negative ? 0 - total : total));
}

std::string duration_text(Duration duration) {
  const int64_t count = duration.count();
  const uint64_t size = count < 0 ? 0 - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
  std::string out = count < 0 ? "-" : "";
  if (size == 0) return "0s";
  if (size < 1'000) return out + std::to_string(size) + "ns";
  if (size < 1'000'000) return out + decimal(size, 1'000) + "\u00b5s";
  if (size < 1'000'000'000) return out + decimal(size, 1'000'000) + "ms";
  constexpr uint64_t kSecond = 1'000'000'000;
  const uint64_t minutes = size / (60 * kSecond);
  if (minutes >= 60) out += std::to_string(minutes / 60) + "h";
  if (minutes > 0) out += std::to_string(minutes % 60) + "m";
  return out + decimal(size % (60 * kSecond), kSecond) + "s";
}

std::optional<Time> parse_time(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() < kShape.size() + 1) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (text[10] != 'T' && text[10] != 't') return std::nullopt;
  std::array<int, 6> parts{};
  constexpr std::array<size_t, 6> kFrom = {0, 5, 8, 11, 14, 17};
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto part = number(text, kFrom[i], i == 0 ? 4 : 2);
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  const auto east = offset_minutes(skip_fraction(text.substr(kShape.size())));
  const std::chrono::year_month_day date{std::chrono::year{parts[0]},
                                         std::chrono::month{static_cast<unsigned>(parts[1])},
                                         std::chrono::day{static_cast<unsigned>(parts[2])}};
  if (!east || !date.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(parts[3]) +
         std::chrono::minutes(parts[4] - *east) + std::chrono::seconds(parts[5]);
}

std::string time_text(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto seconds = (time - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::optional<std::string> read_bytes(std::string_view text) {
  if (text.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
  return base64_decode(text);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

bool is_dns_label_text(std::string_view text) {
  return !text.empty() && is_lower_alnum(text.front()) && is_lower_alnum(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower_alnum(c) || c == '-'; });
}

bool is_dns_label(std::string_view text) { return text.size() <= 63 && is_dns_label_text(text); }

bool is_dns_subdomain(std::string_view text) {
  return text.size() <= 253 && all_parts(text, '.', is_dns_label_text);
}

namespace {

bool is_label_name(std::string_view text) {
  const auto edge = [](char c) { return is_alpha(c) || is_digit(c); };
  return !text.empty() && text.size() <= 63 && edge(text.front()) && edge(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return edge(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace

bool is_label_key(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_label_name(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_label_name(text.substr(slash + 1));
}

bool is_label_value(std::string_view text) { return text.empty() || is_label_name(text); }

bool is_condition_type(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    if (!all_parts(text.substr(0, slash), '.', is_dns_label_text)) return false;
    text.remove_prefix(slash + 1);
  }
  const auto plain = [](char c) { return is_alpha(c) || is_digit(c); };
  return !text.empty() && plain(text.front()) && plain(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_condition_reason(std::string_view text) {
  const auto inner = [](char c) {
    return is_alpha(c) || is_digit(c) || c == '_' || c == ',' || c == ':';
  };
  return !text.empty() && is_alpha(text.front()) && std::all_of(text.begin(), text.end(), inner) &&
         text.back() != ',' && text.back() != ':';
}

}  // namespace kollect::api
