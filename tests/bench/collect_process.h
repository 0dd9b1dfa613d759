// `kollect collect` as a child process, as users run it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bench/figure.h"
#include "bench/manifests.h"
#include "bench/measure.h"
#include "bench/process.h"
#include "bench/scratch.h"

namespace kollect::bench {

// Of everything a run printed.
struct Printed {
  uint64_t rows = 0;
  uint64_t values_bytes = 0;  // of their attributes
  uint64_t peak_bytes = 0;    // resident at most until the last row came
};

class CollectProcess {
 public:
  // Collects from the server at the port; `ca_file` makes it TLS. `flag` is --once or --watch.
  struct Job {
    Wanted wanted = {};
    uint16_t port = 0;
    std::string ca_file = {};
    std::string flag = "--once";
  };
  static Result<std::unique_ptr<CollectProcess>> start(const Setting& setting, const Job& job);
  // What start() has made; use that.
  CollectProcess(Wanted wanted, ScratchFile manifests, ScratchFile access,
                 std::unique_ptr<Process> process)
      : wanted_(std::move(wanted)),
        manifests_(std::move(manifests)),
        access_(std::move(access)),
        process_(std::move(process)) {}

  // Reads this many rows; Fault::internal when the output ends before.
  Result<Printed> read_rows(uint64_t rows);
  // Memory when nothing more is going on: the least of what is seen within a moment.
  MemoryBytes settled_memory() const;
  // Reads to the end of the output and waits for the end of the process.
  Result<Usage> finish();

 private:
  const Wanted wanted_;
  const ScratchFile manifests_;
  const ScratchFile access_;
  const std::unique_ptr<Process> process_;
};

}  // namespace kollect::bench
