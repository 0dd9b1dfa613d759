#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "app/collect_run.h"
#include "app/live_view.h"

namespace kollect::app {

namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::milliseconds kFrame{250};         // of a terminal
constexpr std::chrono::milliseconds kPlainFrame{1'000};  // one line each

class LiveScreen {
 public:
  explicit LiveScreen(CollectRun& run) : run_(run), draws_(is_terminal(STDOUT_FILENO)) {}

  // Draws when it is time to.
  void show() {
    if (Steady::now() < next_) return;
    next_ = std::max(next_ + (draws_ ? kFrame : kPlainFrame), Steady::now());
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - run_.begun);
    const control::CollectorTotals totals = run_.session.totals();
    const ProcessCost cost = process_cost();
    const double events = events_.add(elapsed, static_cast<double>(totals.events));
    const double cpu = cpu_.add(elapsed, std::chrono::duration<double>(cost.cpu()).count());
    print({.cluster = run_.cluster,
           .elapsed = elapsed,
           .targets = run_.session.targets(),
           .totals = totals,
           .cost = cost,
           .events_per_second = events,
           .cpu_share = cpu,
           .changes = changes});
  }

  LiveChanges changes;

 private:
  void print(const LiveMoment& moment) {
    if (!draws_) {
      for (const std::string& line : news_.take(moment.targets, moment.elapsed))
        run_.console.out(line + "\n");
      run_.console.out(plain_line(moment) + "\n");
      return;
    }
    const auto lines = live_lines(moment, terminal_size(STDOUT_FILENO));
    run_.console.out(redraw(lines, drawn_));
    drawn_ = lines.size();
  }

  CollectRun& run_;
  const bool draws_;
  LiveNews news_;
  LiveRate events_;
  LiveRate cpu_;
  Steady::time_point next_ = Steady::now();
  size_t drawn_ = 0;
};

}  // namespace

int collect_live(CollectRun& run) {
  LiveScreen screen(run);
  const auto is_over = [&] {
    return run.signals.is_raised() ||
           (run.options.lifetime && Steady::now() >= run.begun + *run.options.lifetime);
  };
  bool is_following = false;
  bool is_read = true;
  while (is_read && !is_over()) {
    run.session.step(kTick);
    if (!is_following && run.session.is_settled()) {
      is_following = true;
      screen.changes.begin(run.session.rows());
      run.session.follow();
    }
    if (is_following) {
      for (const PartitionChange& change : run.session.take_changes())
        screen.changes.take(change, system_clock().wall());
    }
    screen.show();
    is_read = !run.console.flush || run.console.flush();
  }
  return kDone;
}

}  // namespace kollect::app
