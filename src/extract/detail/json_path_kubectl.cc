#include "extract/detail/json_path_kubectl.h"

#include <fmt/format.h>

#include "extract/detail/json_path_kubectl_operand.h"
#include "extract/detail/json_path_text.h"

namespace kollect::extract {

namespace {

// A stretch of the path.
struct Stretch {
  size_t begin;
  size_t end;
};

class KubectlParser {
 public:
  explicit KubectlParser(std::string_view text) : text_(text) {}

  // Steps up to the end of the stretch; false after fail().
  bool parse(Stretch stretch, PathSteps& out);
  // The whole text as one brace group.
  bool parse_braces(PathSteps& out);
  Error error() const { return path_error(text_, failed_at_, message_); }
  bool has_filter() const { return has_filter_; }

 private:
  bool fail(size_t at, std::string message);
  bool parse_step(size_t end, PathSteps& out);
  bool parse_dots(size_t end, PathSteps& out);
  bool parse_key(size_t end, PathSteps& out);
  bool parse_text(size_t end, PathSteps& out);
  bool parse_number(size_t end, PathSteps& out);
  bool parse_word(size_t end, PathSteps& out);
  bool parse_bracket(size_t end, PathSteps& out);
  bool parse_union(Stretch inside, std::optional<size_t> comma, PathSteps& out);
  bool parse_selector(Stretch inside, PathSteps& out);
  bool parse_quoted_key(Stretch quoted, PathSteps& out);
  bool parse_bounds(Stretch inside, PathSteps& out);
  bool parse_filter(size_t end, PathSteps& out);
  bool parse_operands(Stretch inside, OperandTest& test);

  std::optional<size_t> find_outside_quotes(Stretch in, char wanted) const;
  std::string_view cut(Stretch s) const { return text_.substr(s.begin, s.end - s.begin); }
  Stretch without_spaces(Stretch s) const;
  bool is_at(std::string_view word, size_t end) const {
    return text_.substr(at_, end - at_).starts_with(word);
  }

