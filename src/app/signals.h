// The signals that end a process, taken one at a time by the thread that waits for them.
#pragma once

namespace kollect::app {

// Blocks SIGTERM and SIGINT in this thread and in all that it starts from now on, so that wait()
// gets them. Once per process, before any other thread.
class EndSignals {
 public:
  EndSignals();
  // The number of the first one. From its return on a further one ends the process at once, with
  // exit code 1.
  int wait() const;
};

}  // namespace kollect::app
