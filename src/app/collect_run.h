// The three ways in which `kollect collect` goes on once everything is set.
#pragma once

#include "app/collect_options.h"
#include "app/collect_session.h"
#include "app/collect_terminal.h"

namespace kollect::app {

// What a run works with; all outlive it.
struct CollectRun {
  const CollectOptions& options;
  const Console& console;
  CollectSession& session;
  StopSignals& signals;
  std::string cluster;  // for people
  Steady::time_point begun;
};

// Waits until all targets have settled; false when a signal or the time-out came first. On a
// terminal a line on standard error shows how far it is.
bool wait_until_settled(CollectRun& run);
// Prints what is missing, one line each; the exit code that follows from it.
int tell_verdict(CollectRun& run);

// Each gives the exit code. Watching and the live view end without a fault by a signal, after the
// time of --for, or when nobody reads any more.
int collect_once(CollectRun& run);
int collect_and_watch(CollectRun& run);
int collect_live(CollectRun& run);

}  // namespace kollect::app
