#include <optional>

#include <fmt/format.h>

#include "api/scalar.h"
#include "app/commands.h"
#include "app/eval_cases.h"
#include "app/eval_profile.h"
#include "app/flags.h"
#include "app/objects.h"
#include "base/json_write.h"
#include "base/text.h"
#include "extract/cel/program.h"
#include "extract/json_path.h"

namespace kollect::app {

namespace {

using extract::CelProgram;
using extract::JsonPath;
using json::Value;

constexpr Flag kFlags[] = {
    {.name = "expression",
     .letter = 'e',
     .value = "EXPR",
     .help = "an attribute path; `cel:` in front of CEL, `jsonpath:` of RFC 9535; repeatable"},
    {.name = "file",
     .letter = 'f',
     .value = "FILE",
     .help = "objects as JSON or YAML, one or many, Lists too; - reads standard input; repeatable"},
    {.name = "profile",
     .letter = 'p',
     .value = "FILE",
     .help = "print the rows that these profiles make of the objects"},
    {.name = "cases",
     .value = "PATH",
     .help = "run conformance cases from files or folders; more paths may follow"},
    {.name = "help", .letter = 'h', .help = "print this"},
};

constexpr std::string_view kUsage =
    "Evaluates expressions on objects, the way profiles use them.\n\n"
    "  kollect eval -e EXPR [-e EXPR ...] [-f FILE|-]   one JSON result a line: every expression "
    "on every object\n"
    "  kollect eval --profile FILE [-f FILE|-]          one row a line, redacted as they would be "
    "stored\n"
    "  kollect eval --cases PATH ...                    conformance cases; exit 1 when any "
    "fails\n\n"
    "A path that finds nothing gives null. A failed evaluation is told on standard error and makes "
    "the exit code 1.\n"
    "Without -f an expression is evaluated once, on an empty object.\n\n";

using Expression = std::variant<JsonPath, CelProgram>;

Result<Expression> compile(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with("helm:")) return invalid("this version does not read Helm releases yet");
  if (text.starts_with("cel:")) {
    auto program = extract::compile_cel(text.substr(4), extract::CelEnvironment::of_object());
    return program ? Result<Expression>(std::move(*program)) : program.error();
  }
  auto path = extract::compile_json_path(text);
  return path ? Result<Expression>(std::move(*path)) : path.error();
}

Result<Value> evaluate(const Expression& expression, const Value& object, json::Arena& arena) {
  if (const auto* program = std::get_if<CelProgram>(&expression)) {
    return extract::to_json(program->evaluate(object, arena).value, arena);
  }
  const auto result = std::get<JsonPath>(expression).evaluate(object, arena);
  if (result.kind == extract::PathResult::Kind::error)
    return invalid(std::string(word(result.error)));
  return result.kind == extract::PathResult::Kind::missing ? Value() : result.value;
}

// An expression as messages name it: a long one is cut.
std::string quoted(std::string_view text) {
  constexpr size_t kMost = 120;
  if (text.size() <= kMost) return fmt::format("'{}'", text);
  size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // inside a character
  return fmt::format("'{}...'", text.substr(0, end));
}

int run_expressions(const std::vector<std::string>& texts, const std::vector<Value>& objects,
                    const Console& console) {
  std::vector<Expression> expressions;
  for (const std::string& text : texts) {
    auto compiled = compile(text);
    if (!compiled) {
      console.err(fmt::format("kollect eval: -e {}: {}\n", quoted(text), compiled.error().text()));
      return kBadInput;
    }
    if (const auto* path = std::get_if<JsonPath>(&*compiled)) {
      for (const std::string& remark : path->warnings()) {
        console.err(fmt::format("kollect eval: warning: -e {}: {}\n", quoted(text), remark));
      }
    }
    expressions.push_back(std::move(*compiled));
  }
  int code = kDone;
  for (const Value& object : objects) {
    for (size_t i = 0; i < expressions.size(); ++i) {
      json::Arena arena;
      const auto value = evaluate(expressions[i], object, arena);
      if (value) {
        console.out(json::to_text(*value) + "\n");
        continue;
      }
      console.err(fmt::format("kollect eval: {}: -e {}: {}\n", object_name(object),
                              quoted(texts[i]), value.error().text()));
      code = kIncomplete;
    }
  }
  return code;
}

Result<std::vector<Value>> read_all(const std::vector<std::string>& files, const Console& console,
                                    json::Arena& arena) {
  std::vector<Value> all;
  for (const std::string& file : files) {
    const auto text = console.read(file);
    if (!text) return text.error();
    const auto objects = read_objects(*text, arena);
    if (!objects) return objects.error().in(file == "-" ? "standard input" : file);
    all.insert(all.end(), objects->begin(), objects->end());
  }
  return all;
}

int run(const GivenFlags& given, const Console& console) {
  if (given.has("cases")) {
    std::vector<std::string> paths = given.all("cases");
    paths.insert(paths.end(), given.others().begin(), given.others().end());
    return run_cases(paths, console);
  }
  if (!given.has("expression") && !given.has("profile")) {
    console.err("kollect eval: give -e, --profile or --cases; --help says how\n");
    return kBadInput;
  }
  json::Arena arena;
  std::vector<std::string> files = given.all("file");
  files.insert(files.end(), given.others().begin(), given.others().end());
  auto objects = read_all(files, console, arena);
  if (!objects) {
    console.err(fmt::format("kollect eval: {}\n", objects.error().text()));
    return kBadInput;
  }
  if (files.empty()) objects->push_back(Value::object({}));
  int code = kDone;
  if (given.has("expression")) code = run_expressions(given.all("expression"), *objects, console);
  if (given.has("profile") && code != kBadInput)
    code = std::max(code, run_profiles(given.all("profile"), *objects, console));
  return code;
}

}  // namespace

int eval(const Arguments& arguments, const Console& console) {
  const auto given = GivenFlags::parse(arguments, kFlags);
  if (!given) {
    console.err(fmt::format("kollect eval: {}\n", given.error().text()));
    return kBadInput;
  }
  if (given->has("help")) {
    console.out(std::string(kUsage) + flag_help(kFlags));
    return kDone;
  }
  return run(*given, console);
}

}  // namespace kollect::app
