// What our JSONPath and kubectl's may disagree on: each named difference is recognised by what both
// sides said.
#include <algorithm>

#include "base/json.h"
#include "base/json_write.h"
#include "extract/json_path.h"
#include "system/kubectl_jsonpath_cases.h"

namespace kollect::testing {

namespace {

using Results = std::vector<std::string>;

// kubectl has objects in no order.
Results sorted(Results results) {
  std::sort(results.begin(), results.end());
  return results;
}

bool holds_all(const Results& larger, const Results& smaller) {
  const Results a = sorted(larger);
  const Results b = sorted(smaller);
  return std::includes(a.begin(), a.end(), b.begin(), b.end());
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// An unsigned integer above the signed range stays exact here and is a double there.
JsonPathOutcome rounded(JsonPathOutcome outcome) {
  constexpr std::string_view kExact = "18446744073709551615";
  for (std::string& text : outcome.results) {
    for (size_t at = 0; (at = text.find(kExact, at)) != std::string::npos;) {
      text.replace(at, kExact.size(), "18446744073709552000");
    }
  }
  return outcome;
}

bool operator==(const JsonPathOutcome& a, const JsonPathOutcome& b) {
  return a.is_error == b.is_error && a.results == b.results;
}

// Both outcomes, unsigned integers rounded.
struct Sides {
  const JsonPathCase& sample;
  const JsonPathOutcome& ours;
  const JsonPathOutcome& theirs;

  bool they_failed_with(std::string_view part) const {
    return theirs.is_error && has(theirs.message, part);
  }
  bool we_found_more() const {
    return !theirs.is_error && !ours.is_error && holds_all(ours.results, theirs.results);
  }
  bool they_found_more() const {
    return !theirs.is_error && !ours.is_error && holds_all(theirs.results, ours.results);
  }
  bool path_has(std::string_view part) const { return has(sample.path, part); }
};

bool is_absent_key_of_union(const Sides& s) {
  const bool has_key_union =
      s.path_has("','") || s.path_has("\",") || s.path_has(",'") || s.path_has("',");
  return has_key_union && !s.ours.is_error && s.ours.results.empty();
}

bool is_unspoken_order(const Sides& s) {
  const bool walks_objects = s.path_has("*") || s.path_has("..");
  return walks_objects && !s.ours.is_error && !s.theirs.is_error &&
         sorted(s.ours.results) == sorted(s.theirs.results);
}

// J6: an empty list made kubectl drop all nodes after it, and the errors that they would have had.
bool is_dropped_after_empty(const Sides& s) {
  const bool has_slice = s.path_has("[*]") || s.path_has(":");
  const bool walks_many = s.path_has("*") || s.path_has("..") || s.path_has(":") ||
                          s.path_has("[?(") || s.path_has(",");
  return has_slice && walks_many && (s.we_found_more() || (s.ours.is_error && !s.theirs.is_error));
}

// J7: whole numbers compare with doubles.
bool is_mixed_numbers(const Sides& s) {
  return s.path_has("[?(") && s.they_failed_with("incompatible types for comparison");
}

// J7: kubectl keeps an element whose existence test failed.
bool is_failed_existence(const Sides& s) {
  return s.path_has("[?(") && s.path_has("[0])]") && s.they_found_more();
}

// J9, and the same of `..`: a text has no members.
bool is_characters_of_text(const Sides& s) {
  if (!s.path_has(".*") && !s.path_has("..")) return false;
  return s.they_found_more() || s.they_failed_with("is not array or slice") ||
         s.they_failed_with("invalid type for comparison");
}

bool is_step_on_null(const Sides& s) {
  return s.path_has("[?(") && !s.ours.is_error && s.they_failed_with("<nil> is not array or slice");
}

// A quoted text in brackets that holds a dot without a backslash: a name first here, a path there.
bool has_quoted_dot(std::string_view path) {
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '\'' && path[i] != '"') continue;
    const size_t close = path.find(path[i], i + 1);
    if (close == std::string_view::npos) return false;
    for (size_t at = i + 1; at < close; ++at) {
      if (path[at] == '.' && path[at - 1] != '\\') return true;
    }
    i = close;
  }
  return false;
}

// Quoted keys: double quotes, the exact name first, characters that kubectl cannot have there.
bool is_exact_key(const Sides& s) {
  constexpr std::string_view kOpenings[] = {"[\"", "['", ",'", ",\"", ", '", ", \""};
  constexpr std::string_view kFailures[] = {"invalid array index", "unterminated array",
                                            "unrecognized identifier", "unrecognized character",
                                            "cannot parse number"};
  const auto in_path = [&](std::string_view part) { return s.path_has(part); };
  const auto in_failure = [&](std::string_view part) { return s.they_failed_with(part); };
  if (!std::any_of(std::begin(kOpenings), std::end(kOpenings), in_path)) return false;
  return std::any_of(std::begin(kFailures), std::end(kFailures), in_failure) || s.path_has("}'") ||
         has_quoted_dot(s.sample.path);
}

// kubectl splits a filter at the first operator character, also in a quoted text.
bool is_operator_in_text(const Sides& s) {
  return s.path_has("[?(") && !s.ours.is_error && s.they_failed_with("unterminated quoted string");
}

// J3, J4: kubectl leaves these to the evaluation, and takes text around braces and several groups.
bool is_refused_early(const Sides& s) {
  constexpr std::string_view kRefusals[] = {"bare word",         "nothing may follow the brace",
                                            "not one of ==",     "a path is '{...}'",
                                            "not an index",      "unexpected '}'",
                                            "has no right side", "has no left side",
                                            "has no end"};
  return s.ours.is_error && !s.theirs.is_error &&
         std::any_of(std::begin(kRefusals), std::end(kRefusals),
                     [&](std::string_view part) { return has(s.ours.message, part); });
}

constexpr std::string_view kUnsigned = "unsigned integers: rulings 3";

struct NamedDifference {
  std::string_view name;
  bool (*applies)(const Sides&);
};

constexpr NamedDifference kNamed[] = {
    {"order of members: 3.3 table, .* and ..", is_unspoken_order},
    {"union with an absent key: rulings 3, edge 55", is_absent_key_of_union},
    {"quoted keys: 3.3 table, ['key']", is_exact_key},
    {"refused at admission: J3, J4", is_refused_early},
    {"quoted filter operands: 3.3 table, filter", is_operator_in_text},
    {"empty list among several nodes: J6", is_dropped_after_empty},
    {"whole numbers and doubles compare: J7", is_mixed_numbers},
    {"element lacking an operand: J7", is_failed_existence},
    {"step on null: 3.3 table, missing", is_step_on_null},
    {"text has no members: J9", is_characters_of_text},
};

}  // namespace

