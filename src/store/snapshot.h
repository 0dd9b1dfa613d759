// What a reader of the store gets: a whole state, or what changed since an earlier one. Rows are
// shared, not copied.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "store/row.h"

namespace kollect::store {

// The sum modulo 2^256 of the rows' digests: independent of order, kept up in constant time per
// change.
using SetDigest = std::array<uint64_t, 4>;
// 64 lower-case hex digits, most significant first.
std::string hex(const SetDigest& digest);

// The rows of one origin and target namespace at one moment, in canonical order.
struct Snapshot {
  uint64_t sequence = 0;
  SetDigest digest{};
  std::vector<Ref<Row>> rows;
};

// The identity of a row that is gone; all that a sink may know it by.
struct ErasedRow {
  TargetKey target;
  std::string namespace_name;
  std::string name;
  std::string uid;
  uint64_t sequence = 0;
};

// Changes after a cursor, each row once and in the order of its last change: a row that went and
// came back is an upsert only, and one that came and went an erase only.
struct Delta {
  enum class Scope : uint8_t {
    changes,     // exactly what changed since the cursor
    everything,  // the cursor is unknown or too old: reconcile against all rows (in `upserts`,
                 // canonical order)
  };
  Scope scope = Scope::changes;
  uint64_t sequence = 0;  // the next cursor
  std::vector<Ref<Row>> upserts;
  std::vector<ErasedRow> erased;
};

}  // namespace kollect::store
