#include "extract/cel/conformance.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/json_write.h"
#include "extract/cel/lib_time.h"
#include "extract/cel/program.h"
#include "extract/cel/type.h"

namespace kollect::extract {

namespace {

// Values as cases write them: {"int": "1"}, {"list": [...]}, ...
class TaggedValues {
 public:
  TaggedValues(json::Arena& arena, EvalContext& context) : arena_(arena), context_(context) {}
  // Absent when the tag is unknown or its content malformed.
  std::optional<CelValue> read(const json::Value& tagged);

 private:
  std::optional<CelValue> scalar(std::string_view tag, const json::Value& content);
  std::optional<CelValue> list(const json::Value& content);
  std::optional<CelValue> map(const json::Value& content);
  std::optional<CelValue> bytes(std::string_view hex);

  json::Arena& arena_;
  EvalContext& context_;
};

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<CelValue> TaggedValues::read(const json::Value& tagged) {
  if (!tagged.is_object() || tagged.members().size() != 1) return std::nullopt;
  const json::Member& member = tagged.members().front();
  if (member.key == "null") return CelValue();
  if (member.key == "list" && member.value.is_array()) return list(member.value);
  if (member.key == "map" && member.value.is_array()) return map(member.value);
  if (member.value.kind() == json::Kind::boolean) {
    return CelValue::boolean(member.value.as_bool());
  }
  return scalar(member.key, member.value);
}

std::optional<CelValue> TaggedValues::scalar(std::string_view tag, const json::Value& content) {
  if (!content.is_string()) return std::nullopt;
  const std::string_view text = content.as_string();
  if (tag == "string") return CelValue::string(text);
  if (tag == "bytes_hex") return bytes(text);
  if (tag == "type") return CelValue::type(text);
  if (tag == "double") {
    return CelValue::number(std::strtod(std::string(text).c_str(), nullptr));
  }
  if (tag == "int") {
    const auto number = whole_number<int64_t>(text);
    return number ? std::optional(CelValue::integer(*number)) : std::nullopt;
  }
  if (tag == "uint") {
    const auto number = whole_number<uint64_t>(text);
    return number ? std::optional(CelValue::unsigned_integer(*number)) : std::nullopt;
  }
  if (tag == "timestamp") {
    const auto time = parse_timestamp(text);
    if (!time) return std::nullopt;
    return CelValue::timestamp(time->seconds, static_cast<uint32_t>(time->nanos));
  }
  if (tag != "duration") return std::nullopt;
  const auto span = parse_duration(text);
  return span ? std::optional(CelValue::duration(span->count())) : std::nullopt;
}

std::optional<CelValue> TaggedValues::bytes(std::string_view hex) {
  std::string content;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned byte = 0;
    const std::string_view digits = hex.substr(i, 2);
    if (std::from_chars(digits.data(), digits.data() + 2, byte, 16).ptr != digits.data() + 2) {
      return std::nullopt;
    }
    content.push_back(static_cast<char>(byte));
  }
  return CelValue::bytes(arena_.copy(content));
}

std::optional<CelValue> TaggedValues::list(const json::Value& content) {
  ListBuilder list(context_);
  for (const json::Value& item : content.items()) {
    const auto value = read(item);
    if (!value) return std::nullopt;
    list.add(*value);
  }
  return list.finish();
}

std::optional<CelValue> TaggedValues::map(const json::Value& content) {
  MapBuilder map(context_);
  for (const json::Value& pair : content.items()) {
    if (!pair.is_array() || pair.items().size() != 2) return std::nullopt;
    const auto key = read(pair.items()[0]);
    const auto value = read(pair.items()[1]);
    if (!key || !value) return std::nullopt;
    map.add(*key, *value);
  }
  return map.finish();
}

bool is_identical(const CelValue& a, const CelValue& b);

bool are_items_identical(const CelValue& a, const CelValue& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!is_identical(a.item(i), b.item(i))) return false;
  }
  return true;
}

bool are_entries_identical(const CelValue& a, const CelValue& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const MapEntry x = a.entry(i);
    const MapEntry y = b.entry(i);
    if (!is_identical(x.key, y.key) || !is_identical(x.value, y.value)) return false;
  }
  return true;
}

// Stricter than `==` of the language: kinds must agree, and NaN is NaN.
bool is_identical(const CelValue& a, const CelValue& b) {
  if (a.kind() != b.kind()) return false;
  if (a.kind() == CelKind::list) return are_items_identical(a, b);
  if (a.kind() == CelKind::map) return are_entries_identical(a, b);
  const bool are_numbers = a.kind() == CelKind::number;
  if (are_numbers && std::isnan(a.as_double())) return std::isnan(b.as_double());
  return equal(a, b);
}

std::string described(const CelValue& value, json::Arena& arena) {
  if (value.is_error()) return fmt::format("error: {}", value.message());
  const auto converted = to_json(value, arena);
  const std::string text = converted ? json::to_text(*converted) : converted.error().text();
  return fmt::format("{} {}", type_name(value), text);
}

