// First line: extra keys, separated by commas. The rest: a value. No sensitive member keeps its
// value.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extract/scrub.h"

namespace {

using kollect::extract::is_marker;
using kollect::extract::Scrubber;
using kollect::json::Value;

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> keys;
  for (size_t at = 0; at <= line.size();) {
    const size_t end = std::min(line.find(',', at), line.size());
    keys.emplace_back(line.substr(at, end - at));
    at = end + 1;
  }
  return keys;
}

void check(const Scrubber& scrubber, const Value& value) {
  if (is_marker(value)) return;
  if (value.is_array()) {
    for (const Value& item : value.items()) check(scrubber, item);
  }
  if (!value.is_object()) return;
  const bool is_named = scrubber.is_sensitive(value.text("name"));
  for (const auto& member : value.members()) {
    const bool must_hide = scrubber.is_sensitive(member.key) || (is_named && member.key == "value");
    KOLLECT_CHECK(!must_hide || is_marker(member.value));
    check(scrubber, member.value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const size_t line_end = std::min(text.find('\n'), size);
  const std::vector<std::string> keys = split(text.substr(0, line_end));
  const Scrubber scrubber(keys);
  kollect::json::Arena arena;
  const auto value = kollect::json::parse(text.substr(std::min(line_end + 1, size)), arena);
  if (value) check(scrubber, scrubber.scrub(*value, arena));
  return 0;
}
