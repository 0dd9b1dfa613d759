// Running figures.
#pragma once

#include "bench/results.h"

namespace kollect::bench {

// Alternates the two sides at least five times, the first one changing, and goes on to fifteen
// while the ratios disagree by more than a tenth. Never fails: what broke is in the outcome.
Outcome run_figure(Figure figure);

}  // namespace kollect::bench
