// The path of an object: bytes, gates, extraction, row.
//
// It runs once per object on the collection thread; in the steady state, an object that changes no
// row costs no allocation.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "control/detail/lane.h"
#include "control/detail/live_versions.h"
#include "extract/plan.h"
#include "kube/watcher.h"
#include "metrics/registry.h"
#include "store/row_store.h"

namespace kollect::control {

// What all feeds of a collector share on the path of an object.
struct RowWorkshop {
  Guarded<store::RowStore>& rows;
  extract::Extractor extractor = {};
  metrics::Counter extraction_errors;
  metrics::Counter policy_errors;
  metrics::Counter forbidden;   // namespaces of targets that turned out to be forbidden
  metrics::Counter unreviewed;  // resources whose reviews turned out to fail
  metrics::Histogram durations;
  metrics::Counter stalls;
  size_t most_versions;                         // kept beside lists, for each feed
  std::function<void()> rows_changed;           // wakes; may be called often
  std::function<void(Lane&)> failures_changed;  // a lane has one more or one less
};

struct FeedMeters {
  metrics::Counter mismatches;
  metrics::Counter resyncs;
};

// What arrived. Only lanes for which `is_for` holds are looked at.
struct Delivery {
  kube::ObjectChange change = kube::ObjectChange::listed;
  std::string_view bytes;
  kube::Part part = kube::Part::whole;
  std::optional<uint64_t> ticket = std::nullopt;  // of a replay: only lanes that it began
  bool is_resync = false;                         // listed again by a watch that had a list
};

class RowWriter {
 public:
  // Gives the plan for the lanes as they are; asked when there is something to read.
  using PlanSource = std::function<const extract::Plan*()>;
  RowWriter(RowWorkshop& workshop, const LaneIndex& lanes, PlanSource plan)
      : workshop_(workshop),
        lanes_(lanes),
        plan_source_(std::move(plan)),
        versions_(workshop.most_versions) {}

  void drop_plan() { plan_ = nullptr; }
  void set_lane_count(size_t lanes) { lane_count_ = lanes; }
  void set_meters(FeedMeters meters) { meters_.emplace(std::move(meters)); }
  LiveVersions& versions() { return versions_; }
  // While it cannot be known whether objects may be read, present ones are skipped (W30).
  void set_access_failing(bool failing) { access_failing_ = failing; }
  // Whether something was skipped since the last call.
  bool take_skipped() { return std::exchange(skipped_, false); }

  // Fault::invalid for an object that does not decode; it names the object if that can be told.
  Status take(const Delivery& delivery);

 private:
  struct Identity {
    std::string_view ns, name, uid;
    uint64_t version = 0;
  };

  Status write(const Delivery& delivery);
  Status undecodable(const Delivery& delivery, const Error& why);
  static Identity identity_of(const json::Value& object);
  const NamespaceCell* cell_of(const Identity& id) const;
  bool is_addressed(const Lane& lane, const Delivery& delivery) const;
  void hand_over(Lane& lane, const NamespaceCell& cell, const Identity& id,
                 const Delivery& delivery);
  bool is_old_news(const Lane& lane, const Identity& id, const Delivery& delivery) const;
  void keep(Lane& lane, std::string_view uid);
  void collect(Lane& lane, const NamespaceCell& cell, const Identity& id, const Delivery& delivery);
  const extract::ExtractionOutput& extracted(const Lane& lane);
  void erase_predecessors(Lane& lane, const Identity& id);
  bool erase(Lane& lane, std::string_view uid);
  void fail(Lane& lane, const Identity& id, std::string message);
  bool clear_failure(Lane& lane, std::string_view uid);
  void count_policy_failure(Lane& lane);

  RowWorkshop& workshop_;
  const LaneIndex& lanes_;
  const PlanSource plan_source_;
  std::optional<FeedMeters> meters_;  // from when the resource is known
  const extract::Plan* plan_ = nullptr;
  size_t lane_count_ = 0;
  LiveVersions versions_;
  bool access_failing_ = false;
  bool skipped_ = false;

  // Of the object at hand.
  const json::Value* labels_ = nullptr;
  json::Value object_;
  const extract::ExtractionOutput* output_ = nullptr;
  size_t output_profile_ = 0;
};

}  // namespace kollect::control
