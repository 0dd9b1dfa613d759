#include "app/collect_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include "app/collect_output.h"

namespace kollect::app {

namespace {

// How long a signal may wait, and how fresh the progress line is.
constexpr std::chrono::milliseconds kTick{200};

// One line on standard error that is written again and again, and leaves nothing behind.
class ProgressLine {
 public:
  explicit ProgressLine(CollectRun& run)
      : run_(run), is_shown_(is_terminal(STDERR_FILENO) && !run.options.is_verbose) {}
  ~ProgressLine() {
    if (is_shown_) run_.console.err("\r\x1b[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show() {
    if (!is_shown_ || Steady::now() < next_) return;
    next_ = Steady::now() + kTick;
    const auto targets = run_.session.targets();
    size_t settled = 0;
    for (const TargetState& target : targets)
      settled += target.is_suspended || (target.report && target.report->is_settled) ? 1 : 0;
    const control::CollectorTotals totals = run_.session.totals();
    run_.console.err(fmt::format("\r\x1b[K{} of {} targets settled, {} objects, {} rows, {}",
                                 settled, targets.size(), count_text(totals.objects),
                                 count_text(run_.session.counts().rows),
                                 megabytes_text(static_cast<double>(totals.bytes))));
  }

 private:
  CollectRun& run_;
  const bool is_shown_;
  Steady::time_point next_ = Steady::now() + kTick;
};

bool is_over(CollectRun& run) {
  return run.signals.is_raised() ||
         (run.options.lifetime && Steady::now() >= run.begun + *run.options.lifetime);
}

}  // namespace

bool wait_until_settled(CollectRun& run) {
  const auto deadline = run.begun + run.options.timeout;
  ProgressLine progress(run);
  while (!run.session.is_settled()) {
    if (is_over(run) || Steady::now() >= deadline) return false;
    run.session.step(kTick);
    progress.show();
  }
  return true;
}

int tell_verdict(CollectRun& run) {
  const CollectVerdict verdict = judge(run.session.targets(), run.session.totals().unreadable);
  for (const std::string& line : verdict.missing)
    run.console.err(fmt::format("kollect collect: missing: {}\n", line));
  for (const std::string& line : verdict.warnings)
    run.console.err(fmt::format("kollect collect: warning: {}\n", line));
  for (const std::string& line : verdict.remarks)
    run.console.err(fmt::format("kollect collect: note: {}\n", line));
  if (verdict.is_refused) return kNoCluster;
  return verdict.missing.empty() ? kDone : kIncomplete;
}

int collect_once(CollectRun& run) {
  wait_until_settled(run);
  if (run.signals.is_raised()) {
    run.console.err("kollect collect: interrupted before all targets had settled\n");
    return kIncomplete;
  }
  const int code = tell_verdict(run);
  if (code == kNoCluster) return code;
  OutputBuffer out(run.console);
  print_rows(run.session.rows(), run.options.format, out);
  return out.is_open() ? code : kDone;
}

int collect_and_watch(CollectRun& run) {
  wait_until_settled(run);
  if (is_over(run)) return kDone;
  if (const int code = tell_verdict(run); code == kNoCluster) return code;
  OutputBuffer out(run.console);
  print_upserts(run.session.rows(), out);
  run.session.follow();
  while (out.is_open() && !is_over(run)) {
    run.session.step(kTick);
    for (const PartitionChange& change : run.session.take_changes())
      print_changes(change.partition, change.delta, change.is_first, out);
    out.flush();
  }
  return kDone;
}

}  // namespace kollect::app
