// Finds the slot of a row by its identity: open addressing over slot numbers, about seven bytes a
// row. The bits of a cell that no slot number needs hold bits of the hash, so that hardly any row
// is looked at that is not the one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "store/detail/ordered_rows.h"

namespace kollect::store {

class RowIndex {
 public:
  // The first slot under `hash` that `matches`; `matches(slot)` compares identities.
  template <typename Matches>
  std::optional<SlotId> find(uint64_t hash, Matches matches) const {
    if (cells_.empty()) return std::nullopt;
    for (size_t at = home(hash);; at = next(at)) {
      if (cells_[at] == kEmpty) return std::nullopt;
      const SlotId slot = slot_of(cells_[at]);
      if (cells_[at] == cell(hash, slot) && matches(slot)) return slot;
    }
  }

  // `hash_of(slot)` gives the hash of a slot already in: entries move when the table grows or one
  // is erased. A slot's number is below the largest number of slots that were ever in at once.
  template <typename HashOf>
  void insert(uint64_t hash, SlotId slot, HashOf hash_of) {
    if (4 * (used_ + 1) > 3 * cells_.size()) grow(hash_of);
    place(hash, slot);
    ++used_;
  }

  // The slot must be in. Entries that were pushed on by it move back, so no marks are left behind.
  template <typename HashOf>
  void erase(uint64_t hash, SlotId slot, HashOf hash_of) {
    size_t hole = home(hash);
    while (slot_of(cells_[hole]) != slot) hole = next(hole);
    for (size_t at = next(hole); cells_[at] != kEmpty; at = next(at)) {
      const size_t wanted = home(hash_of(slot_of(cells_[at])));
      if (distance(wanted, at) < distance(hole, at)) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = kEmpty;
    --used_;
  }

  size_t capacity_bytes() const { return cells_.capacity() * sizeof(uint32_t); }

 private:
  // No cell: the last number of a full table is never a slot's.
  static constexpr uint32_t kEmpty = UINT32_MAX;
  static constexpr size_t kFirstSize = 16;

  // As many cells as there may be slot numbers, so the mask of one is that of the other.
  uint32_t numbers() const { return static_cast<uint32_t>(cells_.size() - 1); }
  SlotId slot_of(uint32_t content) const { return content & numbers(); }
  uint32_t cell(uint64_t hash, SlotId slot) const {
    return (static_cast<uint32_t>(hash >> 16U) & ~numbers()) | slot;
  }

  size_t home(uint64_t hash) const { return static_cast<size_t>(hash) & (cells_.size() - 1); }
  size_t next(size_t at) const { return (at + 1) & (cells_.size() - 1); }
  size_t distance(size_t from, size_t to) const { return (to - from) & (cells_.size() - 1); }

  void place(uint64_t hash, SlotId slot) {
    size_t at = home(hash);
    while (cells_[at] != kEmpty) at = next(at);
    cells_[at] = cell(hash, slot);
  }

  template <typename HashOf>
  void grow(HashOf hash_of) {
    const std::vector<uint32_t> old = std::move(cells_);
    const auto old_numbers = static_cast<uint32_t>(old.size() - 1);
    cells_.assign(old.empty() ? kFirstSize : 2 * old.size(), kEmpty);
    for (const uint32_t one : old) {
      if (one != kEmpty) place(hash_of(one & old_numbers), one & old_numbers);
    }
  }

  std::vector<uint32_t> cells_;
  size_t used_ = 0;
};

}  // namespace kollect::store
