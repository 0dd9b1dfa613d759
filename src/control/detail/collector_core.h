// What a collector is made of, and how its parts hear of each other.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/collector.h"
#include "control/detail/crd_watch.h"
#include "control/detail/feed.h"
#include "control/detail/namespace_directory.h"
#include "control/detail/target_table.h"

namespace kollect::control {

// post...(), report() and is_settled() come from any thread, everything else from the loop's.
class Collector::Core final : public NamespaceListener {
 public:
  Core(const CollectorParts& parts, CollectorOptions options);
  ~Core() override;

  // Nothing: the target is gone.
  void post(const TargetName& target, std::optional<PreparedTarget> wanted);
  void post_targets_known();
  void post_followed(const store::PartitionKey& partition);
  std::optional<TargetReport> report(const TargetName& target) const;
  bool is_settled() const;
  CollectorTotals totals() const;

  void namespace_changed(const std::string& name, const NamespaceFacts* facts) override;
  void namespaces_ready() override;
  void namespaces_in_doubt() override;

 private:
  // One resource, and what is heard of it.
  struct Kind final : FeedListener {
    explicit Kind(Core& owner) : core(owner) {}
    void lane_changed(Lane& lane) override { core.lane_changed(lane); }
    void installation_changed() override { core.flush_soon(); }
    void stand_in_wanted() override;
    void feed_idle() override { core.flush_soon(); }

    Core& core;
    bool is_of_cluster = false;  // known once a watch was opened
    std::unique_ptr<Feed> feed;
  };
  struct Posted {
    TargetName target;
    std::optional<PreparedTarget> wanted;
  };
  // Between the loop's thread and the others.
  struct Shared {
    std::vector<Posted> inbox;
    std::vector<store::PartitionKey> followed;
    bool targets_known = false;
    std::map<TargetName, TargetReport> reports;
    bool is_settled = true;
  };
  // Who has rows under which profile: for a scrape.
  struct Source {
    store::TargetKey key;
    std::string profile;
    std::string gvk;
  };
  using Sources = Guarded<std::vector<Source>>;

  void take_posted();
  void take_targets(std::vector<Posted> posted);
  void look_at_partitions();
  void want_namespaces(const TargetSetup& setup);
  bool knows_namespaces() const { return directory_.is_ready() && !directory_.has_unknown(); }
  Feed& feed_for(const api::Gvk& gvk);
  void lane_added(Lane& lane);
  void lane_changed(Lane& lane);
  void lane_removed(Lane& lane);

  void flush_soon();
  void flush();
  void publish_reports();
  void publish_sources();
  void settle_partitions();
  void tell_rows();
  void watch_crds();
  TargetReport report_of(const TargetEntry& entry) const;
  void add_namespace_failure(const TargetEntry& entry, TargetReport& report) const;
  bool waits_for_namespaces(const TargetEntry& entry) const;
  std::string namespace_trouble(const TargetEntry& entry) const;
  void add_remark(const TargetEntry& entry, TargetReport& report) const;
  void add_missing_namespaces(const TargetEntry& entry, TargetReport& report) const;
  bool is_known_missing(const std::string& namespace_name) const;
  void add_scrape(metrics::Registry& metrics);

  const CollectorParts parts_;
  const CollectorOptions options_;
  kube::Session session_;
  kube::AccessReviews reviews_;
  RowWorkshop workshop_;
  NamespaceDirectory directory_;
  std::map<api::Gvk, std::unique_ptr<Kind>> kinds_;
  TargetTable targets_;
  std::unique_ptr<CrdWatch> crds_;
  CollectorTotals idle_totals_;  // of feeds that are gone

  std::optional<net::TimerId> flush_;
  std::set<TargetName> dirty_targets_;
  std::set<store::PartitionKey> dirty_partitions_;
  std::map<store::PartitionKey, std::set<const Lane*>> unsettled_;
  std::set<store::PartitionKey> followed_;
  bool targets_known_ = false;
  bool rows_are_dirty_ = false;
  bool sources_are_dirty_ = false;

  mutable Guarded<Shared> shared_;
  std::shared_ptr<Sources> sources_ = std::make_shared<Sources>();
};

}  // namespace kollect::control
