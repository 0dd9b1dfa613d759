#include <csignal>
#include <cstdio>

#include "sandbox/sandbox.h"

int main() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto sandbox = kollect::sandbox::Sandbox::start({.anonymous = "admin"});
  std::fputs((*sandbox)->kubeconfig().c_str(), stdout);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
}
