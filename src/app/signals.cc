#include "app/signals.h"

#include <csignal>

#include <unistd.h>

namespace kollect::app {

namespace {

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

void end_at_once(int) { ::_exit(1); }

}  // namespace

EndSignals::EndSignals() {
  const sigset_t set = end_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int EndSignals::wait() const {
  const sigset_t set = end_signals();
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  struct sigaction action {};
  action.sa_handler = &end_at_once;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return number;
}

}  // namespace kollect::app
