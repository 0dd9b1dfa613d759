// The state of everything collected: rows by target, in memory only.
//
// One thread writes (the one that collects), any thread reads; wiring puts the store into a
// Guarded. A change costs the same however many rows there are, and what changes nothing costs
// nothing: no sequence number, no wake-up, no memory. Start reading at upsert() and
// changes_since().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/row.h"
#include "store/snapshot.h"

namespace kollect::store {

// All rows of one origin whose targets live in one namespace: what an inventory reads, and the unit
// of versions.
struct PartitionKey {
  Origin origin = Origin::target;
  std::string namespace_name;
  auto operator<=>(const PartitionKey&) const = default;
};

enum class Change : uint8_t { none, added, changed };

struct Counts {
  size_t rows = 0;
  size_t values_bytes = 0;
};

class Target;     // a registered target; made and owned by the store
class Partition;  // detail/partition.h

class RowStore {
 public:
  RowStore();
  ~RowStore();
  RowStore(RowStore&&) noexcept;
  RowStore& operator=(RowStore&&) noexcept;

  // Registers a target, or gives a known one a new schema; rows of the old schema stay until they
  // are upserted or swept. The reference is good until remove_target().
  Target& add_target(const TargetKey& key, Schema schema);
  Target* find_target(const TargetKey& key);
  // Erases all its rows; how many there were.
  size_t remove_target(Target& target);

  // Puts a row in. A row under the same uid is replaced; one that is equal stays as it is. Either
  // way the row counts as seen by the list that runs.
  Change upsert(Target& target, const RowInput& row);
  // Keeps the row of this uid through the list that runs, without looking at the object; false when
  // there is none.
  bool keep(Target& target, std::string_view uid);
  // False when there is no such row; then nothing happened.
  bool erase(Target& target, std::string_view uid);

  // Erases what the target has from one namespace; how many rows that were.
  size_t erase_namespace(Target& target, std::string_view namespace_name);
  // Erases rows of objects that had this name before the one with this uid (collection.md W16).
  size_t erase_predecessors(Target& target, const RowInput& row);

  // A list begins: from here on rows are marked as seen. Its end erases the rows of the target that
  // were not, in all namespaces or in one, and says how many.
  void begin_list(Target& target);
  size_t sweep(Target& target, std::optional<std::string_view> namespace_name = std::nullopt);

  // Reading. A partition without rows has sequence 0 or that of its last change.
  uint64_t sequence(const PartitionKey& key) const;
  SetDigest digest(const PartitionKey& key) const;
  Counts counts(const PartitionKey& key) const;
  Counts counts(const TargetKey& key) const;
  Counts counts() const;
  Snapshot snapshot(const PartitionKey& key) const;
  // Absent cursor: everything.
  Delta changes_since(const PartitionKey& key, std::optional<uint64_t> cursor) const;

  // Tombstones are kept for subscribers: from a cursor they have until they move it. One that lags
  // too far behind (more tombstones than rows and than 10,000) gets "everything".
  using SubscriberId = uint64_t;
  SubscriberId subscribe(const PartitionKey& key);
  void move_cursor(const PartitionKey& key, SubscriberId subscriber, uint64_t cursor);
  void unsubscribe(const PartitionKey& key, SubscriberId subscriber);

  // Partitions that changed since the last call, each once.
  std::vector<PartitionKey> take_changed();
  // All targets of a partition have settled (collection.md W12); false until said.
  void set_settled(const PartitionKey& key, bool settled);
  bool is_settled(const PartitionKey& key) const;

  // Memory that rows and their indexes take, encoded values included.
  size_t footprint_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kollect::store
