// kollect-replay: a Kubernetes API server for benchmarks. It prints `port N` when it serves and
// ends with its parent or on SIGTERM.
#include <csignal>
#include <cstdio>
#include <sys/prctl.h>

#include <sched.h>

#include "bench/replay/server.h"

int main(int count, char** words) {
  using namespace kollect;  // NOLINT(google-build-using-namespace): a program, not a library
  const auto options = bench::parse_replay_options(count, words);
  if (!options) {
    std::fprintf(stderr, "kollect-replay: %s\n", options.error().text().c_str());
    return 2;
  }
  if (options->cpu >= 0) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(static_cast<size_t>(options->cpu), &cpus);
    sched_setaffinity(0, sizeof(cpus), &cpus);
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  // OpenSSL writes with write(2), which has no flag against the signal.
  std::signal(SIGPIPE, SIG_IGN);
  auto server = bench::ReplayServer::open(*options);
  if (!server) {
    std::fprintf(stderr, "kollect-replay: %s\n", server.error().text().c_str());
    return 1;
  }
  std::printf("port %u\n", unsigned{(*server)->port()});
  std::fflush(stdout);
  (*server)->run({});
  return 0;
}
