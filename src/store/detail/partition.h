// All rows of one origin and target namespace, with every index over them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "store/detail/ordered_rows.h"
#include "store/detail/row_index.h"
#include "store/row_store.h"

namespace kollect::store {

// A registered target: its identity, what its rows look like now, and how many there are.
class Target {
 public:
  std::shared_ptr<const EncodedTarget> key;
  std::shared_ptr<const EncodedSchema> schema;
  Partition* partition = nullptr;
  // By namespace, of the present schema.
  std::unordered_map<std::string, Ref<Place>, TextHash, std::equal_to<>> places;
  Counts counts;
  uint32_t list = 0;  // number of the list that runs or ran last

  const Ref<Place>& place(std::string_view namespace_name);
  // The same; the place of `row`, one of its rows, when that is it.
  const Ref<Place>& place_beside(const Row& row, std::string_view namespace_name);
};

class Partition {
 public:
  // Enters itself into `changed` with the first change after forget_change().
  Partition(PartitionKey key, std::vector<Partition*>& changed);

  Change upsert(Target& target, const RowInput& input);
  bool keep(Target& target, std::string_view uid);
  bool erase(Target& target, std::string_view uid);
  size_t sweep(Target& target, std::optional<std::string_view> namespace_name);
  size_t erase_all(Target& target);
  size_t erase_namespace(Target& target, std::string_view namespace_name);
  size_t erase_predecessors(Target& target, const RowInput& row);

  const PartitionKey& key() const { return key_; }
  uint64_t sequence() const { return sequence_; }
  const SetDigest& digest() const { return digest_; }
  const Counts& counts() const { return counts_; }
  Snapshot snapshot() const;
  Delta changes_since(std::optional<uint64_t> cursor) const;

  RowStore::SubscriberId subscribe();
  void move_cursor(RowStore::SubscriberId subscriber, uint64_t cursor);
  void unsubscribe(RowStore::SubscriberId subscriber);

  void forget_change() { is_changed_ = false; }
  size_t footprint_bytes() const;

  bool settled = false;

 private:
  // A row and its neighbours in the list ordered by last change; a free slot has no row and chains
  // by `later`.
  struct Slot {
    Ref<Row> row;
    SlotId earlier = kNone;
    SlotId later = kNone;
    uint32_t seen = 0;
  };
  static constexpr SlotId kNone = UINT32_MAX;

  std::optional<SlotId> find(const Target& target, std::string_view uid) const;
  uint64_t hash_of(SlotId slot) const;
  uint64_t next_sequence();
  Change add(Target& target, const RowInput& input);
  Change replace(Target& target, SlotId slot, const RowInput& input);
  void remove(Target& target, SlotId slot);
  size_t erase_if(Target& target, std::optional<std::string_view> namespace_name,
                  const std::function<bool(const Slot&)>& goes);
  SlotId take_slot();
  void link_last(SlotId slot);
  void unlink(SlotId slot);
  enum class Sign : uint8_t { plus, minus };
  void count(Target& target, const Row& row, const Digest256& digest, Sign sign);
  void bury(const Row& row);
  void drop_tombstones();
  void append_erased(Delta& delta, uint64_t cursor) const;

  const PartitionKey key_;
  std::deque<Slot> slots_;  // grows without a copy and without room to spare
  SlotId free_ = kNone;
  SlotId first_changed_ = kNone;
  SlotId last_changed_ = kNone;
  RowIndex index_;
  OrderedRows order_;
  std::deque<ErasedRow> tombstones_;
  uint64_t complete_since_ = 0;  // tombstones of all erases after this sequence are there
  std::map<RowStore::SubscriberId, uint64_t> cursors_;
  RowStore::SubscriberId last_subscriber_ = 0;
  uint64_t sequence_ = 0;
  SetDigest digest_{};
  Counts counts_;
  std::vector<Partition*>& changed_;
  bool is_changed_ = false;
};

}  // namespace kollect::store
