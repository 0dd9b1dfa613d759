#include "bench/replay/cluster.h"

#include <algorithm>

namespace kollect::bench {
namespace {

constexpr size_t kEventsKept = size_t{1} << 20U;
constexpr uint64_t kFirstVersion = 1000;

}  // namespace

Cluster::Cluster(const CorpusShape& shape) : corpus_(shape), version_(kFirstVersion) {
  for (size_t i = 0; i < kResources; ++i) {
    const uint64_t count = shape.count(static_cast<Resource>(i));
    states_[i].reserve(count);
    live_[i] = count;
    for (uint64_t index = 0; index < count; ++index) states_[i].push_back({{}, ++version_});
  }
  first_logged_ = version_ + 1;
}

std::optional<ObjectRef> Cluster::live(Resource resource, uint64_t index) const {
  const auto& all = states(resource);
  if (index >= all.size() || all[index].version == 0) return std::nullopt;
  return ObjectRef{resource, index, all[index].revision, all[index].version};
}

void Cluster::create(Resource resource, uint64_t index, Revision revision) {
  auto& all = states(resource);
  if (index >= all.size()) all.resize(index + 1);
  if (all[index].version != 0) return;
  all[index] = {revision, ++version_};
  ++live_[static_cast<size_t>(resource)];
  log(Change::added, resource, index);
}

void Cluster::modify(Resource resource, uint64_t index, Revision revision) {
  if (!live(resource, index)) return;
  states(resource)[index] = {revision, ++version_};
  log(Change::modified, resource, index);
}

void Cluster::erase(Resource resource, uint64_t index) {
  if (!live(resource, index)) return;
  State& state = states(resource)[index];
  state.version = ++version_;
  log(Change::deleted, resource, index);
  state.version = 0;
  --live_[static_cast<size_t>(resource)];
}

void Cluster::log(Change change, Resource resource, uint64_t index) {
  const State& state = states(resource)[index];
  const Event event{{resource, index, state.revision, state.version}, change};
  if (events_.size() < kEventsKept) {
    events_.push_back(event);
    return;
  }
  events_[(state.version - first_logged_) % kEventsKept] = event;
}

const Event* Cluster::event(uint64_t resource_version) const {
  if (resource_version > version_ || resource_version < first_logged_) return nullptr;
  if (version_ - resource_version >= kEventsKept) return nullptr;
  return &events_[(resource_version - first_logged_) % kEventsKept];
}

bool Cluster::remembers(uint64_t resource_version) const {
  const uint64_t oldest = version_ + 1 - std::min<uint64_t>(kEventsKept, events_.size());
  return resource_version + 1 >= oldest;
}

}  // namespace kollect::bench
