// What Linux knows about this process, as every Prometheus client library shows it.
#pragma once

#include "metrics/registry.h"

namespace kollect::metrics {

// Adds the process_* families; they are read from /proc at each scrape, and what cannot be read is
// left out.
void add_process_metrics(Registry& registry);

}  // namespace kollect::metrics
