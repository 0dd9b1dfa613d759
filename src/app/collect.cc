#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "app/collect_plan.h"
#include "app/collect_run.h"
#include "app/commands.h"

namespace kollect::app {

namespace {

constexpr std::chrono::milliseconds kGreeting{30'000};
constexpr std::chrono::milliseconds kTick{200};

int fail(const Console& console, const Error& error, int code) {
  console.err(fmt::format("kollect collect: {}\n", error.text()));
  return code;
}

std::string name_of(const kube::ClusterAccess& access) {
  return access.context.empty() ? access.server
                                : fmt::format("{} ({})", access.context, access.server);
}

// The first contact: a server that is not there, or does not know us, is told at once.
Status greeted(CollectRun& run) {
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(run.options.timeout);
  run.session.greet(std::min(kGreeting, patience));
  while (!run.session.greeting()) {
    if (run.signals.is_raised()) return cancelled("interrupted");
    run.session.step(kTick);
  }
  const Status& status = *run.session.greeting();
  return status ? status : Status(status.error().in("cluster " + run.cluster));
}

void print_stats(const CollectRun& run) {
  const control::CollectorTotals totals = run.session.totals();
  const ProcessCost cost = process_cost();
  const std::chrono::duration<double> wall = Steady::now() - run.begun;
  const std::chrono::duration<double> cpu = cost.cpu();
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{:<12} {}\n", name, value);
  };
  add("objects", std::to_string(totals.objects));
  add("rows", std::to_string(run.session.counts().rows));
  add("bytes read", std::to_string(totals.bytes));
  add("lists", std::to_string(totals.lists));
  add("watches", std::to_string(totals.watches));
  add("cpu seconds", fmt::format("{:.3f}", cpu.count()));
  add("peak memory",
      fmt::format("{:.1f} MiB", static_cast<double>(cost.peak_memory_bytes) / 1048576.0));
  add("wall seconds", fmt::format("{:.3f}", wall.count()));
  run.console.err(text);
}

int run_mode(CollectRun& run) {
  switch (run.options.mode) {
    case CollectMode::once:
      return collect_once(run);
    case CollectMode::watch:
      return collect_and_watch(run);
    case CollectMode::live:
      return collect_live(run);
  }
  return kDone;
}

int run_plan(const CollectPlan& plan, kube::ClusterAccess access, const CollectOptions& options,
             const Console& console) {
  StopSignals signals;
  const std::string cluster = name_of(access);
  const LogOptions verbose{.level = kLogDebug, .encoder = LogEncoder::console};
  CollectSession session(std::move(access),
                         options.is_verbose ? Log(verbose, log_to(STDERR_FILENO)) : Log::off());
  CollectRun run{options, console, session, signals, cluster, Steady::now()};
  if (const Status first = greeted(run); !first) {
    if (first.error().fault == Fault::cancelled)
      return options.mode == CollectMode::once ? kIncomplete : kDone;
    return fail(console, first.error(), kNoCluster);
  }
  session.collect(plan);
  const int code = run_mode(run);
  if (options.prints_stats) print_stats(run);
  return code;
}

Result<CollectPlan> read_plan(const CollectOptions& options, const std::string& ns,
                              const Console& console) {
  const auto files = manifest_files(options.paths);
  if (!files) return files.error();
  const bool is_view = options.mode == CollectMode::live && !options.is_verbose;
  return plan_collection(*files, ns, console, is_view ? Warnings::leave_out : Warnings::tell);
}

}  // namespace

int collect(const Arguments& arguments, const Console& console) {
  const auto options = read_collect_options(arguments);
  if (!options) return fail(console, options.error(), kBadInput);
  if (options->wants_help) {
    console.out(collect_help());
    return kDone;
  }
  auto access = kube::find_access(options->access, kube::process_environment());
  const std::string given = options->access.ns.empty() ? "default" : options->access.ns;
  const auto plan = read_plan(*options, access ? access->ns : given, console);
  if (!plan) return fail(console, plan.error(), kBadInput);
  if (!access) return fail(console, access.error(), kNoCluster);
  if (!options->as_user.empty())
    access->impersonation = {.user = options->as_user, .groups = options->as_groups};
  if (options->is_verbose) {
    for (const std::string& remark : plan->remarks)
      console.err(fmt::format("kollect collect: note: {}\n", remark));
  }
  return run_plan(*plan, *std::move(access), *options, console);
}

}  // namespace kollect::app
