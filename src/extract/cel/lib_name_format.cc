#include "extract/cel/lib_name_format.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "extract/cel/lib_text.h"
#include "extract/cel/lib_url.h"

namespace kollect::extract {
namespace {

constexpr std::array<std::string_view, kNameFormats> kWords = {
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
};

constexpr size_t kMaxLabel = 63;
constexpr size_t kMaxSubdomain = 253;

constexpr std::string_view kBadLabel =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kBadSubdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kBad1035Label =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and "
    "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation "
    "is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kBadLabelKey =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. "
    "'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kTooManyParts =
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' "
    "(e.g. "
    "'example.com/MyName')";
constexpr std::string_view kBadLabelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
    "validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_lower_alphanumeric(char c) { return is_lower(c) || is_digit(c); }
bool is_alphanumeric(char c) { return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

bool is_label(std::string_view text) {
  return !text.empty() && is_lower_alphanumeric(text.front()) &&
         is_lower_alphanumeric(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '-' || is_lower_alphanumeric(c);
         });
}

bool is_1035_label(std::string_view text) { return is_label(text) && is_lower(text.front()); }

bool is_subdomain(std::string_view text) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('.', begin), text.size());
    if (!is_label(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

bool is_label_key(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || c == '_' || c == '.' || is_alphanumeric(c); });
}

void check_label(std::string_view text, Findings& findings) {
  if (text.size() > kMaxLabel) findings.add("", "must be no more than 63 characters");
  if (!is_label(text)) findings.add("", is_subdomain(text) ? "must not contain dots" : kBadLabel);
}

void check_subdomain(std::string_view text, Findings& findings) {
  if (text.size() > kMaxSubdomain) findings.add("", "must be no more than 253 characters");
  if (!is_subdomain(text)) findings.add("", kBadSubdomain);
}

void check_1035_label(std::string_view text, Findings& findings) {
  if (text.size() > kMaxLabel) findings.add("", "must be no more than 63 characters");
  if (!is_1035_label(text)) findings.add("", kBad1035Label);
}

void check_qualified_name(std::string_view text, Findings& findings) {
  const size_t slash = text.find('/');
  if (slash != text.rfind('/')) return findings.add("", kTooManyParts);
  if (slash == 0) findings.add("prefix part ", "must be non-empty");
  if (slash != std::string_view::npos && slash > 0) {
    if (slash > kMaxSubdomain) findings.add("prefix part ", "must be no more than 253 bytes");
    if (!is_subdomain(text.substr(0, slash))) findings.add("prefix part ", kBadSubdomain);
  }
  const std::string_view name = slash == std::string_view::npos ? text : text.substr(slash + 1);
  if (name.empty()) findings.add("name part ", "must be non-empty");
  if (name.size() > kMaxLabel) findings.add("name part ", "must be no more than 63 bytes");
  if (!is_label_key(name)) findings.add("name part ", kBadLabelKey);
}

void check_label_value(std::string_view text, Findings& findings) {
  if (text.size() > kMaxLabel) findings.add("", "must be no more than 63 bytes");
  if (!text.empty() && !is_label_key(text)) findings.add("", kBadLabelValue);
}

bool is_uuid(std::string_view text) {
  for (size_t digits : {size_t{8}, size_t{4}, size_t{4}, size_t{4}, size_t{12}}) {
    if (digits != 8 && text.starts_with('-')) text.remove_prefix(1);
    if (text.size() < digits ||
        !std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(digits), is_hex))
      return false;
    text.remove_prefix(digits);
  }
  return text.empty();
}

bool is_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '+' || c == '/' || is_alphanumeric(c); });
}

// Digits where the pattern has "0", else the same characters.
bool has_shape(std::string_view text, std::string_view pattern) {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                    [](char c, char p) { return p == '0' ? is_digit(c) : c == p; });
}

