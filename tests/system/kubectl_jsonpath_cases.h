// Pairs of a path and an object for comparing our JSONPath with kubectl's, and what the two may
// disagree on.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace kollect::testing {

struct JsonPathCase {
  std::string path;          // as an attribute has it
  std::string kubectl_path;  // the same in kubectl's only form, with braces
  std::string object;        // JSON, without the label that kubectl adds
};

// Makes objects of a custom kind with a nested spec, and paths that mostly walk along what is
// there.
class JsonPathCases {
 public:
  explicit JsonPathCases(uint64_t seed) : random_(seed) {}
  JsonPathCase next();

 private:
  std::mt19937_64 random_;
};

// What an evaluation came to: the canonical texts of the results, or an error.
struct JsonPathOutcome {
  bool is_error = false;
  std::vector<std::string> results;
  std::string message;  // of the error, for classifying
};

// Ours, on the object with the label `differential: yes` that kubectl was told to add.
JsonPathOutcome our_outcome(const JsonPathCase& sample);

// kubectl's, from what it printed: one array, or an error text.
JsonPathOutcome kubectl_outcome(bool succeeded, std::string_view out, std::string_view err);

enum class Agreement { same, named_difference, difference };

struct Verdict {
  Agreement agreement = Agreement::same;
  std::string_view name;  // of a named difference: the rule of collection.md 3.3 or of the rulings
};
Verdict judge(const JsonPathCase& sample, const JsonPathOutcome& ours,
              const JsonPathOutcome& theirs);

}  // namespace kollect::testing
