#include "store/row_store.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "store/detail/partition.h"

namespace kollect::store {

std::string hex(const SetDigest& digest) {
  return fmt::format("{:016x}{:016x}{:016x}{:016x}", digest[3], digest[2], digest[1], digest[0]);
}

struct RowStore::State {
  std::vector<Partition*> changed;               // since take_changed()
  std::map<PartitionKey, Partition> partitions;  // never erased: versions are not reused
  std::map<TargetKey, Target> targets;

  Partition& partition(const PartitionKey& key) {
    return partitions.try_emplace(key, key, changed).first->second;
  }
  const Partition* find(const PartitionKey& key) const {
    const auto found = partitions.find(key);
    return found == partitions.end() ? nullptr : &found->second;
  }
};

RowStore::RowStore() : state_(std::make_unique<State>()) {}
RowStore::~RowStore() = default;
RowStore::RowStore(RowStore&&) noexcept = default;
RowStore& RowStore::operator=(RowStore&&) noexcept = default;

Target& RowStore::add_target(const TargetKey& key, Schema schema) {
  Target& target = state_->targets[key];
  if (target.key == nullptr) {
    target.key = std::make_shared<const EncodedTarget>(key);
    target.partition = &state_->partition({key.origin, key.namespace_name});
  }
  if (target.schema == nullptr || static_cast<const Schema&>(*target.schema) != schema) {
    target.schema = std::make_shared<const EncodedSchema>(std::move(schema));
    target.places.clear();
  }
  return target;
}

Target* RowStore::find_target(const TargetKey& key) {
  const auto found = state_->targets.find(key);
  return found == state_->targets.end() ? nullptr : &found->second;
}

size_t RowStore::remove_target(Target& target) {
  const size_t erased = target.partition->erase_all(target);
  const TargetKey key = *target.key;
  state_->targets.erase(key);
  return erased;
}

Change RowStore::upsert(Target& target, const RowInput& row) {
  return target.partition->upsert(target, row);
}
bool RowStore::keep(Target& target, std::string_view uid) {
  return target.partition->keep(target, uid);
}
bool RowStore::erase(Target& target, std::string_view uid) {
  return target.partition->erase(target, uid);
}
size_t RowStore::erase_namespace(Target& target, std::string_view namespace_name) {
  return target.partition->erase_namespace(target, namespace_name);
}
size_t RowStore::erase_predecessors(Target& target, const RowInput& row) {
  return target.partition->erase_predecessors(target, row);
}
void RowStore::begin_list(Target& target) { ++target.list; }

size_t RowStore::sweep(Target& target, std::optional<std::string_view> namespace_name) {
  return target.partition->sweep(target, namespace_name);
}

uint64_t RowStore::sequence(const PartitionKey& key) const {
  const Partition* partition = state_->find(key);
  return partition == nullptr ? 0 : partition->sequence();
}

SetDigest RowStore::digest(const PartitionKey& key) const {
  const Partition* partition = state_->find(key);
  return partition == nullptr ? SetDigest{} : partition->digest();
}

Counts RowStore::counts(const PartitionKey& key) const {
  const Partition* partition = state_->find(key);
  return partition == nullptr ? Counts{} : partition->counts();
}

Counts RowStore::counts(const TargetKey& key) const {
  const auto found = state_->targets.find(key);
  return found == state_->targets.end() ? Counts{} : found->second.counts;
}

Counts RowStore::counts() const {
  Counts all;
  for (const auto& [key, partition] : state_->partitions) {
    all.rows += partition.counts().rows;
    all.values_bytes += partition.counts().values_bytes;
  }
  return all;
}

Snapshot RowStore::snapshot(const PartitionKey& key) const {
  const Partition* partition = state_->find(key);
  return partition == nullptr ? Snapshot{} : partition->snapshot();
}

Delta RowStore::changes_since(const PartitionKey& key, std::optional<uint64_t> cursor) const {
  const Partition* partition = state_->find(key);
  if (partition != nullptr) return partition->changes_since(cursor);
  Delta nothing;
  nothing.scope = cursor == 0U ? Delta::Scope::changes : Delta::Scope::everything;
  return nothing;
}

RowStore::SubscriberId RowStore::subscribe(const PartitionKey& key) {
  return state_->partition(key).subscribe();
}

void RowStore::move_cursor(const PartitionKey& key, SubscriberId subscriber, uint64_t cursor) {
  state_->partition(key).move_cursor(subscriber, cursor);
}

void RowStore::unsubscribe(const PartitionKey& key, SubscriberId subscriber) {
  state_->partition(key).unsubscribe(subscriber);
}

std::vector<PartitionKey> RowStore::take_changed() {
  std::vector<PartitionKey> keys;
  for (Partition* partition : std::exchange(state_->changed, {})) {
    partition->forget_change();
    keys.push_back(partition->key());
  }
  std::ranges::sort(keys);
  return keys;
}

void RowStore::set_settled(const PartitionKey& key, bool settled) {
  state_->partition(key).settled = settled;
}

bool RowStore::is_settled(const PartitionKey& key) const {
  const Partition* partition = state_->find(key);
  return partition != nullptr && partition->settled;
}

size_t RowStore::footprint_bytes() const {
  size_t bytes = 0;
  for (const auto& [key, partition] : state_->partitions) bytes += partition.footprint_bytes();
  return bytes;
}

}  // namespace kollect::store
