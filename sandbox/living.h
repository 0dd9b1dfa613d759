// A cluster that lives: workloads that roll out, scale, appear and vanish. The same seed makes the
// same objects and the same changes in the same order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "sandbox/sandbox.h"

namespace kollect::sandbox {

struct LivingOptions {
  size_t objects = 200;  // about so many
  double changes_per_second = 20;
  uint64_t seed = 1;
};

// One thread. A change is one write that watchers see.
class LivingCluster {
 public:
  LivingCluster(Sandbox& sandbox, const LivingOptions& options);

  // Puts the objects there.
  Status settle();
  // The next change.
  Status change();
  // Changes at the pace that was asked for, until stopped or until a write fails.
  Status run(const std::stop_token& stop);

 private:
  struct App {
    std::string ns, name;
    int revision = 1;
    int generation = 1;
    int replicas = 2;
    int ready = 0;                  // of the newest revision
    std::vector<std::string> pods;  // oldest first
  };
  using Step = std::function<Status()>;

  size_t pick(size_t count) { return static_cast<size_t>(random_() % count); }
  void start_app();
  void roll_out(App& app);
  void scale(App& app);
  void vanish(size_t index);
  void add_pod(App& app);
  void drop_pod(App& app);
  std::string uid_of(const kube::Gvk& gvk, const kube::ObjectKey& key) const;
  Status put_pod(const App& app, const std::string& name, bool is_ready);
  Status put_deployment(const App& app);
  Status put_replica_set(const App& app, int revision, int replicas);
  Status put_surroundings(const App& app);

  Sandbox& sandbox_;
  const LivingOptions options_;
  const std::string started_;  // the time of every condition
  std::mt19937_64 random_;
  std::deque<App> apps_;
  std::deque<Step> steps_;  // writes that are due, in order
  size_t made_ = 0;
};

}  // namespace kollect::sandbox
