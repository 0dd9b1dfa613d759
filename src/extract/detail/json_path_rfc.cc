#include "extract/detail/json_path_rfc.h"

#include <charconv>

#include "extract/detail/json_path_rfc_parser.h"
#include "extract/detail/json_path_text.h"

namespace kollect::extract {

namespace {

constexpr int64_t kLargestInteger = (int64_t{1} << 53) - 1;

bool starts_name(CodePoint c) {
  const bool is_letter = (c.value >= 'a' && c.value <= 'z') || (c.value >= 'A' && c.value <= 'Z');
  return c.length > 0 && (is_letter || c.value == '_' || c.value >= 0x80);
}

bool continues_name(CodePoint c) { return starts_name(c) || (c.value >= '0' && c.value <= '9'); }

}  // namespace

bool RfcParser::fail(std::string_view message) { return fail_at(at_, message); }

bool RfcParser::fail_at(size_t at, std::string_view message) {
  if (!failed_at_) {
    failed_at_ = at;
    message_ = message;
  }
  return false;
}

Error RfcParser::error() const { return path_error(text_, failed_at_.value_or(at_), message_); }

bool RfcParser::accept(std::string_view word) {
  if (!text_.substr(at_).starts_with(word)) return false;
  at_ += word.size();
  return true;
}

void RfcParser::skip_blanks() {
  while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
}

bool RfcParser::parse_query(PathSteps& out) {
  if (!accept("$")) return fail("a query starts with '$'");
  bool singular = true;
  if (!parse_segments(out, singular)) return false;
  return at_ == text_.size() || fail("unexpected character");
}

bool RfcParser::parse_segments(PathSteps& out, bool& singular) {
  while (true) {
    const size_t before_blanks = at_;
    skip_blanks();
    if (peek() != '.' && peek() != '[') {
      at_ = before_blanks;
      return true;
    }
    if (!parse_segment(out, singular)) return false;
  }
}

bool RfcParser::parse_segment(PathSteps& out, bool& singular) {
  if (peek() == '[') return parse_brackets(out, singular);
  if (accept("..")) {
    singular = false;
    out.emplace_back(PathOp::descend);
    if (peek() == '[') return parse_brackets(out, singular);
  } else {
    accept(".");
  }
  if (accept("*")) {
    singular = false;
    out.emplace_back(PathOp::wildcard);
    return true;
  }
  return parse_shorthand(out);
}

bool RfcParser::parse_shorthand(PathSteps& out) {
  const size_t begin = at_;
  if (!starts_name(code_point(text_, at_))) return fail("expected a member name, '*' or '['");
  while (continues_name(code_point(text_, at_))) at_ += code_point(text_, at_).length;
  out.emplace_back(PathOp::key).text = text_.substr(begin, at_ - begin);
  return true;
}

bool RfcParser::parse_brackets(PathSteps& out, bool& singular) {
  accept("[");
  PathStep several(PathOp::union_by_node);
  do {
    skip_blanks();
    if (!parse_selector(several.branches.emplace_back())) return false;
    skip_blanks();
  } while (accept(","));
  if (!accept("]")) return fail("expected ',' or ']'");
  if (several.branches.size() > 1) {
    singular = false;
    out.push_back(std::move(several));
    return true;
  }
  PathStep& only = several.branches[0][0];
  if (only.op != PathOp::key && only.op != PathOp::index) singular = false;
  out.push_back(std::move(only));
  return true;
}

bool RfcParser::parse_selector(PathSteps& out) {
  if (peek() == '\'' || peek() == '"') {
    return parse_string(out.emplace_back(PathOp::key).text);
  }
  if (accept("*")) {
    out.emplace_back(PathOp::wildcard);
    return true;
  }
  return peek() == '?' ? parse_filter(out) : parse_positions(out);
}

bool RfcParser::parse_positions(PathSteps& out) {
  PathStep step(PathOp::index);
  if (!parse_position(step.bounds.begin)) return false;
  const size_t after_number = at_;
  skip_blanks();
  if (accept(":")) {
    step.op = PathOp::slice;
    if (!parse_slice(step.bounds)) return false;
  } else {
    at_ = after_number;
    step.bounds.single = true;
    if (!step.bounds.begin) return fail("expected a name, an index, a slice, '*' or a filter");
  }
  out.push_back(std::move(step));
  return true;
}

bool RfcParser::parse_slice(PathBounds& bounds) {
  skip_blanks();
  if (!parse_position(bounds.end)) return false;
  skip_blanks();
  if (!accept(":")) return true;
  skip_blanks();
  return parse_position(bounds.step);
}

bool RfcParser::parse_position(std::optional<int64_t>& out) {
  const size_t begin = at_;
  if (peek() == '-') ++at_;
  const size_t digits = at_;
  while (peek() >= '0' && peek() <= '9') ++at_;
  if (at_ == begin) return true;
  const std::string_view number = text_.substr(begin, at_ - begin);
  const bool has_leading_zero = at_ - digits > 0 && text_[digits] == '0' && number != "0";
  if (at_ == digits || has_leading_zero) return fail_at(begin, "this is no integer");
  int64_t value = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
  if (read.ec != std::errc() || value > kLargestInteger || value < -kLargestInteger) {
    return fail_at(begin, "the integer is beyond 53 bits");
  }
  out = value;
  return true;
}

bool RfcParser::parse_string(std::string& out) {
  const size_t begin = at_;
  const char quote = text_[at_++];
  while (at_ < text_.size() && text_[at_] != quote) {
    const CodePoint c = code_point(text_, at_);
    if (c.length == 0 || c.value < 0x20) return fail("this character cannot stand in a text");
    if (c.value == '\\') {
      if (!parse_escape(quote, out)) return false;
      continue;
    }
    out += text_.substr(at_, c.length);
    at_ += c.length;
  }
  if (at_ == text_.size()) return fail_at(begin, "the quoted text has no end");
  ++at_;
  return true;
}

bool RfcParser::parse_escape(char quote, std::string& out) {
  constexpr std::string_view kNames = "bfnrt/\\";
  constexpr std::string_view kMeanings = "\b\f\n\r\t/\\";
  const char c = peek(1);
  if (c == 'u') return parse_unicode_escape(out);
  const size_t known = c == '\0' ? std::string_view::npos : kNames.find(c);
  if (known == std::string_view::npos && c != quote) return fail("unknown escape");
  out.push_back(known == std::string_view::npos ? quote : kMeanings[known]);
  at_ += 2;
  return true;
}

bool RfcParser::parse_unicode_escape(std::string& out) {
  const int64_t first = hex_at(text_, at_ + 2, 4);
  if (first < 0) return fail("expected four hexadecimal digits");
  if (first >= 0xDC00 && first <= 0xDFFF) return fail("half of a surrogate pair");
  if (first < 0xD800 || first > 0xDFFF) {
    append_utf8(out, static_cast<char32_t>(first));
    at_ += 6;
    return true;
  }
  const int64_t second = text_.substr(at_ + 6, 2) == "\\u" ? hex_at(text_, at_ + 8, 4) : -1;
  if (second < 0xDC00 || second > 0xDFFF) return fail("half of a surrogate pair");
  append_utf8(out, static_cast<char32_t>(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)));
  at_ += 12;
  return true;
}

Result<PathProgram> parse_rfc9535(std::string_view text, size_t begin) {
  RfcParser parser(text, begin);
  PathProgram program;
  if (!parser.parse_query(program.steps)) return parser.error();
  program.warnings = parser.take_warnings();
  return program;
}

}  // namespace kollect::extract
