// One benchmark figure: ours against a yardstick, on the same bytes in the same run.
//
// A file figures/<name>.cc defines `std::vector<Figure> <name>(const Setting&)` and is found by its
// name; its figures are called <name> or <name>_<variant>. Making them must cost nothing: the work
// is in prepare() and in the two sides, which the harness calls alternately (measure.h has what
// they need). Results and their JSON are in results.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace kollect::bench {

// What a run of the benchmarks is allowed and given.
struct Setting {
  bool full = false;     // up to 40 minutes and a million objects, else two minutes and 20 000
  std::string programs;  // the folder of kollect-replay and of what is measured
  int cpu = -1;          // what is measured runs here, pinned; -1: too few cores to pin
  int server_cpu = -1;   // what feeds it runs here
  uint64_t seed = 1;
};

enum class Bound {
  at_least,  // ratio >= target
  at_most,   // ratio <= target
  none,      // told, not judged
};

struct Figure {
  std::string name = {};
  std::string what = {};       // one sentence for the report
  std::string unit = {};       // of both sides
  std::string yardstick = {};  // what the other side is
  Bound bound = Bound::none;
  double target = 0;
  std::string missed_because = {};  // what a profile shows, while the target is missed
  uint64_t n = 0;                   // objects, events or calls that one run of a side handles

  // Called once before the first run. Fault::missing skips the figure with the message as reason;
  // any other fault is a failure of the figure. May be empty.
  std::function<Status()> prepare = {};
  // One run of each side: the measured number in `unit`.
  std::function<Result<double>()> ours = {};
  std::function<Result<double>()> theirs = {};
};

struct FigureFile {
  const char* name;
  std::vector<Figure> (*figures)(const Setting& setting);
};

// All files of figures/, by name; CMake writes it.
const std::vector<FigureFile>& figure_files();

}  // namespace kollect::bench
