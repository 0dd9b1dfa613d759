// Programs under measurement, started and ended by a figure.
#pragma once

#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/result.h"

namespace kollect::bench {

struct Usage {
  int exit_status = 0;     // -1: ended by a signal
  double cpu_seconds = 0;  // user and system, by getrusage
  double wall_seconds = 0;
};

// A running child; destroying it ends it. One thread.
class Process {
 public:
  // Pinned to `cpu` unless that is -1. Standard output is a pipe to us. Fault::missing when the
  // program cannot be started.
  static Result<std::unique_ptr<Process>> start(const std::vector<std::string>& words, int cpu);
  Process(pid_t pid, int output, double started);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  // The next line of its output, without the newline; Fault::unavailable at its end.
  Result<std::string> line();
  // Waits for its end.
  Usage wait();

 private:
  pid_t pid_;  // 0: has ended
  const int output_;
  const double started_;
  std::string buffer_;
};

// Runs a program to its end; an exit status other than 0 is Fault::internal.
Result<Usage> run_process(const std::vector<std::string>& words, int cpu);

// A kollect-replay that serves.
struct ReplayProcess {
  std::unique_ptr<Process> process;
  uint16_t port = 0;
};
Result<ReplayProcess> start_replay(const std::string& programs, std::vector<std::string> words,
                                   int cpu);

}  // namespace kollect::bench
