// Scripts that change a cluster: each step is what happens at once in a real one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/corpus/random.h"
#include "bench/replay/cluster.h"

namespace kollect::bench {

struct Script {
  std::string name;
  double rate = 0;     // steps per second; 0: all at once
  uint64_t steps = 0;  // 0 with a rate: until stopped
};

// `heartbeat,1000` or `rollout,5,200`: name, rate, steps.
Result<Script> parse_script(std::string_view text);

// Runs any number of scripts on one cluster. One thread.
class Churn {
 public:
  Churn(Cluster& cluster, uint64_t seed) : cluster_(cluster), random_(seed) {}

  // Fault::invalid for an unknown name, or for no rate and no steps.
  Status start(const Script& script, double now_seconds);
  void stop() { running_.clear(); }
  // Takes the steps that are due.
  void advance(double now_seconds);
  bool is_running() const { return !running_.empty(); }

 private:
  using Step = void (*)(Cluster&, Random&);
  struct Running {
    Step step;
    Script script;
    double started;
    uint64_t taken;
  };

  uint64_t due(const Running& running, double now_seconds) const;

  Cluster& cluster_;
  Random random_;
  std::vector<Running> running_;
};

}  // namespace kollect::bench