int number_at(std::string_view text, size_t at, size_t size) {
  int number = 0;
  std::from_chars(text.data() + at, text.data() + at + size, number);
  return number;
}

bool is_date(std::string_view text) {
  if (!has_shape(text, "0000-00-00")) return false;
  const std::chrono::year_month_day date{
      std::chrono::year(number_at(text, 0, 4)),
      std::chrono::month(static_cast<unsigned>(number_at(text, 5, 2))),
      std::chrono::day(static_cast<unsigned>(number_at(text, 8, 2)))};
  return date.ok();
}

// Any one character may stand before the fraction, and what follows another "t" is not looked at:
// so does Kubernetes.
bool is_datetime(std::string_view text) {
  const size_t mark = std::min(text.find_first_of("tT"), text.size());
  if (mark == text.size() || !is_date(text.substr(0, mark))) return false;
  std::string_view clock = text.substr(mark + 1);
  clock = clock.substr(0, clock.find_first_of("tT"));
  if (!has_shape(clock.substr(0, 8), "00:00:00")) return false;
  if (number_at(clock, 0, 2) > 23 || number_at(clock, 3, 2) > 59 || number_at(clock, 6, 2) > 59)
    return false;
  std::string_view rest = clock.substr(8);
  const bool has_offset = rest.size() >= 6 && (has_shape(rest.substr(rest.size() - 6), "+00:00") ||
                                               has_shape(rest.substr(rest.size() - 6), "-00:00"));
  if (!has_offset && !rest.ends_with('z') && !rest.ends_with('Z')) return false;
  rest.remove_suffix(has_offset ? 6 : 1);
  if (rest.empty()) return true;
  const std::string_view digits = rest.substr(code_point_bytes(rest));
  return rest.front() != '\n' && !digits.empty() &&
         std::all_of(digits.begin(), digits.end(), is_digit);
}

}  // namespace

std::string_view word(NameFormat format) { return kWords[static_cast<size_t>(format)]; }

std::optional<NameFormat> name_format(std::string_view word) {
  const auto* const found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<NameFormat>(found - kWords.begin());
}

bool is_prefix(NameFormat format) {
  return format == NameFormat::dns1123_label_prefix ||
         format == NameFormat::dns1123_subdomain_prefix ||
         format == NameFormat::dns1035_label_prefix;
}

Findings findings(NameFormat format, std::string_view text) {
  Findings found;
  const auto require = [&](bool is_fit, std::string_view message) {
    if (!is_fit) found.add("", message);
  };
  switch (format) {
    case NameFormat::dns1123_label:
    case NameFormat::dns1123_label_prefix:
      check_label(text, found);
      break;
    case NameFormat::dns1123_subdomain:
    case NameFormat::dns1123_subdomain_prefix:
      check_subdomain(text, found);
      break;
    case NameFormat::dns1035_label:
    case NameFormat::dns1035_label_prefix:
      check_1035_label(text, found);
      break;
    case NameFormat::qualified_name:
      check_qualified_name(text, found);
      break;
    case NameFormat::label_value:
      check_label_value(text, found);
      break;
    case NameFormat::uri:
      require(is_url(text), "invalid URI for request");
      break;
    case NameFormat::uuid:
      require(is_uuid(text), "does not match the UUID format");
      break;
    case NameFormat::byte:
      require(is_base64(text), "invalid base64");
      break;
    case NameFormat::date:
      require(is_date(text), "invalid date");
      break;
    case NameFormat::datetime:
      require(is_datetime(text), "invalid datetime");
      break;
  }
  return found;
}

size_t mask_trailing_dash(std::string_view text, char* out) {
  const bool is_masked = text.size() > 1 && text.ends_with('-');
  const std::string_view kept = is_masked ? text.substr(0, text.size() - 2) : text;
  std::copy(kept.begin(), kept.end(), out);
  if (is_masked) out[kept.size()] = 'a';
  return kept.size() + (is_masked ? 1 : 0);
}

}  // namespace kollect::extract
