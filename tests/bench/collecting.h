// A collector in the calling thread, for figures about what collection costs without the program
// around it.
#pragma once

#include <memory>

#include "bench/manifests.h"
#include "control/collector.h"
#include "kube/client.h"
#include "net/loop.h"

namespace kollect::bench {

class Collecting final : private control::CollectorListener {
 public:
  // From the replay server at this port, over plain HTTP/1.1.
  explicit Collecting(uint16_t port);
  ~Collecting() override = default;

  // Collects until everything is settled; Fault::internal when there are not exactly `rows` then.
  Status collect(const std::vector<Wanted>& wanted, uint64_t rows);
  // Moves on until so many events have come since it began; Fault::unavailable when they do not.
  Status take_events(uint64_t events);

  control::CollectorTotals totals() const { return collector_.totals(); }
  uint64_t wakes() const { return wakes_; }
  uint64_t row_changes() const;

 private:
  void rows_changed(std::span<const store::PartitionKey>) override { ++wakes_; }
  void target_changed(const control::TargetName&) override { ++wakes_; }
  void add(const Wanted& wanted);

  kube::KubeClient client_;
  net::Loop loop_;
  Guarded<store::RowStore> rows_;
  metrics::Registry metrics_;
  control::TargetCompiler compiler_;
  uint64_t wakes_ = 0;
  control::Collector collector_;
};

// One call on a server's churn: `POST /replay/churn?script=NAME&steps=N`, all at once.
Status churn(uint16_t port, std::string_view script, uint64_t steps);

}  // namespace kollect::bench
