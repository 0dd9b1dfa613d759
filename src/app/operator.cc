#include <fmt/format.h>

#include "app/commands.h"
#include "app/operator_options.h"
#include "app/signals.h"
#include "app/version.h"
#include "app/wiring.h"

namespace kollect::app {

namespace {

constexpr int kFailed = 1;

int bad_usage(const Console& console, const Error& error) {
  console.err(
      fmt::format("kollect: {}\n\nUsage: kollect [flags], kollect COMMAND [flags]; "
                  "`kollect --help` lists them.\n",
                  error.text()));
  return kBadInput;
}

void tell_doubts(const OperatorOptions& options, const Log& log) {
  for (const std::string& one : options.without_effect) log.warn(one);
  if (options.policy.endpoints.allow_loopback)
    log.warn("--allow-loopback-sinks: sinks may reach services of this machine; for trials only");
}

int run_until_signal(const OperatorOptions& options, const Log& log) {
  auto access = kube::find_access({.kubeconfig = options.kubeconfig}, kube::process_environment());
  if (!access) {
    log.error("no way to the cluster", access.error());
    return kFailed;
  }
  const EndSignals signals;
  log.info("starting", {{"version", version_line()},
                        {"server", access->server},
                        {"inCluster", access->context.empty()}});
  const auto parts = Operator::open(options, std::move(*access), log);
  if (!parts) {
    log.error("cannot start", parts.error());
    return kFailed;
  }
  (*parts)->start();
  log.info("stopping", {{"signal", signals.wait()}});
  (*parts)->stop();
  log.info("stopped");
  return kDone;
}

}  // namespace

int operate(const Arguments& arguments, const Console& console) {
  const std::vector<Flag> flags = operator_flag_help();
  const auto given = GivenFlags::parse(arguments, flags);
  if (!given) return bad_usage(console, given.error());
  if (given->is_on("help")) return run({"help"}, console);
  if (given->is_on("version")) {
    console.out(version_line() + "\n");
    return kDone;
  }
  const auto options = operator_options(*given);
  if (!options) return bad_usage(console, options.error());
  const Log log(options->log, [&console](std::string_view line) { console.err(line); });
  tell_doubts(*options, log);
  return run_until_signal(*options, log);
}

}  // namespace kollect::app
