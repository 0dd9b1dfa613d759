// From a request to a response: discovery, lists, watches, access reviews, control.
#pragma once

#include <memory>
#include <string>

#include "bench/replay/churn.h"
#include "bench/replay/http.h"
#include "bench/replay/stream.h"

namespace kollect::bench {

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::unique_ptr<Stream> body;
};

// What the server counts for GET /replay/stats.
struct Counters {
  uint64_t requests = 0;
  uint64_t bytes = 0;  // of bodies with their chunk framing, before TLS
};

// Control: GET /replay/stats, POST /replay/churn?script=NAME&rate=R&steps=N, POST /replay/stop.
// A selector or a resource that is not served gets an error, never a wrong answer.
class Routes {
 public:
  Routes(Cluster& cluster, Churn& churn, const Counters& counters, double bookmark_seconds)
      : cluster_(cluster),
        churn_(churn),
        counters_(counters),
        bookmark_seconds_(bookmark_seconds) {}

  Response answer(const Request& request, double now_seconds);

 private:
  Response collection(const Request& request, const Selection& what, double now_seconds);
  Response list(const Request& request, Selection what);
  Response watch(const Request& request, const Selection& what, double now_seconds);
  Response control(const Request& request, double now_seconds);
  Response stats() const;

  Cluster& cluster_;
  Churn& churn_;
  const Counters& counters_;
  double bookmark_seconds_;
};

}  // namespace kollect::bench
