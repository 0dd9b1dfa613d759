#include "bench/event_burst.h"

#include <algorithm>

#include "base/testing/allocation_count.h"
#include "bench/measure.h"

namespace kollect::bench {

Result<std::unique_ptr<EventBurst>> EventBurst::start(const Setting& setting, const Setup& setup) {
  auto server = start_replay(setting.programs, setup.server, setting.server_cpu);
  if (!server) return server.error();
  auto out = std::make_unique<EventBurst>(*std::move(server), setup);
  const Status collected = out->collecting_.collect(setup.wanted, setup.rows);
  if (!collected) return collected.error();
  // The first burst finds buffers that have not grown yet.
  const auto first = out->play();
  if (!first) return first.error();
  return out;
}

Result<EventBurst::Cost> EventBurst::play() {
  const control::CollectorTotals before = collecting_.totals();
  if (Status played = churn(server_.port, setup_.script, setup_.events); !played)
    return played.error();
  const uint64_t wakes = collecting_.wakes();
  const uint64_t row_changes = collecting_.row_changes();
  const size_t allocations = allocation_count();
  const double seconds = thread_cpu_seconds();
  Status taken = collecting_.take_events(before.events + setup_.events);
  const double took = thread_cpu_seconds() - seconds;
  const size_t allocated = allocation_count() - allocations;
  if (!taken) return taken.error();
  return Cost{.cpu_seconds = took,
              .bytes = collecting_.totals().bytes - before.bytes,
              .allocations = allocated,
              .wakes = collecting_.wakes() - wakes,
              .row_changes = collecting_.row_changes() - row_changes};
}

Result<double> EventBurst::fastest_nanoseconds() {
  constexpr int kBursts = 8;
  double fastest = 1e9;
  for (int i = 0; i < kBursts; ++i) {
    const auto cost = play();
    if (!cost) return cost.error();
    fastest = std::min(fastest, cost->cpu_seconds);
  }
  return fastest * 1e9 / static_cast<double>(setup_.events);
}

Result<double> EventBurst::bytes_per_event() {
  const auto cost = play();
  if (!cost) return cost.error();
  return static_cast<double>(cost->bytes) / static_cast<double>(setup_.events);
}

}  // namespace kollect::bench
