#include "base/detail/json_index.h"

#include <algorithm>

#include <simdjson.h>

namespace kollect::json {

namespace {
constexpr size_t kSmallest = size_t{64} << 10;
constexpr size_t kLargestKept = size_t{1} << 20;
constexpr size_t kUnusedDepth = 1;
}  // namespace

struct StructuralIndex::Stage {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  size_t capacity = 0;

  const char* make_room(size_t bytes) {
    const bool fits = bytes <= capacity && (capacity <= kLargestKept || bytes > kLargestKept);
    if (fits) return nullptr;
    const size_t wanted = std::max(kSmallest, bytes + bytes / 4);
    const simdjson::implementation* simd = simdjson::get_active_implementation();
    if (simd->create_dom_parser_implementation(wanted, kUnusedDepth, parser) != simdjson::SUCCESS) {
      capacity = 0;
      return "text too large";
    }
    capacity = wanted;
    return nullptr;
  }
};

StructuralIndex::StructuralIndex() : stage_(std::make_unique<Stage>()) {}
StructuralIndex::~StructuralIndex() = default;

const char* StructuralIndex::build(std::string_view text) {
  count_ = 0;
  if (text.empty()) return "the text is empty";
  if (text.size() > UINT32_MAX / 2) return "text too large";
  if (const char* bad = stage_->make_room(text.size())) return bad;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto outcome = stage_->parser->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  switch (outcome) {
    case simdjson::SUCCESS:
      break;
    case simdjson::EMPTY:
      return "the text is empty";
    case simdjson::UTF8_ERROR:
      return "the text is not UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string does not end";
    case simdjson::UNESCAPED_CHARS:
      return "a control character in a string";
    default:
      return "the text is malformed";
  }
  positions_ = stage_->parser->structural_indexes.get();
  count_ = stage_->parser->n_structural_indexes;
  return nullptr;
}

size_t StructuralIndex::first_from(size_t from, size_t place) const {
  const uint32_t* at = positions_ + from;
  for (size_t left = count_ - from; left > 0;) {
    const size_t half = (left + 1) / 2;
    at += at[half - 1] < place ? half : 0;  // no branch to guess
    left = left - half;
  }
  return static_cast<size_t>(at - positions_);
}

}  // namespace kollect::json
