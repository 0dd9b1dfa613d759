// Private to the RFC 9535 parser: its two halves, segments (json_path_rfc.cc) and filters
// (json_path_rfc_filter.cc).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "extract/detail/json_path_program.h"

namespace kollect::extract {

// Every parse_ function returns false after fail(); the first failure stands.
class RfcParser {
 public:
  RfcParser(std::string_view text, size_t begin) : text_(text), at_(begin) {}

  bool parse_query(PathSteps& out);
  Error error() const;
  std::vector<std::string> take_warnings() { return std::move(warnings_); }

 private:
  bool fail(std::string_view message);
  bool fail_at(size_t at, std::string_view message);
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool accept(std::string_view word);
  void skip_blanks();

  bool parse_segments(PathSteps& out, bool& singular);
  bool parse_segment(PathSteps& out, bool& singular);
  bool parse_shorthand(PathSteps& out);
  bool parse_brackets(PathSteps& out, bool& singular);
  bool parse_selector(PathSteps& out);
  bool parse_positions(PathSteps& out);
  bool parse_slice(PathBounds& bounds);
  bool parse_position(std::optional<int64_t>& out);
  bool parse_string(std::string& out);
  bool parse_escape(char quote, std::string& out);
  bool parse_unicode_escape(std::string& out);

  bool parse_filter(PathSteps& out);
  bool parse_any(LogicalExpr& out);
  bool parse_all(LogicalExpr& out);
  bool parse_basic(LogicalExpr& out);
  bool parse_negated(LogicalExpr& out);
  bool parse_parenthesis(LogicalExpr& out);
  bool parse_test_or_comparison(LogicalExpr& out);
  bool parse_operand(LogicalExpr& out);
  bool parse_relative(LogicalExpr& out);
  bool parse_named(LogicalExpr& out);
  bool parse_call(LogicalExpr::Function function, LogicalExpr& out);
  bool check_arguments(size_t at, LogicalExpr& call);
  bool parse_number(LogicalExpr& out);
  std::optional<Comparison> accept_comparison();
  bool require_comparable(size_t at, const LogicalExpr& operand);
  bool require_test(size_t at, LogicalExpr& operand);

  std::string_view text_;
  size_t at_;
  size_t depth_ = 0;
  std::optional<size_t> failed_at_;
  std::string message_;
  std::vector<std::string> warnings_;
};

}  // namespace kollect::extract
