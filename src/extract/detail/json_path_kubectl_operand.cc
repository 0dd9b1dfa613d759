#include "extract/detail/json_path_kubectl_operand.h"

#include <charconv>
#include <cmath>

#include "extract/detail/json_path_text.h"

namespace kollect::extract {

namespace {

// One escape of a quoted text, after its backslash; false when it is unknown.
bool append_escape(std::string_view text, size_t& at, std::string& out) {
  constexpr std::string_view kNames = "abfnrtv\\'\"";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
  const char c = text[at];
  if (const size_t known = kNames.find(c); known != std::string_view::npos) {
    out.push_back(kMeanings[known]);
    ++at;
    return true;
  }
  const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  const int64_t value = digits == 0 ? -1 : hex_at(text, at + 1, digits);
  if (value < 0 || value > 0x10FFFF) return false;
  append_utf8(out, static_cast<char32_t>(value));
  at += 1 + digits;
  return true;
}

// An optional whole number; false when the text is something else.
bool read_bound(std::string_view text, std::optional<int64_t>& out) {
  if (text.empty()) return true;
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return false;
  out = value;
  return true;
}

}  // namespace

bool ends_key(char c) {
  constexpr std::string_view kEnds = " \t\r\n.,[]$@{}";
  return kEnds.find(c) != std::string_view::npos;
}

bool starts_word(std::string_view text, size_t at) {
  const char c = text[at];
  const bool is_ascii = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
  return is_ascii || code_point(text, at).length > 1;
}

std::optional<size_t> closing_quote(std::string_view text, size_t open) {
  for (size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == text[open]) return i;
    if (text[i] == '\n') return std::nullopt;
    if (text[i] == '\\') ++i;
  }
  return std::nullopt;
}

std::optional<std::string> unquote(std::string_view quoted) {
  std::string out;
  for (size_t at = 0; at < quoted.size();) {
    if (quoted[at] != '\\') {
      out.push_back(quoted[at++]);
    } else if (++at == quoted.size() || !append_escape(quoted, at, out)) {
      return std::nullopt;
    }
  }
  return out;
}

std::string without_backslashes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

std::optional<json::Value> number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.starts_with("+")) return std::nullopt;
  const char* end = text.data() + text.size();
  int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc() && read.ptr == end) {
    return json::Value::integer(whole);
  }
  double number = 0;
  const auto read = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number)) return std::nullopt;
  return json::Value::number(number);
}

std::optional<PathBounds> bounds_of(std::string_view text) {
  PathBounds bounds;
  if (text == "*") return bounds;
  const size_t first = text.find(':');
  if (first == std::string_view::npos) {
    bounds.single = true;
    if (!read_bound(text, bounds.begin)) return std::nullopt;
    if (!bounds.begin) bounds.begin = 0;
    return bounds;
  }
  const size_t second = text.find(':', first + 1);
  const std::string_view last =
      second == std::string_view::npos ? std::string_view() : text.substr(second + 1);
  const std::string_view middle = text.substr(first + 1, second - (first + 1));
  const bool is_read = read_bound(text.substr(0, first), bounds.begin) &&
                       read_bound(middle, bounds.end) && read_bound(last, bounds.step);
  if (!is_read) return std::nullopt;
  return bounds;
}

OperatorPlace find_operator(std::string_view filter) {
  constexpr std::string_view kCharacters = "!<>=";
  for (size_t i = 0; i < filter.size(); ++i) {
    if (filter[i] == '"' || filter[i] == '\'') {
      const std::optional<size_t> close = closing_quote(filter, i);
      if (!close) return {};
      i = *close;
    } else if (kCharacters.find(filter[i]) != std::string_view::npos) {
      const size_t end = filter.find_first_not_of(kCharacters, i);
      return {i, (end == std::string_view::npos ? filter.size() : end) - i};
    }
  }
  return {};
}

std::optional<Comparison> comparison_of(std::string_view word) {
  if (word == "==") return Comparison::equal;
  if (word == "!=") return Comparison::not_equal;
  if (word == "<") return Comparison::less;
  if (word == "<=") return Comparison::less_equal;
  if (word == ">") return Comparison::greater;
  if (word == ">=") return Comparison::greater_equal;
  return std::nullopt;
}

}  // namespace kollect::extract
