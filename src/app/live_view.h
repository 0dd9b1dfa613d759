// How a collection looks while it runs: pure text from values.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "app/collect_terminal.h"
#include "app/live_changes.h"

namespace kollect::app {

// Everything that is shown at one moment; the changes outlive it.
struct LiveMoment {
  std::string cluster;  // context and server
  std::chrono::milliseconds elapsed{0};
  std::vector<TargetState> targets;
  control::CollectorTotals totals;
  ProcessCost cost;
  double events_per_second = 0;
  double cpu_share = 0;  // of one core
  const LiveChanges& changes;
};

// A counter's growth per second over the last few seconds.
class LiveRate {
 public:
  double add(std::chrono::milliseconds at, double value);

 private:
  std::deque<std::pair<std::chrono::milliseconds, double>> samples_;
};

// What changes in the troubles of targets, for logs: a line when one begins, is another or is over.
class LiveNews {
 public:
  std::vector<std::string> take(const std::vector<TargetState>& targets,
                                std::chrono::milliseconds elapsed);

 private:
  std::map<control::TargetName, std::vector<std::string>> told_;
};

// The lines of the view, at most `size.rows` - 1, none wider than the terminal.
std::vector<std::string> live_lines(const LiveMoment& moment, TerminalSize size);
// The lines in place of those drawn before, of which there are `drawn`.
std::string redraw(const std::vector<std::string>& lines, size_t drawn);
// All in one line, for logs.
std::string plain_line(const LiveMoment& moment);

}  // namespace kollect::app
