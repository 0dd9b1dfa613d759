#include "control/detail/feed_line.h"

namespace kollect::control {

using kube::ObjectChange;
using kube::WatchState;

FeedLine::FeedLine(LineScope scope, const Parts& parts) : scope_(std::move(scope)), parts_(parts) {
  parts_.tally.by_state[state_].insert(this);
}

FeedLine::~FeedLine() {
  set_objects(0);
  set_synced(false);
  parts_.tally.by_state[state_].erase(this);
}

void FeedLine::set_synced(bool synced) {
  if (is_synced_ == synced) return;
  is_synced_ = synced;
  synced ? ++parts_.tally.synced : --parts_.tally.synced;
}

void FeedLine::set_state(WatchState state) {
  if (state_ == state) return;
  parts_.tally.by_state[state_].erase(this);
  state_ = state;
  since_ = Steady::now();
  parts_.tally.by_state[state_].insert(this);
}

bool FeedLine::is_decided() const {
  return is_synced_ || state_ == WatchState::not_installed || state_ == WatchState::forbidden;
}

void FeedLine::forget(Lane& lane) {
  run_.forget(lane);
  covered_.erase(&lane);
}

void FeedLine::set_objects(size_t objects) {
  if (parts_.objects)
    parts_.objects->add(static_cast<double>(objects) - static_cast<double>(objects_));
  objects_ = objects;
}

void FeedLine::begin_list() {
  listed_ = 0;
  run_.begin(parts_.rows, parts_.owner.next_ticket(), parts_.owner.lanes_of(*this));
}

void FeedLine::object(ObjectChange change, std::string_view bytes) {
  count(change);
  const bool is_resync = change == ObjectChange::listed && had_list_;
  const Status taken = parts_.writer.take(
      {.change = change, .bytes = bytes, .part = scope_.part, .is_resync = is_resync});
  if (!taken) parts_.owner.unreadable(taken.error());
  if (parts_.writer.versions().is_full()) parts_.owner.versions_full();
}

void FeedLine::count(ObjectChange change) {
  switch (change) {
    case ObjectChange::listed:
      ++listed_;
      break;
    case ObjectChange::added:
      set_objects(objects_ + 1);
      break;
    case ObjectChange::changed:
      break;
    case ObjectChange::erased:
      if (run_.is_open() && listed_ > 0) --listed_;
      if (!run_.is_open() && objects_ > 0) set_objects(objects_ - 1);
      break;
  }
}

void FeedLine::end_list() {
  set_objects(listed_);
  had_list_ = true;
  set_synced(true);
  const ListRun::Ended ended = run_.end(parts_.rows, scope_.ns);
  covered_.insert(ended.complete.begin(), ended.complete.end());
  for (Lane* lane : ended.spoiled) covered_.erase(lane);
  parts_.owner.list_ended(*this, ended);
}

void FeedLine::state(const kube::WatchReport& report) {
  set_state(report.state);
  why_ = report.why;
  if (state_ == WatchState::not_installed || state_ == WatchState::forbidden) {
    set_synced(false);
    set_objects(0);
    covered_.clear();
  }
  if (state_ == WatchState::not_installed) had_list_ = false;
  parts_.owner.state_changed(*this);
}

}  // namespace kollect::control
