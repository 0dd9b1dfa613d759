// First line: a path. The rest: an object. Neither may crash or hang, and a partial tree gives what
// the whole gives.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json_scan.h"
#include "base/json_write.h"
#include "extract/json_path.h"

namespace {

using kollect::extract::JsonPath;
using kollect::extract::PathResult;

constexpr std::string_view kObject =
    R"({"a":[{"b":1,"c":"x"},{"b":2.5},null],"m":{"k":"v","l":[]},"n":null,"s":"text"})";

std::string describe(const JsonPath& path, const kollect::json::Value& root,
                     kollect::json::Arena& arena) {
  const PathResult result = path.evaluate(root, arena);
  if (result.kind == PathResult::Kind::error) return std::string(word(result.error));
  std::string text = result.kind == PathResult::Kind::missing ? "" : to_text(result.value);
  for (const auto& match : result.matches) text.append(" ").append(match.key());
  return text;
}

void evaluate(const JsonPath& path, std::string_view object) {
  kollect::json::Arena arena;
  kollect::json::Scanner scanner;
  kollect::json::PathTrie wanted;
  path.add_needed_paths(wanted);
  const auto whole = kollect::json::parse(object, arena);
  if (!whole) return evaluate(path, kObject);
  const auto partial = scanner.scan(object, wanted, arena);
  KOLLECT_CHECK(partial.has_value());
  const std::string on_whole = describe(path, *whole, arena);
  // A part needs less work, so it may have an answer where the whole has none.
  if (on_whole == word(kollect::extract::PathError::too_much_work)) return;
  KOLLECT_CHECK(on_whole == describe(path, *partial, arena));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const size_t line_end = text.find('\n');
  const std::string_view line = text.substr(0, line_end);
  const std::string_view object =
      line_end == std::string_view::npos ? kObject : text.substr(line_end + 1);
  if (const auto path = kollect::extract::compile_json_path(line)) evaluate(*path, object);
  if (const auto path = kollect::extract::compile_rfc9535(line)) evaluate(*path, object);
  return 0;
}
