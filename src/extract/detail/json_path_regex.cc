#include "extract/detail/json_path_regex.h"

#include <re2/re2.h>

#include "extract/detail/json_path_text.h"

namespace kollect::extract {

namespace {

// Reads the grammar of RFC 9485 and writes what RE2 reads. Iterative: groups only count.
class Translation {
 public:
  explicit Translation(std::string_view text) : text_(text) {}

  bool run() {
    while (at_ < text_.size()) {
      if (!piece()) return false;
    }
    return open_groups_ == 0;
  }
  std::string take() { return std::move(out_); }

 private:
  bool piece();
  bool escape();
  bool category();
  bool quantity();
  bool char_class();
  bool class_item();
  bool class_character();
  bool copy_character();
  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool accept(char c) {
    if (!at(c)) return false;
    out_.push_back(c);
    ++at_;
    return true;
  }
  bool digits();

  std::string_view text_;
  std::string out_;
  size_t at_ = 0;
  size_t open_groups_ = 0;
  bool repeatable_ = false;  // an atom stands before
};

bool Translation::piece() {
  const char c = text_[at_];
  const bool was_repeatable = repeatable_;
  repeatable_ = true;
  switch (c) {
    case '(':
      ++open_groups_;
      repeatable_ = false;
      return accept(c);
    case ')':
      return open_groups_-- > 0 && accept(c);
    case '|':
      repeatable_ = false;
      return accept(c);
    case '.':
      ++at_;
      out_ += "[^\\n\\r]";
      return true;
    case '[':
      return char_class();
    case '\\':
      return escape();
    case '*':
    case '+':
    case '?':
    case '{':
      repeatable_ = false;
      return was_repeatable && quantity();
    case ']':
    case '}':
      return false;
    default:
      return copy_character();
  }
}

bool Translation::quantity() {
  if (!accept('{')) return accept('*') || accept('+') || accept('?');
  if (!digits()) return false;
  if (accept(',')) digits();
  return accept('}');
}

bool Translation::digits() {
  const size_t begin = at_;
  while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') accept(text_[at_]);
  return at_ > begin;
}

bool Translation::copy_character() {
  const size_t length = code_point(text_, at_).length;
  out_ += text_.substr(at_, length);
  at_ += length;
  return length > 0;
}

bool Translation::escape() {
  constexpr std::string_view kEscapable = "()*+-.?[\\]^nrt{|}$";
  if (at_ + 1 >= text_.size()) return false;
  const char c = text_[at_ + 1];
  if (c == 'p' || c == 'P') return category();
  if (kEscapable.find(c) == std::string_view::npos) return false;
  out_ += text_.substr(at_, 2);
  at_ += 2;
  return true;
}

bool Translation::category() {
  constexpr std::string_view kMajor = "LMNPZSC";
  constexpr std::string_view kMinor[] = {"lmotu", "cen", "dlo", "cdefios", "lps", "ckmo", "cfno"};
  const size_t close = text_.find('}', at_);
  if (close == std::string_view::npos || text_.substr(at_ + 2, 1) != "{") return false;
  const std::string_view name = text_.substr(at_ + 3, close - at_ - 3);
  const size_t major = name.empty() ? std::string_view::npos : kMajor.find(name[0]);
  if (major == std::string_view::npos || name.size() > 2) return false;
  if (name.size() == 2 && kMinor[major].find(name[1]) == std::string_view::npos) return false;
  out_ += text_.substr(at_, close + 1 - at_);
  at_ = close + 1;
  return true;
}

bool Translation::char_class() {
  accept('[');
  accept('^');
  if (at('-')) {
    out_ += '\\';
    accept('-');
  } else if (!class_item()) {
    return false;
  }
  while (at_ < text_.size() && !at(']') && !at('-')) {
    if (!class_item()) return false;
  }
  if (at('-')) {
    out_ += '\\';
    accept('-');
  }
  return accept(']');
}

bool Translation::class_item() {
  const bool is_category = text_.substr(at_, 2) == "\\p" || text_.substr(at_, 2) == "\\P";
  if (is_category) return category();
  if (!class_character()) return false;
  const bool is_range = at('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
  return !is_range || (accept('-') && class_character());
}

bool Translation::class_character() {
  if (at_ >= text_.size() || at(']') || at('-') || at('[')) return false;
  if (at('\\'))
    return text_.substr(at_ + 1, 1) != "p" && text_.substr(at_ + 1, 1) != "P" && escape();
  if (at('^')) out_ += '\\';
  return copy_character();
}

}  // namespace

std::optional<std::string> re2_pattern_of(std::string_view i_regexp) {
  Translation translation(i_regexp);
  if (!translation.run()) return std::nullopt;
  return translation.take();
}

std::shared_ptr<const re2::RE2> compile_i_regexp(std::string_view i_regexp) {
  const std::optional<std::string> pattern = re2_pattern_of(i_regexp);
  if (!pattern) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(int64_t{1} << 20);
  auto compiled = std::make_shared<const re2::RE2>(*pattern, options);
  return compiled->ok() ? compiled : nullptr;
}

bool matches(const re2::RE2& pattern, std::string_view text, Span span) {
  const re2::StringPiece piece(text.data(), text.size());
  return span == Span::whole ? re2::RE2::FullMatch(piece, pattern)
                             : re2::RE2::PartialMatch(piece, pattern);
}

}  // namespace kollect::extract
