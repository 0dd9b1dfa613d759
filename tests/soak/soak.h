// Long runs of the real operator under load, with bounds on what they may cost. A soak is a row of
// the table in main.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace kollect::soak {

// One figure of a run and whether its bound holds.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  double bound = 0;  // at most; 0: shown only
  bool holds() const { return bound == 0 || value <= bound; }
};

struct Soak {
  std::string_view name;
  std::string_view help;
  // The figures of one run; none: it could not run, and said why on standard error.
  std::vector<Figure> (*run)();
};

// AdmissionReviews against the webhook.
std::vector<Figure> webhook_soak();
// `kollect collect --once` on a real API server.
std::vector<Figure> collect_soak();
std::vector<Figure> collect_large_soak();

// Of a running process.
int64_t resident_bytes_of(pid_t pid);
double cpu_seconds_of(pid_t pid);
// Keeps the calling thread, and those it starts, on one processor.
void stay_on(int cpu);

}  // namespace kollect::soak
