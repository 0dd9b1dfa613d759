// What can be read can be written and reads back as the same value.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json_write.h"
#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace kollect;
  json::Arena arena;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto documents = yaml::parse_all(text, arena, {.lines = true});
  if (!documents) return 0;
  for (const yaml::Document& document : *documents) {
    json::Arena again;
    const auto value = yaml::parse(yaml::to_text(document.root), again);
    KOLLECT_CHECK(value);
    KOLLECT_CHECK(json::to_text(*value) == json::to_text(document.root));
  }
  return 0;
}
