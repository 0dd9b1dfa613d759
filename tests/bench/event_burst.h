// What one event of a watch costs a collector, from the socket to the row.
#pragma once

#include <memory>
#include <string>

#include "bench/collecting.h"
#include "bench/figure.h"
#include "bench/process.h"

namespace kollect::bench {

// A collector of a replay server of its own, in the calling thread, and a script that makes one
// event of each step.
class EventBurst {
 public:
  struct Setup {
    std::vector<std::string> server = {};  // words of kollect-replay: what there is
    std::vector<Wanted> wanted = {};
    uint64_t rows = 0;
    std::string script = {};
    uint64_t events = 512;  // of a burst
  };
  static Result<std::unique_ptr<EventBurst>> start(const Setting& setting, const Setup& setup);
  // What start() has made; use that.
  EventBurst(ReplayProcess server, Setup setup)
      : server_(std::move(server)), setup_(std::move(setup)), collecting_(server_.port) {}

  struct Cost {
    double cpu_seconds = 0;
    uint64_t bytes = 0;
    uint64_t allocations = 0;
    uint64_t wakes = 0;
    uint64_t row_changes = 0;
  };
  // One burst: it waits in the socket or is still on its way when reading begins.
  Result<Cost> play();
  // CPU nanoseconds per event in the fastest of several bursts.
  Result<double> fastest_nanoseconds();
  // Of an event, as it comes over the wire.
  Result<double> bytes_per_event();

 private:
  ReplayProcess server_;
  const Setup setup_;
  Collecting collecting_;
};

}  // namespace kollect::bench
