#include "extract/cel/lib_semver.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace kollect::extract {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_identifier_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool is_number(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

std::optional<uint64_t> number_of(std::string_view text) {
  if (text.empty() || !is_number(text) || (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() ? std::optional(number) : std::nullopt;
}

// Takes the text before the first `mark` off the front, and the mark too; all of it when there is
// none.
std::string_view take_until(std::string_view& text, char mark) {
  const size_t end = std::min(text.find(mark), text.size());
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return front;
}

enum class Numbers { any, no_leading_zero };

bool are_identifiers(std::string_view text, Numbers numbers) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    if (part.empty() || !std::all_of(part.begin(), part.end(), is_identifier_char)) return false;
    if (numbers == Numbers::no_leading_zero && is_number(part) && !number_of(part)) return false;
    begin = end + 1;
  }
  return true;
}

std::string_view without_leading_zeros(std::string_view text) {
  while (text.size() > 1 && text.front() == '0' && is_digit(text[1])) text.remove_prefix(1);
  return text;
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const auto x = is_number(a) ? number_of(a) : std::nullopt;
  const auto y = is_number(b) ? number_of(b) : std::nullopt;
  if (x && y) return *x <=> *y;
  if (x || y) return x ? std::strong_ordering::less : std::strong_ordering::greater;
  return a <=> b;
}

std::strong_ordering compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();  // none comes after any
  while (!a.empty() && !b.empty()) {
    const auto order = compare_identifiers(take_until(a, '.'), take_until(b, '.'));
    if (order != 0) return order;
  }
  return a.size() <=> b.size();
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text, VersionSpelling spelling) {
  const bool is_relaxed = spelling == VersionSpelling::relaxed;
  if (is_relaxed && text.starts_with('v')) text.remove_prefix(1);
  std::string_view numbers[3] = {"", "0", "0"};
  size_t count = 0;
  for (size_t begin = 0; count < 3 && begin <= text.size(); ++count) {
    const size_t end = count < 2 ? std::min(text.find('.', begin), text.size()) : text.size();
    numbers[count] = text.substr(begin, end - begin);
    begin = end + 1;
  }
  if (count < 3 && !is_relaxed) return std::nullopt;
  Version version;
  std::string_view& last = numbers[2];
  const bool may_lack_number = is_relaxed && last.size() > 1;
  const size_t plus = last.find('+');
  if (plus != std::string_view::npos) {
    version.build = last.substr(plus + 1);
    if (!are_identifiers(version.build, Numbers::any)) return std::nullopt;
    last = last.substr(0, plus);
  }
  const size_t dash = last.find('-');
  if (dash != std::string_view::npos) {
    version.prerelease = last.substr(dash + 1);
    if (!are_identifiers(version.prerelease, Numbers::no_leading_zero)) return std::nullopt;
    last = last.substr(0, dash);
  }
  if (may_lack_number && last.empty()) last = "0";
  uint64_t* const fields[] = {&version.major, &version.minor, &version.patch};
  for (size_t i = 0; i < 3; ++i) {
    const auto number = number_of(is_relaxed ? without_leading_zeros(numbers[i]) : numbers[i]);
    if (!number) return std::nullopt;
    *fields[i] = *number;
  }
  return version;
}

size_t Version::format(char* out) const {
  char* const start = out;
  const auto append = [&](char mark, std::string_view text) {
    *out++ = mark;
    std::memcpy(out, text.data(), text.size());
    out += text.size();
  };
  for (uint64_t number : {major, minor, patch}) {
    if (out != start) *out++ = '.';
    out = std::to_chars(out, out + 20, number).ptr;
  }
  if (!prerelease.empty()) append('-', prerelease);
  if (!build.empty()) append('+', build);
  return static_cast<size_t>(out - start);
}

std::strong_ordering operator<=>(const Version& a, const Version& b) {
  if (const auto order = a.major <=> b.major; order != 0) return order;
  if (const auto order = a.minor <=> b.minor; order != 0) return order;
  if (const auto order = a.patch <=> b.patch; order != 0) return order;
  return compare_prereleases(a.prerelease, b.prerelease);
}

}  // namespace kollect::extract
