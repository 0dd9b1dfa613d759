// What the replay server serves: which objects live, their revisions, and the log of changes.
//
// The resourceVersion is the position in the log, so a watch is a number that moves forward.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/corpus.h"

namespace kollect::bench {

enum class Change : uint8_t { added, modified, deleted };

struct Event {
  ObjectRef object;  // with the resourceVersion of the change
  Change change = Change::added;
};

// One thread.
class Cluster {
 public:
  explicit Cluster(const CorpusShape& shape);

  const Corpus& corpus() const { return corpus_; }
  // The newest resourceVersion.
  uint64_t version() const { return version_; }
  // One past the largest index that was ever used.
  uint64_t end(Resource resource) const { return states(resource).size(); }
  // The object, when it lives.
  std::optional<ObjectRef> live(Resource resource, uint64_t index) const;
  uint64_t live_count(Resource resource) const { return live_[static_cast<size_t>(resource)]; }

  // Each is one event. What does not live is neither modified nor erased; what lives is not
  // created.
  void create(Resource resource, uint64_t index, Revision revision);
  void modify(Resource resource, uint64_t index, Revision revision);
  void erase(Resource resource, uint64_t index);

  // The event with this resourceVersion; none when it is newer than version() or forgotten.
  const Event* event(uint64_t resource_version) const;
  // True when every event after `resource_version` is still known.
  bool remembers(uint64_t resource_version) const;

 private:
  struct State {
    Revision revision;
    uint64_t version = 0;  // 0: does not live
  };

  std::vector<State>& states(Resource resource) { return states_[static_cast<size_t>(resource)]; }
  const std::vector<State>& states(Resource resource) const {
    return states_[static_cast<size_t>(resource)];
  }
  void log(Change change, Resource resource, uint64_t index);

  Corpus corpus_;
  std::vector<State> states_[kResources];
  uint64_t live_[kResources] = {};
  uint64_t version_ = 0;
  uint64_t first_logged_ = 0;  // the resourceVersion of the first event ever
  std::vector<Event> events_;  // a ring once it is full
};

}  // namespace kollect::bench