JsonPathOutcome our_outcome(const JsonPathCase& sample) {
  const std::string_view kLabels = R"("labels":{)";
  std::string labelled = sample.object;
  labelled.insert(labelled.find(kLabels) + kLabels.size(), R"("differential":"yes",)");
  const Result<json::Document> object = json::Document::parse(labelled);
  const Result<extract::JsonPath> path = extract::compile_json_path(sample.path);
  if (!path) return {true, {}, path.error().text()};
  json::Arena arena;
  const extract::PathResult result = path->evaluate(object->root(), arena);
  if (result.kind == extract::PathResult::Kind::error) {
    return {true, {}, std::string(word(result.error))};
  }
  JsonPathOutcome outcome;
  for (const extract::Match& match : result.matches) {
    outcome.results.push_back(json::to_text(*match.value));
  }
  return outcome;
}

JsonPathOutcome kubectl_outcome(bool succeeded, std::string_view out, std::string_view err) {
  if (!succeeded) return {true, {}, std::string(err)};
  const Result<json::Document> printed = json::Document::parse(out);
  if (!printed || !printed->root().is_array()) return {true, {}, "no array: " + std::string(out)};
  JsonPathOutcome outcome;
  for (const json::Value& value : printed->root().items()) {
    outcome.results.push_back(json::to_text(value));
  }
  return outcome;
}

Verdict judge(const JsonPathCase& sample, const JsonPathOutcome& ours,
              const JsonPathOutcome& theirs) {
  if (ours == theirs) return {};
  const JsonPathOutcome ours_rounded = rounded(ours);
  const JsonPathOutcome theirs_rounded = rounded(theirs);
  if (ours_rounded == theirs_rounded) return {Agreement::named_difference, kUnsigned};
  const Sides sides{sample, ours_rounded, theirs_rounded};
  for (const NamedDifference& named : kNamed) {
    if (named.applies(sides)) return {Agreement::named_difference, named.name};
  }
  return {Agreement::difference, {}};
}

}  // namespace kollect::testing
