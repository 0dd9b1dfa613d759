#include "bench/run.h"

#include "bench/measure.h"

namespace kollect::bench {
namespace {

constexpr size_t kFewestRuns = 5;
constexpr size_t kMostRuns = 15;
constexpr double kAgreement = 0.1;
// A figure that runs for long is not repeated further for agreement's sake.
constexpr double kPatienceSeconds = 20;

// One run of both sides; the error of the one that broke.
Status run_pair(const Figure& figure, bool ours_first, Outcome& out) {
  const auto first = ours_first ? figure.ours() : figure.theirs();
  if (!first) return first.error();
  const auto second = ours_first ? figure.theirs() : figure.ours();
  if (!second) return second.error();
  out.ours.push_back(ours_first ? *first : *second);
  out.theirs.push_back(ours_first ? *second : *first);
  return {};
}

bool is_enough(const Outcome& outcome, double started) {
  const size_t runs = outcome.ours.size();
  if (runs < kFewestRuns) return false;
  return runs >= kMostRuns || spread(outcome.ratios()) <= kAgreement ||
         wall_seconds() - started > kPatienceSeconds;
}

}  // namespace

Outcome run_figure(Figure figure) {
  Outcome out;
  Status status = figure.prepare ? figure.prepare() : Status();
  const double started = wall_seconds();
  while (status && !is_enough(out, started)) {
    status = run_pair(figure, out.ours.size() % 2 == 0, out);
  }
  // What a figure prepared goes with its functions.
  figure.prepare = nullptr;
  figure.ours = figure.theirs = nullptr;
  out.figure = std::move(figure);
  if (status) return out;
  const bool is_missing = status.error().fault == Fault::missing;
  (is_missing ? out.skipped : out.failed) = status.error().text();
  return out;
}

}  // namespace kollect::bench