  std::string_view text_;
  size_t at_ = 0;
  bool inside_filter_ = false;
  bool has_filter_ = false;
  size_t failed_at_ = 0;
  std::string message_;
};

bool KubectlParser::fail(size_t at, std::string message) {
  failed_at_ = at;
  message_ = std::move(message);
  return false;
}

bool KubectlParser::parse(Stretch stretch, PathSteps& out) {
  const size_t resume = at_;
  at_ = stretch.begin;
  while (at_ < stretch.end) {
    if (!parse_step(stretch.end, out)) return false;
  }
  at_ = resume;
  return true;
}

bool KubectlParser::parse_braces(PathSteps& out) {
  const size_t end = text_.size();
  at_ = 1;
  while (at_ < end && text_[at_] != '}') {
    if (!parse_step(end, out)) return false;
  }
  if (at_ == end) return fail(end, "the brace has no end");
  if (at_ + 1 != end)
    return fail(at_ + 1, "an attribute is one path: nothing may follow the brace");
  return true;
}

bool KubectlParser::parse_step(size_t end, PathSteps& out) {
  if (is_at("[?(", end)) return parse_filter(end, out);
  const char c = text_[at_];
  switch (c) {
    case ' ':
    case '@':
    case '$':
      ++at_;
      return true;
    case '.':
      return parse_dots(end, out);
    case '[':
      return parse_bracket(end, out);
    case '"':
    case '\'':
      return parse_text(end, out);
    case '}':
      return fail(at_, "unexpected '}'");
    case '\n':
    case '\r':
      return fail(at_, "unexpected line end");
    default:
      break;
  }
  if (c == '+' || c == '-' || is_digit(c)) return parse_number(end, out);
  if (starts_word(text_, at_)) return parse_word(end, out);
  return fail(at_, "unexpected character");
}

bool KubectlParser::parse_dots(size_t end, PathSteps& out) {
  if (!is_at("..", end)) {
    ++at_;
    return parse_key(end, out);
  }
  if (!out.empty() && out.back().op == PathOp::descend) return fail(at_, "too many dots");
  at_ += 2;
  out.emplace_back(PathOp::descend);
  return at_ < end && starts_word(text_, at_) ? parse_key(end, out) : true;
}

bool KubectlParser::parse_key(size_t end, PathSteps& out) {
  const size_t begin = at_;
  std::string key;
  for (; at_ < end && !ends_key(text_[at_]); ++at_) {
    if (text_[at_] == '\\') {
      if (++at_ == end) return fail(at_ - 1, "nothing follows the backslash");
      if (text_[at_] == '\\') continue;
    }
    key.push_back(text_[at_]);
  }
  if (cut({begin, at_}) == "*") {
    out.emplace_back(PathOp::wildcard);
    return true;
  }
  out.emplace_back(PathOp::key).text = std::move(key);
  return true;
}

bool KubectlParser::parse_text(size_t end, PathSteps& out) {
  const size_t begin = at_;
  const std::optional<size_t> close = closing_quote(text_.substr(0, end), begin);
  if (!close) return fail(begin, "the quoted text has no end");
  std::optional<std::string> text = unquote(text_.substr(begin + 1, *close - begin - 1));
  if (!text) return fail(begin, "the quoted text has an unknown escape");
  at_ = *close + 1;
  out.emplace_back(PathOp::text).constant = PathConstant::of_text(std::move(*text));
  return true;
}

bool KubectlParser::parse_number(size_t end, PathSteps& out) {
  const size_t begin = at_++;
  while (at_ < end && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
  const std::optional<json::Value> number = number_of(cut({begin, at_}));
  if (!number) return fail(begin, "this is no number");
  out.emplace_back(PathOp::constant).constant = PathConstant::of(*number);
  return true;
}

bool KubectlParser::parse_word(size_t end, PathSteps& out) {
  const size_t begin = at_;
  while (at_ < end && !ends_key(text_[at_])) ++at_;
  const std::string_view word = cut({begin, at_});
  if (word == "true" || word == "false") {
    out.emplace_back(PathOp::constant).constant =
        PathConstant::of(json::Value::boolean(word == "true"));
    return true;
  }
  if (word == "range" || word == "end") {
    return fail(begin, fmt::format("'{}' is not supported: an attribute is one path", word));
  }
  return fail(begin, "a bare word selects nothing: a key starts with a dot");
}

std::optional<size_t> KubectlParser::find_outside_quotes(Stretch in, char wanted) const {
  for (size_t i = in.begin; i < in.end; ++i) {
    const char c = text_[i];
    if (c == wanted) return i;
    if (c == '\n') return std::nullopt;
    if (c != '\'' && c != '"') continue;
    const std::optional<size_t> close = closing_quote(text_.substr(0, in.end), i);
    if (!close) return std::nullopt;
    i = *close;
  }
  return std::nullopt;
}

Stretch KubectlParser::without_spaces(Stretch s) const {
  while (s.begin < s.end && text_[s.begin] == ' ') ++s.begin;
  while (s.begin < s.end && text_[s.end - 1] == ' ') --s.end;
  return s;
}

bool KubectlParser::parse_bracket(size_t end, PathSteps& out) {
  const size_t open = at_;
  const std::optional<size_t> close = find_outside_quotes({open + 1, end}, ']');
  if (!close) return fail(open, "the bracket or a quoted text in it has no end");
  const Stretch inside{open + 1, *close};
  const std::optional<size_t> comma = find_outside_quotes(inside, ',');
  if (!(comma ? parse_union(inside, comma, out) : parse_selector(inside, out))) return false;
  at_ = *close + 1;
  return true;
}

bool KubectlParser::parse_union(Stretch inside, std::optional<size_t> comma, PathSteps& out) {
  PathStep step(PathOp::union_by_branch);
  size_t begin = inside.begin;
  while (true) {
    const Stretch piece = without_spaces({begin, comma.value_or(inside.end)});
    if (!parse_selector(piece, step.branches.emplace_back())) return false;
    if (!comma) break;
    begin = *comma + 1;
    comma = find_outside_quotes({begin, inside.end}, ',');
  }
  out.push_back(std::move(step));
  return true;
}

bool KubectlParser::parse_selector(Stretch inside, PathSteps& out) {
  const std::string_view text = cut(inside);
  const bool is_quoted = text.size() >= 2 && (text[0] == '\'' || text[0] == '"');
  if (is_quoted && closing_quote(text, 0) == text.size() - 1) {
    return parse_quoted_key({inside.begin + 1, inside.end - 1}, out);
  }
  return parse_bounds(inside, out);
}

bool KubectlParser::parse_quoted_key(Stretch quoted, PathSteps& out) {
  PathStep step(PathOp::key);
  step.text = without_backslashes(cut(quoted));
  // What kubectl makes of it: the same text after a dot.
  const std::string dotted = "." + std::string(cut(quoted));
  KubectlParser reader(dotted);
  PathSteps path;
  const bool is_path = reader.parse({0, dotted.size()}, path) && !path.empty();
  const bool is_key =
      is_path && path.size() == 1 && path[0].op == PathOp::key && path[0].text == step.text;
  if (is_path && !is_key) {
    step.op = PathOp::key_or_path;
    step.branches.push_back(std::move(path));
  }
  out.push_back(std::move(step));
  return true;
}

bool KubectlParser::parse_bounds(Stretch inside, PathSteps& out) {
  PathStep step(PathOp::elements);
  const std::optional<PathBounds> bounds = bounds_of(cut(inside));
  if (!bounds) {
    return fail(inside.begin, "not an index, a slice, '*' or a quoted key");
  }
  step.bounds = *bounds;
  out.push_back(std::move(step));
  return true;
}

bool KubectlParser::parse_filter(size_t end, PathSteps& out) {
  const size_t open = at_;
  if (inside_filter_) return fail(open, "a filter cannot stand inside a filter");
  const std::optional<size_t> close = find_outside_quotes({open + 3, end}, ')');
  if (!close) return fail(open, "the filter or a quoted text in it has no end");
  if (*close + 1 >= end || text_[*close + 1] != ']') return fail(*close, "expected ')]'");
  PathStep step(PathOp::compare_filter);
  step.test = std::make_unique<OperandTest>();
  inside_filter_ = true;
  has_filter_ = true;
  if (!parse_operands({open + 3, *close}, *step.test)) return false;
  inside_filter_ = false;
  out.push_back(std::move(step));
  at_ = *close + 2;
  return true;
}

bool KubectlParser::parse_operands(Stretch inside, OperandTest& test) {
  const OperatorPlace place = find_operator(cut(inside));
  if (place.length == 0) return parse(inside, test.left);
  const size_t left_end = inside.begin + place.begin;
  const size_t right_begin = left_end + place.length;
  const std::optional<Comparison> comparison = comparison_of(text_.substr(left_end, place.length));
  if (!comparison) return fail(left_end, "not one of == != < <= > >=");
  if (left_end == inside.begin) return fail(left_end, "the comparison has no left side");
  if (right_begin == inside.end) return fail(right_begin, "the comparison has no right side");
  test.comparison = *comparison;
  return parse({inside.begin, left_end}, test.left) && parse({right_begin, inside.end}, test.right);
}

}  // namespace

Result<PathProgram> parse_kubectl_path(std::string_view path) {
  const bool is_braced = path.starts_with('{');
  const bool is_bare =
      path.starts_with('.') || path == "$" || path.starts_with("$.") || path.starts_with("$[");
  if (!is_braced && !is_bare) {
    return path_error(path, 0, "a path is '{...}', '.key', '$', '$.key' or '$[...]'");
  }
  KubectlParser parser(path);
  PathProgram program;
  const bool is_parsed = is_braced ? parser.parse_braces(program.steps)
                                   : parser.parse({0, path.size()}, program.steps);
  if (!is_parsed) return parser.error();
  if (parser.has_filter()) {
    program.warnings.emplace_back(
        "JSONPath filters ('[?(') may be rejected in a later version; cel: has filter()");
  }
  return program;
}

}  // namespace kollect::extract
