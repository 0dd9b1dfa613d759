// The rows of one partition in canonical order, as numbers of their slots.
//
// Sorted chunks of a few hundred: an insert moves one chunk, a split the list of chunks. Rows that
// come in order, as those of a list do, follow the one before them without a search, in full
// chunks.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace kollect::store {

using SlotId = uint32_t;

class OrderedRows {
 public:
  // Whether the row in one slot stands before that in another.
  using Before = std::function<bool(SlotId, SlotId)>;

  explicit OrderedRows(Before before) : before_(std::move(before)) {}

  void insert(SlotId row);
  // The row must be in, and its order unchanged since it was inserted.
  void erase(SlotId row);
  size_t size() const { return size_; }

  // Calls `visit(slot)` in order, from the first row for which `reached` holds on; `reached` is
  // false for a first run of rows and true for the rest. Ends early when `visit` returns false.
  void visit_from(const std::function<bool(SlotId)>& reached,
                  const std::function<bool(SlotId)>& visit) const;
  void visit(const std::function<bool(SlotId)>& visit) const;

  size_t capacity_bytes() const;

 private:
  using Chunk = std::vector<SlotId>;
  struct Place {
    size_t chunk = 0;
    size_t at = 0;  // in the chunk
  };

  size_t chunk_for(SlotId row) const;
  bool follows_last(SlotId row) const;
  Place place_for(SlotId row) const;
  Place make_room(Place place);
  void split(size_t chunk);

  Before before_;
  std::vector<Chunk> chunks_;
  size_t size_ = 0;
  Place next_;  // behind the row that was inserted last, or anywhere
};

}  // namespace kollect::store
