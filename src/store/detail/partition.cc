#include "store/detail/partition.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <tuple>

#include "base/result.h"
#include "store/detail/uid.h"

namespace kollect::store {

namespace {

constexpr size_t kTombstonesAlwaysKept = 10'000;

uint64_t identity_hash(const TargetKey* target, std::string_view uid_bytes) {
  const uint64_t hash = std::hash<std::string_view>()(uid_bytes);
  return (hash ^ std::hash<const void*>()(target)) * 0x9E3779B97F4A7C15U >> 16;
}

// Adds (or takes away) a digest read as a big-endian number.
void add_digest(SetDigest& sum, const Digest256& digest, bool negative) {
  uint64_t carry = negative ? 1 : 0;
  for (size_t limb = 0; limb < sum.size(); ++limb) {
    uint64_t word = 0;
    for (size_t byte = 0; byte < 8; ++byte) word = word << 8 | digest[(3 - limb) * 8 + byte];
    if (negative) word = ~word;
    const uint64_t with_carry = word + carry;
    carry = with_carry < carry ? 1 : 0;
    sum[limb] += with_carry;
    carry += sum[limb] < with_carry ? 1 : 0;
  }
}

}  // namespace

const Ref<Place>& Target::place(std::string_view namespace_name) {
  const auto known = places.find(namespace_name);
  if (known != places.end()) return known->second;
  auto made = std::make_unique<Place>(key, schema, std::string(namespace_name));
  return places.emplace(namespace_name, Ref<Place>::adopt(made.release())).first->second;
}

const Ref<Place>& Target::place_beside(const Row& row, std::string_view namespace_name) {
  const Place& known = row.place();
  const bool is_here = known.schema == schema && known.namespace_name == namespace_name;
  return is_here ? row.shared_place() : place(namespace_name);
}

Partition::Partition(PartitionKey key, std::vector<Partition*>& changed)
    : key_(std::move(key)),
      order_([this](SlotId a, SlotId b) { return compare(*slots_[a].row, *slots_[b].row) < 0; }),
      changed_(changed) {}

std::optional<SlotId> Partition::find(const Target& target, std::string_view uid) const {
  return index_.find(identity_hash(target.key.get(), PackedUid(uid).bytes()), [&](SlotId slot) {
    const Row& row = *slots_[slot].row;
    return row.place().target == target.key && row.has_uid(uid);
  });
}

uint64_t Partition::hash_of(SlotId slot) const {
  const Row& row = *slots_[slot].row;
  return identity_hash(row.place().target.get(), row.uid_bytes());
}

uint64_t Partition::next_sequence() {
  if (!std::exchange(is_changed_, true)) changed_.push_back(this);
  return ++sequence_;
}

Change Partition::upsert(Target& target, const RowInput& input) {
  const auto slot = find(target, input.uid);
  if (!slot) return add(target, input);
  slots_[*slot].seen = target.list;
  const Row& row = *slots_[*slot].row;
  if (row.is_same(*target.place_beside(row, input.namespace_name), input)) return Change::none;
  return replace(target, *slot, input);
}

Change Partition::add(Target& target, const RowInput& input) {
  const SlotId slot = take_slot();
  Digest256 digest;
  slots_[slot].row = Row::make(target.place(input.namespace_name), input, next_sequence(), digest);
  slots_[slot].seen = target.list;
  count(target, *slots_[slot].row, digest, Sign::plus);
  link_last(slot);
  order_.insert(slot);
  index_.insert(hash_of(slot), slot, [this](SlotId s) { return hash_of(s); });
  return Change::added;
}

Change Partition::replace(Target& target, SlotId slot, const RowInput& input) {
  Slot& at = slots_[slot];
  Digest256 digest;
  const Ref<Row> made =
      Row::make(target.place_beside(*at.row, input.namespace_name), input, next_sequence(), digest);
  count(target, *at.row, at.row->digest(), Sign::minus);
  count(target, *made, digest, Sign::plus);
  const bool moves = compare(*made, *at.row) != 0;
  if (moves) {
    bury(*at.row);
    order_.erase(slot);
  }
  at.row = made;
  if (moves) order_.insert(slot);
  unlink(slot);
  link_last(slot);
  return Change::changed;
}

bool Partition::keep(Target& target, std::string_view uid) {
  const auto slot = find(target, uid);
  if (slot) slots_[*slot].seen = target.list;
  return slot.has_value();
}

bool Partition::erase(Target& target, std::string_view uid) {
  const auto slot = find(target, uid);
  if (slot) remove(target, *slot);
  return slot.has_value();
}

void Partition::remove(Target& target, SlotId slot) {
  Slot& at = slots_[slot];
  next_sequence();
  count(target, *at.row, at.row->digest(), Sign::minus);
  bury(*at.row);
  order_.erase(slot);
  index_.erase(hash_of(slot), slot, [this](SlotId s) { return hash_of(s); });
  unlink(slot);
  at.row = {};
  at.later = free_;
  free_ = slot;
}

// Of the target's rows, which stand together, or of those of one namespace, which do so too.
size_t Partition::erase_if(Target& target, std::optional<std::string_view> namespace_name,
                           const std::function<bool(const Slot&)>& goes) {
  std::vector<SlotId> leaving;
  const auto order_of = [&](SlotId slot) {
    const Place& place = slots_[slot].row->place();
    const auto order = place.target->name.compare(target.key->name);
    if (order != 0 || !namespace_name) return order;
    return place.namespace_name.compare(*namespace_name);
  };
  order_.visit_from([&](SlotId slot) { return order_of(slot) >= 0; },
                    [&](SlotId slot) {
                      if (order_of(slot) != 0) return false;
                      if (goes(slots_[slot])) leaving.push_back(slot);
                      return true;
                    });
  for (const SlotId slot : leaving) remove(target, slot);
  return leaving.size();
}

size_t Partition::sweep(Target& target, std::optional<std::string_view> namespace_name) {
  return erase_if(target, namespace_name,
                  [&](const Slot& slot) { return slot.seen != target.list; });
}

size_t Partition::erase_all(Target& target) {
  return erase_if(target, std::nullopt, [](const Slot&) { return true; });
}

size_t Partition::erase_namespace(Target& target, std::string_view namespace_name) {
  return erase_if(target, namespace_name, [](const Slot&) { return true; });
}

size_t Partition::erase_predecessors(Target& target, const RowInput& input) {
  using Name = std::tuple<std::string_view, std::string_view, std::string_view>;
  struct Search {
    const Partition& rows;
    const Name wanted;
    const std::string_view uid;
    std::vector<SlotId> leaving = {};

    Name name_of(SlotId slot) const {
      const Row& row = *rows.slots_[slot].row;
      return {row.place().target->name, row.place().namespace_name, row.name()};
    }
    bool visit(SlotId slot) {
      if (name_of(slot) != wanted) return false;
      if (!rows.slots_[slot].row->has_uid(uid)) leaving.push_back(slot);
      return true;
    }
  };
  Search search{*this, {target.key->name, input.namespace_name, input.name}, input.uid};
  order_.visit_from([&search](SlotId slot) { return search.name_of(slot) >= search.wanted; },
                    [&search](SlotId slot) { return search.visit(slot); });
  for (const SlotId slot : search.leaving) remove(target, slot);
  return search.leaving.size();
}

SlotId Partition::take_slot() {
  if (free_ == kNone) {
    slots_.emplace_back();
    return static_cast<SlotId>(slots_.size() - 1);
  }
  const SlotId slot = free_;
  free_ = slots_[slot].later;
  return slot;
}

void Partition::link_last(SlotId slot) {
  slots_[slot].earlier = last_changed_;
  slots_[slot].later = kNone;
  (last_changed_ == kNone ? first_changed_ : slots_[last_changed_].later) = slot;
  last_changed_ = slot;
}

void Partition::unlink(SlotId slot) {
  const Slot& at = slots_[slot];
  (at.earlier == kNone ? first_changed_ : slots_[at.earlier].later) = at.later;
  (at.later == kNone ? last_changed_ : slots_[at.later].earlier) = at.earlier;
}

void Partition::count(Target& target, const Row& row, const Digest256& digest, Sign sign) {
  const bool negative = sign == Sign::minus;
  add_digest(digest_, digest, negative);
  for (Counts* counts : {&counts_, &target.counts}) {
    counts->rows = negative ? counts->rows - 1 : counts->rows + 1;
    counts->values_bytes = negative ? counts->values_bytes - row.values_bytes()
                                    : counts->values_bytes + row.values_bytes();
  }
}

void Partition::bury(const Row& row) {
  if (cursors_.empty()) {
    complete_since_ = sequence_;
    return;
  }
  const Place& place = row.place();
  tombstones_.push_back({.target = *place.target,
                         .namespace_name = place.namespace_name,
                         .name = std::string(row.name()),
                         .uid = row.uid(),
                         .sequence = sequence_});
  if (tombstones_.size() > std::max(kTombstonesAlwaysKept, counts_.rows)) {
    complete_since_ = tombstones_.front().sequence;
    tombstones_.pop_front();
  }
}

void Partition::drop_tombstones() {
  uint64_t passed = sequence_;
  for (const auto& [subscriber, cursor] : cursors_) passed = std::min(passed, cursor);
  complete_since_ = std::max(complete_since_, passed);
  while (!tombstones_.empty() && tombstones_.front().sequence <= passed) tombstones_.pop_front();
}

RowStore::SubscriberId Partition::subscribe() {
  cursors_.emplace(++last_subscriber_, sequence_);
  return last_subscriber_;
}

void Partition::move_cursor(RowStore::SubscriberId subscriber, uint64_t cursor) {
  const auto found = cursors_.find(subscriber);
  if (found == cursors_.end()) return;
  found->second = std::max(found->second, std::min(cursor, sequence_));
  drop_tombstones();
}

void Partition::unsubscribe(RowStore::SubscriberId subscriber) {
  cursors_.erase(subscriber);
  drop_tombstones();
}

Snapshot Partition::snapshot() const {
  Snapshot whole{.sequence = sequence_, .digest = digest_, .rows = {}};
  whole.rows.reserve(order_.size());
  order_.visit([&](SlotId slot) {
    whole.rows.push_back(slots_[slot].row);
    return true;
  });
  return whole;
}

Delta Partition::changes_since(std::optional<uint64_t> cursor) const {
  if (!cursor || *cursor < complete_since_ || *cursor > sequence_) {
    return {.scope = Delta::Scope::everything,
            .sequence = sequence_,
            .upserts = snapshot().rows,
            .erased = {}};
  }
  Delta delta{.scope = Delta::Scope::changes, .sequence = sequence_, .upserts = {}, .erased = {}};
  for (SlotId slot = last_changed_; slot != kNone && slots_[slot].row->sequence() > *cursor;
       slot = slots_[slot].earlier) {
    delta.upserts.push_back(slots_[slot].row);
  }
  std::ranges::reverse(delta.upserts);
  append_erased(delta, *cursor);
  return delta;
}

// The newest word about an identity counts: a row that came back is no erase, and two erases are
// one.
void Partition::append_erased(Delta& delta, uint64_t cursor) const {
  if (tombstones_.empty() || tombstones_.back().sequence <= cursor) return;
  using Identity = std::tuple<std::string, std::string, std::string, std::string>;
  std::set<Identity> told;
  for (const Ref<Row>& row : delta.upserts) {
    told.emplace(row->place().target->name, row->place().namespace_name, row->name(), row->uid());
  }
  for (auto at = tombstones_.rbegin(); at != tombstones_.rend() && at->sequence > cursor; ++at) {
    if (told.emplace(at->target.name, at->namespace_name, at->name, at->uid).second)
      delta.erased.push_back(*at);
  }
  std::ranges::reverse(delta.erased);
}

size_t Partition::footprint_bytes() const {
  size_t bytes = slots_.size() * sizeof(Slot) + index_.capacity_bytes() + order_.capacity_bytes();
  for (const Slot& slot : slots_) bytes += slot.row ? slot.row->footprint_bytes() : 0;
  return bytes;
}

}  // namespace kollect::store
