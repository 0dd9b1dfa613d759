// The operator's own endpoints: health and metrics, as handlers of net/server.h.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "metrics/registry.h"
#include "net/server.h"
#include "serve/access.h"

namespace kollect::serve {

// A condition with a name, `webhook`; the error says why it does not hold. Called on server
// threads, for each request.
struct HealthCheck {
  std::string name;
  std::function<Status()> look;
};

// GET /healthz and /readyz: 200 `ok` when every check of the list holds, else 503 with one line a
// check; `?verbose` shows the lines anyway. /healthz/<name> and /readyz/<name> look at one check;
// `ping` always holds.
net::Handler health_handler(std::vector<HealthCheck> live, std::vector<HealthCheck> ready);

// GET /metrics in the format that the scraper prefers. With a gate, for those who may `get`
// /metrics. Registry and gate outlive the server.
net::Handler metrics_handler(const metrics::Registry& registry, AccessGate* gate);

}  // namespace kollect::serve