struct Judgement {
  bool passed = false;
  std::string expected;
  std::string got;
};

// One case with what it needs while it runs.
class CaseRun {
 public:
  explicit CaseRun(const json::Value& test) : test_(test) {}
  Judgement judge();

 private:
  bool flag(std::string_view name) const;
  CelEnvironment environment() const;
  std::vector<CelValue> bind(const CelEnvironment& environment);
  Judgement judge_type(const CelProgram& program) const;
  Judgement judge_value(const CelValue& got);

  const json::Value& test_;
  json::Arena arena_;
  CelBudget budget_;
  Prepared prepared_;
  EvalContext context_{arena_, budget_, prepared_};
  TaggedValues values_{arena_, context_};
};

bool CaseRun::flag(std::string_view name) const {
  const json::Value* value = test_.find(name);
  return value != nullptr && value->kind() == json::Kind::boolean && value->as_bool();
}

std::string_view declared_name(std::string_view declaration) {
  return declaration.substr(0, declaration.find(':'));
}

bool is_function(std::string_view declaration) {
  return declaration.find(": function") != std::string_view::npos;
}

CelEnvironment CaseRun::environment() const {
  CelEnvironment environment{.container = std::string(test_.text("container")),
                             .is_checked = !flag("disable_check"),
                             .has_macros = !flag("disable_macros")};
  if (const json::Value* types = test_.find("type_env"); types != nullptr && types->is_array()) {
    for (const json::Value& type : types->items()) {
      if (type.is_string()) environment.declarations.emplace_back(type.as_string());
    }
  }
  return environment;
}

// Bindings without a declared type are of any type when nothing is checked.
std::vector<CelValue> CaseRun::bind(const CelEnvironment& environment) {
  const json::Value* bindings = test_.find("bindings");
  std::vector<CelValue> variables;
  for (const std::string& declaration : environment.declarations) {
    if (is_function(declaration)) continue;
    const json::Value* bound =
        bindings == nullptr ? nullptr : bindings->find(declared_name(declaration));
    const auto value = bound == nullptr ? std::nullopt : values_.read(*bound);
    variables.push_back(
        value.value_or(CelValue::error(CelFault::no_such_name, "variable is not bound")));
  }
  return variables;
}

Judgement CaseRun::judge_type(const CelProgram& program) const {
  TypePool pool;
  const std::string wanted(test_.text("deduced_type"));
  const auto parsed = pool.parse(wanted);
  const std::string expected = parsed ? type_text(**parsed) : wanted;
  return {.passed = expected == program.result_type(),
          .expected = "type " + expected,
          .got = "type " + program.result_type()};
}

Judgement CaseRun::judge_value(const CelValue& got) {
  const std::string shown = described(got, arena_);
  const json::Value* tagged = test_.find("value");
  if (tagged == nullptr) return {.passed = got.is_error(), .expected = "an error", .got = shown};
  const auto expected = values_.read(*tagged);
  if (!expected) return {.passed = false, .expected = json::to_text(*tagged), .got = shown};
  return {.passed = is_identical(*expected, got),
          .expected = described(*expected, arena_),
          .got = shown};
}

Judgement CaseRun::judge() {
  const CelEnvironment known = environment();
  const auto program = compile_cel(test_.text("expr"), known);
  if (!program) {
    const bool is_expected = test_.find("error") != nullptr;
    return {.passed = is_expected,
            .expected = is_expected ? "an error" : "an expression that compiles",
            .got = program.error().text()};
  }
  if (test_.find("deduced_type") != nullptr) {
    Judgement of_type = judge_type(*program);
    if (!of_type.passed || flag("check_only")) return of_type;
  }
  const std::vector<CelValue> variables = bind(known);
  const bool has_outcome = test_.find("value") != nullptr || test_.find("error") != nullptr;
  const CelResult result = program->evaluate(variables, arena_);
  return has_outcome ? judge_value(result.value)
                     : Judgement{.passed = true, .expected = {}, .got = {}};
}

}  // namespace

bool is_cel_suite(const json::Value& file) {
  const json::Value* tests = file.find("tests");
  if (tests == nullptr || !tests->is_array() || tests->items().empty()) return false;
  return tests->items().front().find("expr") != nullptr;
}

ConformanceReport run_cel_suite(const json::Value& file) {
  ConformanceReport report;
  if (!is_cel_suite(file)) return report;
  for (const json::Value& test : file.find("tests")->items()) {
    Judgement judged = CaseRun(test).judge();
    if (judged.passed) {
      ++report.passed;
      continue;
    }
    report.failures.push_back(
        {.name = fmt::format("{}/{}/{}: {}", file.text("file"), test.text("section"),
                             test.text("name"), test.text("expr")),
         .expected = std::move(judged.expected),
         .got = std::move(judged.got)});
  }
  return report;
}

}  // namespace kollect::extract
