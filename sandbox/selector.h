// Label and field selectors, as the query of a request writes them.
#pragma once

#include <string>
#include <string_view>
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

 private:
  // The value is one of these, or none of these; without values: the key is there, or not.
  struct Term {
    std::string key;
    bool is_negative = false;
    std::vector<std::string> values = {};

    bool holds(const json::Value* value) const;
  };

  static Result<Term> term(std::string_view text);

  std::vector<Term> terms_;
};

}  // namespace kollect::sandbox
