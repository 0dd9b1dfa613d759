#include <algorithm>
#include <array>
#include <optional>

#include <re2/re2.h>

#include "extract/cel/lib_extensions.h"
#include "extract/cel/lib_text.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

CelValue bad_pattern() {
  return CelValue::error(CelFault::invalid_argument,
                         "the regular expression is not valid or too long");
}

CelValue too_many_groups() {
  return CelValue::error(CelFault::invalid_argument,
                         "the regular expression has more than one capturing group");
}

constexpr int kMaxGroups = 10;  // the whole match and \1 to \9

// Walks over the matches of a pattern that do not overlap, from left to right. An empty match right
// behind another match is none, as in Go.
class Matches {
 public:
  Matches(EvalContext& context, const re2::RE2& regex, std::string_view text)
      : context_(context),
        regex_(regex),
        text_(text),
        groups_(std::min<int>(regex.NumberOfCapturingGroups() + 1, kMaxGroups)) {}

  // Moves to the next match; false when there is none or the budget is used up.
  bool next() {
    while (at_ <= text_.size()) {
      is_exhausted_ = !context_.charge(1 + (text_.size() - at_) / 16);
      if (is_exhausted_ || !regex_.Match({text_.data(), text_.size()}, at_, text_.size(),
                                         re2::RE2::UNANCHORED, found_.data(), groups_))
        break;
      const size_t end = begin() + found_[0].size();
      const bool is_repeat = end == at_ && begin() == last_end_;
      at_ = end > at_ ? end : at_ + (at_ < text_.size() ? code_point_bytes(text_.substr(at_)) : 1);
      last_end_ = end;
      if (!is_repeat) return true;
    }
    at_ = text_.size() + 1;
    return false;
  }

  bool is_exhausted() const { return is_exhausted_; }
  size_t begin() const { return static_cast<size_t>(found_[0].data() - text_.data()); }
  size_t end() const { return begin() + found_[0].size(); }
  int groups() const { return groups_; }
  std::string_view group(int i) const {
    const re2::StringPiece& piece = found_[static_cast<size_t>(i)];
    return piece.data() == nullptr ? std::string_view()
                                   : std::string_view(piece.data(), piece.size());
  }

 private:
  EvalContext& context_;
  const re2::RE2& regex_;
  const std::string_view text_;
  const int groups_;
  std::array<re2::StringPiece, kMaxGroups> found_;
  size_t at_ = 0;
  size_t last_end_ = SIZE_MAX;
  bool is_exhausted_ = false;
};

CelValue find(EvalContext& context, Arguments arguments) {
  const re2::RE2* const regex = context.pattern(arguments[1].as_text());
  if (regex == nullptr) return bad_pattern();
  Matches matches(context, *regex, arguments[0].as_text());
  if (matches.next()) return CelValue::string(matches.group(0));
  return matches.is_exhausted() ? context.exhausted() : CelValue::string("");
}

CelValue find_all(EvalContext& context, Arguments arguments) {
  const re2::RE2* const regex = context.pattern(arguments[1].as_text());
  if (regex == nullptr) return bad_pattern();
  const bool is_limited = arguments.size() == 3 && arguments[2].as_int() >= 0;
  const auto limit = is_limited ? static_cast<uint64_t>(arguments[2].as_int()) : UINT64_MAX;
  Matches matches(context, *regex, arguments[0].as_text());
  ListBuilder found(context);
  while (found.size() < limit && matches.next()) found.add(CelValue::string(matches.group(0)));
  return matches.is_exhausted() ? context.exhausted() : found.finish();
}

CelValue extract(EvalContext& context, Arguments arguments) {
  const re2::RE2* const regex = context.pattern(arguments[1].as_text());
  if (regex == nullptr) return bad_pattern();
  const int groups = regex->NumberOfCapturingGroups();
  if (groups > 1) return too_many_groups();
  Matches matches(context, *regex, arguments[0].as_text());
  const bool is_found = matches.next();
  if (matches.is_exhausted()) return context.exhausted();
  if (!is_found || (groups == 1 && matches.group(1).empty())) return CelValue::optional(nullptr);
  return context.optional_of(CelValue::string(matches.group(groups)));
}

CelValue extract_all(EvalContext& context, Arguments arguments) {
  const re2::RE2* const regex = context.pattern(arguments[1].as_text());
  if (regex == nullptr) return bad_pattern();
  const int groups = regex->NumberOfCapturingGroups();
  if (groups > 1) return too_many_groups();
  Matches matches(context, *regex, arguments[0].as_text());
  ListBuilder found(context);
  while (matches.next()) {
    if (groups == 0 || !matches.group(1).empty())
      found.add(CelValue::string(matches.group(groups)));
  }
  return matches.is_exhausted() ? context.exhausted() : found.finish();
}

// Writes a replacement: \1 to \9 and \0 stand for groups, \\ for a backslash. False when it is
// malformed or names a group that the pattern does not have.
bool append_replacement(TextBuilder& out, std::string_view replacement, const Matches& matches) {
  while (!replacement.empty()) {
    const size_t plain = std::min(replacement.find('\\'), replacement.size());
    out.append(replacement.substr(0, plain));
    replacement.remove_prefix(plain);
    if (replacement.empty()) return true;
    if (replacement.size() < 2) return false;
    const char c = replacement[1];
    replacement.remove_prefix(2);
    if (c == '\\') {
      out.append(c);
      continue;
    }
    if (c < '0' || c > '9' || c - '0' >= matches.groups()) return false;
    out.append(matches.group(c - '0'));
  }
  return true;
}

CelValue replace(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  const int64_t count = arguments.size() == 4 ? arguments[3].as_int() : -1;
  if (count == 0) return arguments[0];
  if (count > INT32_MAX) return CelValue::error(CelFault::overflow, "integer overflow");
  const re2::RE2* const regex = context.pattern(arguments[1].as_text());
  if (regex == nullptr) return bad_pattern();
  Matches matches(context, *regex, text);
  TextBuilder out(context);
  size_t copied = 0;
  for (int64_t left = count; left != 0 && matches.next(); --left) {
    out.append(text.substr(copied, matches.begin() - copied));
    if (!append_replacement(out, arguments[2].as_text(), matches)) {
      return CelValue::error(CelFault::invalid_argument,
                             "the replacement is malformed or names a group that does not exist");
    }
    copied = matches.end();
    if (out.view().size() > context.budget().result_bytes)
      return CelValue::error(CelFault::budget, "text is too long");
  }
  if (matches.is_exhausted()) return context.exhausted();
  out.append(text.substr(copied));
  return out.finish();
}

constexpr FunctionRow kRows[] = {
    {"find", CallForm::receiver, "string, string", "string", &find, 1},
    {"findAll", CallForm::receiver, "string, string", "list(string)", &find_all, 1},
    {"findAll", CallForm::receiver, "string, string, int", "list(string)", &find_all, 1},
    {"regex.extract", CallForm::global, "string, string", "optional_type(string)", &extract, 1},
    {"regex.extractAll", CallForm::global, "string, string", "list(string)", &extract_all, 1},
    {"regex.replace", CallForm::global, "string, string, string", "string", &replace, 1},
    {"regex.replace", CallForm::global, "string, string, string, int", "string", &replace, 1},
};

}  // namespace

const Library& regex_library() {
  static constexpr Library kLibrary{.name = "regex", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
