// Running another program to its end.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kollect::kube {

struct Program {
  std::string command;  // with a slash: this file; else looked for in PATH
  std::vector<std::string> args = {};
  std::vector<std::pair<std::string, std::string>> environment = {};  // over that of this process
};

struct Finished {
  int code = 0;  // of the exit, or 128 + the signal that ended it
  std::string output;
  std::string errors;  // the last 4 KiB
};

// Standard input is empty. The program has a process group of its own, which is killed when the
// deadline passes (unavailable), a stop comes (cancelled, within a tenth of a second) or it prints
// more than 1 MiB (invalid); a program that cannot be started is Fault::missing.
Result<Finished> run_program(const Program& program, Steady::time_point deadline,
                             std::stop_token stop);

}  // namespace kollect::kube
