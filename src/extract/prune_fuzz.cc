// Lines up to a blank one: pointers and paths. The rest: an object. Pruning twice is pruning once,
// and the object stays what it was.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_write.h"
#include "base/result.h"
#include "extract/prune.h"

namespace {

using kollect::extract::PruneSpec;

// Takes the lines off the text.
PruneSpec read_spec(std::string_view& text) {
  PruneSpec spec;
  spec.include = kollect::extract::Include::all;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) break;
    (line[0] == '/' ? spec.json_pointers : spec.json_paths).push_back(line);
  }
  return spec;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const PruneSpec spec = read_spec(text);
  review(spec, {});
  kollect::json::Arena arena;
  const auto object = kollect::json::parse(text, arena);
  if (!object) return 0;
  const std::string before = to_text(*object);
  const kollect::extract::Pruner pruner(spec);
  const kollect::json::Value once = pruner.prune(*object, arena);
  KOLLECT_CHECK(to_text(once) == to_text(pruner.prune(once, arena)));
  KOLLECT_CHECK(before == to_text(*object));
  return 0;
}
