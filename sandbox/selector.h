// Label and field selectors, as the query of a request writes them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace kollect::sandbox {

// Read-only after parsing; matching is pure.
class Selector {
 public:
  // a=b, a==b, a!=b, a in (b,c), a notin (b,c), a, !a; joined by commas. Empty: everything.
  static Result<Selector> labels(std::string_view text);
  // path=value, path==value and path!=value, joined by commas.
  static Result<Selector> fields(std::string_view text);

  // Of labels() and fields() in turn. An absent field counts as the empty text.
  bool matches_labels(const json::Value& object) const;
  bool matches_fields(const json::Value& object) const;
  bool empty() const { return terms_.empty(); }
  std::vector<std::string> keys() const;

 private:
  enum class Test { in, not_in, exists, absent };
  struct Term {
    std::string key;
    Test test;
    std::vector<std::string> values;
  };

  static Result<Term> term(std::string_view text);
  static bool holds(const Term& term, const std::string* value);

  std::vector<Term> terms_;
};

}  // namespace kollect::sandbox
