// One watch of a feed: of one namespace, or of all.
#pragma once

#include <map>
#include <set>
#include <string>

#include "control/detail/list_run.h"
#include "control/detail/row_writer.h"
#include "kube/session.h"

namespace kollect::control {

class FeedLine;

// What a line tells its feed, from inside the calls of the watch.
class LineOwner {
 public:
  virtual ~LineOwner() = default;
  // Who is to be listed with this line, and the number of the list.
  virtual std::vector<Lane*> lanes_of(FeedLine& line) = 0;
  virtual uint64_t next_ticket() = 0;
  virtual void list_ended(FeedLine& line, const ListRun::Ended& ended) = 0;
  virtual void state_changed(FeedLine& line) = 0;
  virtual void unreadable(const Error& error) = 0;
  // More was said beside a list than is kept.
  virtual void versions_full() = 0;
};

struct LineScope {
  std::string ns;  // empty: all
  kube::Part part = kube::Part::whole;
  auto operator<=>(const LineScope&) const = default;
};

// Which lines of a feed are in which state; lines keep it.
struct LineTally {
  size_t synced = 0;
  std::map<kube::WatchState, std::set<const FeedLine*>> by_state = {};

  size_t count(kube::WatchState state) const {
    const auto found = by_state.find(state);
    return found == by_state.end() ? 0 : found->second.size();
  }
};

class FeedLine final : public kube::WatchReader {
 public:
  // `objects` gauges what all lines of the feed know together, once there is such a gauge.
  struct Parts {
    LineOwner& owner;
    RowWriter& writer;
    Guarded<store::RowStore>& rows;
    LineTally& tally;
    const std::optional<metrics::Gauge>& objects;
  };
  FeedLine(LineScope scope, const Parts& parts);
  ~FeedLine() override;

  const LineScope& scope() const { return scope_; }
  kube::WatchState state_now() const { return state_; }
  Steady::time_point since() const { return since_; }
  const std::optional<Error>& why() const { return why_; }
  // A list is complete and holds.
  bool is_synced() const { return is_synced_; }
  // It is known what there is to see: objects, or nothing.
  bool is_decided() const;
  // Of the list that was completed last.
  uint64_t list_version() const { return list_version_; }
  void set_list_version(uint64_t version) { list_version_ = version; }

  // The lanes whose rows are complete as far as this line reaches.
  std::set<Lane*, std::less<>>& covered() { return covered_; }
  bool covers(const Lane& lane) const { return covered_.contains(&lane); }
  void forget(Lane& lane);

  void begin_list() override;
  void object(kube::ObjectChange change, std::string_view bytes) override;
  void end_list() override;
  void state(const kube::WatchReport& report) override;
  void unreadable(const Error& error) override { parts_.owner.unreadable(error); }

  // Set by the feed that started it.
  kube::WatchId id{};

 private:
  void count(kube::ObjectChange change);
  void set_objects(size_t objects);
  void set_synced(bool synced);
  void set_state(kube::WatchState state);

  const LineScope scope_;
  const Parts parts_;
  kube::WatchState state_ = kube::WatchState::resolving;
  Steady::time_point since_ = Steady::now();
  std::optional<Error> why_;
  bool is_synced_ = false;
  bool had_list_ = false;
  ListRun run_;
  std::set<Lane*, std::less<>> covered_;
  size_t objects_ = 0;
  size_t listed_ = 0;
  uint64_t list_version_ = 0;
};

}  // namespace kollect::control
