// The text forms of the scalars of the API: durations, times, base64, names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/field.h"
#include "base/text.h"

namespace kollect::api {

// An optional sign, then one or more `<decimal><unit>` with ns, us, µs, ms, s, m, h; a bare `0`.
// Empty when the text is no duration or does not fit.
std::optional<Duration> parse_duration(std::string_view text);
// Canonical: `1h0m0s`, `1m30s`, `1.5s`, `20ms`, `0s`.
std::string duration_text(Duration duration);

// RFC 3339 with any offset; fractions of a second are dropped.
std::optional<Time> parse_time(std::string_view text);
// UTC with `Z`, whole seconds.
std::string time_text(Time time);

// Base64; line ends inside are skipped, blanks are not, as the API server does.
std::optional<std::string> read_bytes(std::string_view text);

inline bool is_blank(std::string_view text) { return trimmed(text).empty(); }
std::string lower(std::string_view text);
// In double quotes, for messages: quotes, backslashes and control characters are escaped, the rest
// stands as it is.
std::string quoted(std::string_view text);

// DNS-1123: a label of at most 63 characters, a subdomain of dot-joined labels of at most 253.
bool is_dns_label(std::string_view text);
bool is_dns_subdomain(std::string_view text);
// The characters of a label without its length.
bool is_dns_label_text(std::string_view text);

// What a label may be called, with an optional DNS-1123 prefix, and what it may say.
bool is_label_key(std::string_view text);
bool is_label_value(std::string_view text);

// The patterns of the standard condition.
bool is_condition_type(std::string_view text);
bool is_condition_reason(std::string_view text);

}  // namespace kollect::api
