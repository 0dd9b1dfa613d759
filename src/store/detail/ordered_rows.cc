#include "store/detail/ordered_rows.h"

#include <algorithm>

#include "base/result.h"

namespace kollect::store {

namespace {
constexpr size_t kMostInChunk = 512;
constexpr size_t kGrowth = 64;
}  // namespace

// The last chunk whose first row does not stand behind `row`.
size_t OrderedRows::chunk_for(SlotId row) const {
  const auto behind =
      std::upper_bound(chunks_.begin(), chunks_.end(), row,
                       [this](SlotId r, const Chunk& chunk) { return before_(r, chunk.front()); });
  return behind == chunks_.begin() ? 0 : static_cast<size_t>(behind - chunks_.begin()) - 1;
}

void OrderedRows::insert(SlotId row) {
  ++size_;
  if (chunks_.empty()) {
    chunks_.push_back({row});
    return;
  }
  const bool at_end = before_(chunks_.back().back(), row);
  const size_t at = at_end ? chunks_.size() - 1 : chunk_for(row);
  if (at_end && chunks_[at].size() == kMostInChunk) {
    chunks_.push_back({row});
    return;
  }
  Chunk& chunk = chunks_[at];
  if (chunk.size() == chunk.capacity())
    chunk.reserve(std::min(chunk.size() + kGrowth, kMostInChunk));
  const auto place =
      at_end ? chunk.end() : std::upper_bound(chunk.begin(), chunk.end(), row, std::cref(before_));
  chunk.insert(place, row);
  if (chunk.size() == kMostInChunk && !at_end) split(at);
}

void OrderedRows::split(size_t at) {
  Chunk& full = chunks_[at];
  const auto middle = full.begin() + static_cast<ptrdiff_t>(full.size() / 2);
  Chunk upper(middle, full.end());
  full.erase(middle, full.end());
  full.shrink_to_fit();
  chunks_.insert(chunks_.begin() + static_cast<ptrdiff_t>(at) + 1, std::move(upper));
}

void OrderedRows::erase(SlotId row) {
  const size_t at = chunk_for(row);
  KOLLECT_CHECK(at < chunks_.size());
  Chunk& chunk = chunks_[at];
  const auto place = std::lower_bound(chunk.begin(), chunk.end(), row, std::cref(before_));
  KOLLECT_CHECK(place != chunk.end() && *place == row);
  chunk.erase(place);
  --size_;
  if (chunk.empty()) chunks_.erase(chunks_.begin() + static_cast<ptrdiff_t>(at));
}

void OrderedRows::visit_from(const std::function<bool(SlotId)>& reached,
                             const std::function<bool(SlotId)>& visit) const {
  const auto first = std::partition_point(
      chunks_.begin(), chunks_.end(), [&](const Chunk& chunk) { return !reached(chunk.back()); });
  for (auto chunk = first; chunk != chunks_.end(); ++chunk) {
    auto row = chunk->begin();
    if (chunk == first) {
      row = std::partition_point(chunk->begin(), chunk->end(),
                                 [&](SlotId slot) { return !reached(slot); });
    }
    for (; row != chunk->end(); ++row) {
      if (!visit(*row)) return;
    }
  }
}

void OrderedRows::visit(const std::function<bool(SlotId)>& visit) const {
  visit_from([](SlotId) { return true; }, visit);
}

size_t OrderedRows::capacity_bytes() const {
  size_t bytes = chunks_.capacity() * sizeof(Chunk);
  for (const Chunk& chunk : chunks_) bytes += chunk.capacity() * sizeof(SlotId);
  return bytes;
}

}  // namespace kollect::store
