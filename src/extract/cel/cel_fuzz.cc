// Any bytes as an expression: parsed, checked, analysed, and evaluated on a small object and on its
// wanted parts.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json_scan.h"
#include "base/json_write.h"
#include "extract/cel/program.h"

namespace {

using namespace kollect;

constexpr std::string_view kObject = R"({"a":{"b":"text","c":[1,2.5,"x",null,true]},
  "n":[{"k":"v","i":1},{"k":"w"}],"s":"1Gi","t":"2024-02-29T12:00:00Z","u":18446744073709551615,
  "ip":"10.0.0.1","url":"https://u@h:1/p?q=1#f","v":"1.2.3-a+b","e":{}})";

constexpr extract::CelBudget kBudget{
    .iterations = 2'000, .cost = 200'000, .memory_bytes = 1 << 20, .result_bytes = 1 << 16};

std::string answer(const extract::CelProgram& program, const json::Value& object) {
  json::Arena arena;
  const extract::CelResult result = program.evaluate(object, arena, kBudget);
  if (result.value.is_error()) {
    // How far a budget reaches may differ between the whole object and its parts.
    const bool is_budget = result.value.fault() == extract::CelFault::budget;
    return is_budget ? "" : std::string(result.value.message());
  }
  const auto converted = extract::to_json(result.value, arena, kBudget);
  return converted ? json::to_text(*converted) : converted.error().message;
}

void evaluate(std::string_view text, bool is_checked) {
  auto environment = extract::CelEnvironment::of_object();
  environment.is_checked = is_checked;
  const auto program = extract::compile_cel(text, environment);
  if (!program) return;
  static const json::Document kDocument = std::move(*json::Document::parse(kObject));
  const std::string whole = answer(*program, kDocument.root());
  json::PathTrie wanted;
  program->add_needed_paths(wanted);
  json::Scanner scanner;
  json::Arena arena;
  const auto partial = scanner.scan(kObject, wanted, arena);
  if (!partial) std::abort();
  const std::string parts = answer(*program, *partial);
  if (!whole.empty() && !parts.empty() && whole != parts) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  evaluate(text, true);
  evaluate(text, false);
  return 0;
}
