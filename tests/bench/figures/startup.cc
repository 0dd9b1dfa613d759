#include <algorithm>

#include "bench/figure.h"
#include "bench/process.h"

namespace kollect::bench {
namespace {

// CPU of the fastest of several starts, spawn to exit.
Result<double> start_milliseconds(const std::vector<std::string>& words, int cpu) {
  constexpr int kStarts = 15;
  double fastest = 1e9;
  for (int i = 0; i < kStarts; ++i) {
    const auto usage = run_process(words, cpu);
    if (!usage) return usage.error();
    fastest = std::min(fastest, usage->cpu_seconds * 1e3);
  }
  return fastest;
}

}  // namespace

std::vector<Figure> startup(const Setting& setting) {
  Figure out{.name = "startup",
             .what =
                 "CPU of `kollect --version` until it has ended: loading, linking, static "
                 "initialisation.",
             .unit = "CPU-ms",
             .yardstick = "a C program that returns 0",
             .n = 1};
  out.ours = [setting] {
    return start_milliseconds({setting.programs + "/kollect", "--version"}, setting.cpu);
  };
  out.theirs = [setting] {
    return start_milliseconds({setting.programs + "/kollect-bench-true"}, setting.cpu);
  };
  return {std::move(out)};
}

}  // namespace kollect::bench
