// A shell command and what came of it.
#pragma once

#include <string>

namespace kollect::testing {

struct ShellOutcome {
  int code = -1;  // of its exit; -1 when a signal ended it
  std::string out;
};
// What a shell makes of it; standard error goes to that of the test.
ShellOutcome shell(const std::string& command);

}  // namespace kollect::testing
