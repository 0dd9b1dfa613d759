#include "shell.h"

#include <cstdio>
#include <sys/wait.h>

#include "base/result.h"

namespace kollect::testing {

ShellOutcome shell(const std::string& command) {
  ShellOutcome outcome;
  std::FILE* pipe = popen(command.c_str(), "r");
  KOLLECT_CHECK(pipe != nullptr);
  char piece[4096];
  while (const size_t got = std::fread(piece, 1, sizeof piece, pipe))
    outcome.out.append(piece, got);
  const int status = pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

}  // namespace kollect::testing
