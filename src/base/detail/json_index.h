// The structural positions of a JSON text: where brackets, colons, commas, strings and scalars
// begin. This is the first stage of simdjson (SIMD, chosen for the processor at run time); what it
// finds is read by our own walker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace kollect::json {

class StructuralIndex {
 public:
  StructuralIndex();
  ~StructuralIndex();

  // Indexes a text, which must stay where it is. Null when it is well formed as far as strings,
  // control characters and UTF-8 go, else what is wrong.
  const char* build(std::string_view text);

  size_t count() const { return count_; }
  uint32_t at(size_t i) const { return positions_[i]; }
  // The first from `from` on that is at or behind a place in the text; count() when there is none.
  size_t first_from(size_t from, size_t place) const;

 private:
  struct Stage;
  std::unique_ptr<Stage> stage_;
  const uint32_t* positions_ = nullptr;
  size_t count_ = 0;
};

}  // namespace kollect::json
