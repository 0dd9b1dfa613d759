// How a piece of JSON that is only cut out, not read, is walked: 64 bytes at a time, brackets
// outside of strings counted as bits.
#pragma once

#include <cstdint>

namespace kollect::json {

// Where in a container the walk stands.
struct SkipState {
  uint32_t depth = 0;
  bool in_string = false;
  bool escaped = false;  // in a string: the next character is
};

struct Skipped {
  const char* behind = nullptr;  // behind the bracket that ends the container; null: it goes on
  const char* at = nullptr;      // then: where to go on
};

// Walks whole blocks up to the end of the container, or to where fewer than 64 bytes are left or a
// block holds what JSON does not (a backslash outside of strings): those are for the caller, who
// must take at least 64 bytes of them, or all.
enum class Arithmetic : uint8_t {
  widest,    // with the best that this processor has
  wide,      // with at most 256 bits at once: for tests
  portable,  // with what any has: for tests
};
Skipped skip_blocks(const char* at, const char* end, SkipState& state,
                    Arithmetic arithmetic = Arithmetic::widest);

}  // namespace kollect::json
