// A cluster that lives: workloads that roll out, scale, appear and vanish. The same seed makes the
// same objects and the same changes in the same order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>

#include "sandbox/sandbox.h"

namespace kollect::sandbox {

struct LivingOptions {
  size_t objects = 200;  // about so many
  double changes_per_second = 20;
  uint64_t seed = 1;
};

// One thread. A change is a step that watchers see.
class LivingCluster {
 public:
  LivingCluster(Sandbox& sandbox, const LivingOptions& options)
      : sandbox_(sandbox), options_(options), random_(options.seed) {}

  // Puts the objects there.
  Status settle();
  // The next change: a step of what is under way, or the first one of something new.
  Status change();
  // Changes at the pace that was asked for, until stopped or until a write fails.
  Status run(const std::stop_token& stop);

 private:
  struct Pod {
    std::string name = {};
    int64_t revision = 1;
    bool is_ready = false;
  };
  struct App {
    std::string ns, name;
    int64_t replicas = 2;
    int64_t revision = 1;
    int64_t generation = 1;     // of its Deployment
    std::deque<Pod> pods = {};  // oldest first

    int64_t total() const { return std::ssize(pods); }
    int64_t ready() const { return std::ranges::count(pods, true, &Pod::is_ready); }
    // Pods of the newest revision.
    int64_t fresh() const { return std::ranges::count(pods, revision, &Pod::revision); }
    bool is_settled() const {
      return total() == replicas && std::min(ready(), fresh()) == replicas;
    }
  };

  int64_t pick(size_t count) { return static_cast<int64_t>(random_() % count); }
  void start_app();
  Status advance(App& app);
  Status vanish(int64_t index);
  // The objects of a form, with the words of the app and the pod filled in.
  Status put(std::string_view form, const App& app, const Pod& pod);

  Sandbox& sandbox_;
  const LivingOptions options_;
  std::mt19937_64 random_;
  std::deque<App> apps_ = {};
  size_t made_ = 0;
};

}  // namespace kollect::sandbox
