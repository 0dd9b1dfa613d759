// A collector and a sandbox in one process, moved on by the test.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "control/collector.h"
#include "kube/client.h"
#include "net/loop.h"
#include "sandbox/sandbox.h"

namespace kollect::testing {

// Everything fast: what takes half a minute in life takes a moment here.
control::CollectorOptions quick_options();

class CollectRig : private control::CollectorListener {
 public:
  explicit CollectRig(control::CollectorOptions options = quick_options(),
                      const std::string& user = "kollect");
  ~CollectRig() override;

  sandbox::Sandbox& cluster() { return *sandbox_; }
  control::Collector& collector() { return *collector_; }
  Guarded<store::RowStore>& rows() { return rows_; }
  metrics::Registry& metrics() { return metrics_; }

  // Objects of the cluster, as YAML or JSON.
  void put(const std::string& text);
  void put_namespace(const std::string& name, const std::string& labels = {},
                     const std::string& annotations = {});
  void put_map(const std::string& ns, const std::string& name, const std::string& x,
               const std::string& labels = {});
  void erase_map(const std::string& ns, const std::string& name);

  // KollectProfiles are kept, KollectTargets and KollectClusterTargets are set with them; scopes
  // hold for what is set after them.
  void set(const std::string& manifests);
  void remove(const std::string& ns, const std::string& name);
  void remove_cluster(const std::string& name);

  // Moves on until `done`, or ten seconds have passed.
  bool until(const std::function<bool()>& done,
             std::chrono::seconds limit = std::chrono::seconds(10));
  bool until_settled();
  bool until_rows(const std::vector<std::string>& wanted);
  void run_for(std::chrono::milliseconds time);

  // "target namespace/name=value of the first attribute", in canonical order, of all partitions
  // that any target has; those of cluster targets begin with "*".
  std::vector<std::string> lines() const;
  control::TargetReport report(const std::string& ns, const std::string& name) const;
  control::TargetReport cluster_report(const std::string& name) const;
  double metric(const std::string& name, const std::vector<std::string>& labels = {}) const;
  size_t wakes() const { return wakes_; }

 private:
  void rows_changed(std::span<const store::PartitionKey> partitions) override;
  void target_changed(const control::TargetName&) override {}
  void set_target(const json::Value& object);

  std::unique_ptr<sandbox::Sandbox> sandbox_;
  kube::KubeClient client_;
  net::Loop loop_;
  Guarded<store::RowStore> rows_;
  metrics::Registry metrics_;
  control::TargetCompiler compiler_;
  std::map<std::string, api::Profile> profiles_;  // by namespace/name
  std::optional<api::Scope> scope_;
  std::optional<api::ClusterScope> cluster_scope_;
  std::set<store::PartitionKey> partitions_;
  size_t wakes_ = 0;
  std::unique_ptr<control::Collector> collector_;
};

// A profile "x" of ConfigMaps with the attribute x, and a target with this spec beside it.
std::string map_profile(const std::string& ns = "team", const std::string& path = "$.data.x");
std::string map_target(const std::string& spec = {}, const std::string& name = "maps",
                       const std::string& ns = "team");

using Lines = std::vector<std::string>;

}  // namespace kollect::testing
