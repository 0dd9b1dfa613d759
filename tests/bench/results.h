// What the runs of a figure came to, as JSON and as a table.
#pragma once

#include <string>
#include <vector>

#include "bench/figure.h"

namespace kollect::bench {

struct Outcome {
  Figure figure = {};
  std::vector<double> ours = {};    // one per run
  std::vector<double> theirs = {};  // of the same runs
  std::string skipped = {};         // the reason, when it did not run
  std::string failed = {};          // the error, when it broke

  // Medians; the ratio is the median of the runs' ratios, not the ratio of the medians.
  double ours_median() const;
  double theirs_median() const;
  double ratio() const;
  double ratio_min() const;
  bool holds() const;
  std::vector<double> ratios() const;
};

double median(std::vector<double> values);
// The middle half of the values, as a share of the median: how far runs disagree.
double spread(const std::vector<double>& values);

// Where and on what it was measured.
struct Origin {
  std::string commit;
  std::string date;
  std::string mode;
};

// The list that build/bench.json holds.
std::string results_json(const std::vector<Outcome>& outcomes, const Origin& origin);
// One line of the table for people, and its head.
std::string table_head();
std::string table_line(const Outcome& outcome);

}  // namespace kollect::bench
