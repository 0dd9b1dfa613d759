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

// Whether `next_` is the place for `row`.
bool OrderedRows::follows_last(SlotId row) const {
  if (next_.chunk >= chunks_.size()) return false;
  const Chunk& chunk = chunks_[next_.chunk];
  if (next_.at == 0 || next_.at > chunk.size() || !before_(chunk[next_.at - 1], row)) return false;
  if (next_.at < chunk.size()) return before_(row, chunk[next_.at]);
  return next_.chunk + 1 == chunks_.size() || before_(row, chunks_[next_.chunk + 1].front());
}

OrderedRows::Place OrderedRows::place_for(SlotId row) const {
  if (follows_last(row)) return next_;
  const size_t at = chunk_for(row);
  const Chunk& chunk = chunks_[at];
  const auto behind = std::upper_bound(chunk.begin(), chunk.end(), row, std::cref(before_));
  return {at, static_cast<size_t>(behind - chunk.begin())};
}

void OrderedRows::insert(SlotId row) {
  ++size_;
  Place place;
  if (chunks_.empty()) {
    chunks_.emplace_back();
  } else {
    place = place_for(row);
  }
  if (chunks_[place.chunk].size() == kMostInChunk) place = make_room(place);
  Chunk& chunk = chunks_[place.chunk];
  if (chunk.size() == chunk.capacity())
    chunk.reserve(std::min(chunk.size() + kGrowth, kMostInChunk));
  chunk.insert(chunk.begin() + static_cast<ptrdiff_t>(place.at), row);
  next_ = {place.chunk, place.at + 1};
}

// Behind a full chunk, the next one takes the row when it can; runs of rows then fill theirs.
OrderedRows::Place OrderedRows::make_room(Place place) {
  const size_t next = place.chunk + 1;
  if (place.at < kMostInChunk) {
    split(place.chunk);
    const size_t kept = chunks_[place.chunk].size();
    return place.at <= kept ? place : Place{next, place.at - kept};
  }
  if (next == chunks_.size() || chunks_[next].size() == kMostInChunk)
    chunks_.emplace(chunks_.begin() + static_cast<ptrdiff_t>(next));
  return {next, 0};
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
