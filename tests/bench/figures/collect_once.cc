#include <fmt/format.h>

#include "bench/collect_process.h"

namespace kollect::bench {
namespace {

constexpr uint64_t kNamespaces = 10;
constexpr double kMebibyte = 1024 * 1024;

struct Bench {
  ScratchFile ca;
  ReplayProcess server;
  uint64_t objects = 0;
};
using Shared = std::shared_ptr<std::unique_ptr<Bench>>;

std::function<Status()> preparation(const Shared& bench, const Setting& setting, uint64_t n) {
  return [=]() -> Status {
    auto ca = ScratchFile::write("");
    if (!ca) return ca.error();
    auto server = start_replay(
        setting.programs,
        {fmt::format("--deployments={}", n), fmt::format("--namespaces={}", kNamespaces), "--tls",
         "--ca-file=" + ca->path()},
        setting.server_cpu);
    if (!server) return server.error();
    *bench = std::make_unique<Bench>(Bench{*std::move(ca), *std::move(server), n});
    return {};
  };
}

struct Ran {
  Usage usage;
  Printed printed;
};

// Ten targets that each select their own namespace, three attributes, one of them CEL.
Result<Ran> run(const Setting& setting, const Bench& bench) {
  Wanted wanted{.resource = Resource::deployments, .attributes = mixed_attributes(), .targets = {}};
  for (uint64_t i = 0; i < kNamespaces; ++i)
    wanted.targets.push_back({fmt::format("target-{}", i), {namespace_name(i)}});
  auto process = CollectProcess::start(
      setting, {.wanted = wanted, .port = bench.server.port, .ca_file = bench.ca.path()});
  if (!process) return process.error();
  const auto printed = (*process)->read_rows(bench.objects);
  if (!printed) return printed.error();
  const auto usage = (*process)->finish();
  if (!usage) return usage.error();
  return Ran{*usage, *printed};
}

Result<double> curl_seconds(const Setting& setting, const Bench& bench) {
  const std::string url = server_url(bench.server.port, true) + "/apis/apps/v1/deployments";
  const auto usage = run_process(
      {"/usr/bin/curl", "-sS", "--cacert", bench.ca.path(), "-o", "/dev/null", url}, setting.cpu);
  if (!usage) return usage.error();
  return usage->cpu_seconds;
}

// `suffix` tells sizes apart.
Figure cpu_figure(const Setting& setting, uint64_t n, const std::string& suffix) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = "collect_once" + suffix,
             .what =
                 "CPU of `kollect collect --once` from start to exit: Deployments over TLS in "
                 "ten namespaces, a target for each, two JSONPaths and a CEL expression.",
             .unit = "CPU-s",
             .yardstick = "curl draining the same list over the same TLS to /dev/null",
             .bound = Bound::at_most,
             .target = 3,
             .n = n};
  out.prepare = preparation(bench, setting, n);
  out.ours = [bench, setting]() -> Result<double> {
    const auto ran = run(setting, **bench);
    if (!ran) return ran.error();
    return ran->usage.cpu_seconds;
  };
  out.theirs = [bench, setting] { return curl_seconds(setting, **bench); };
  return out;
}

Figure memory_figure(const Setting& setting, uint64_t n, const std::string& suffix,
                     double mebibytes) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = "collect_once_memory" + suffix,
             .what = "Most resident memory of the same run.",
             .unit = "MiB",
             .yardstick = fmt::format("the budget: {} MiB", mebibytes),
             .bound = Bound::at_most,
             .target = 1,
             .n = n};
  out.prepare = preparation(bench, setting, n);
  out.ours = [bench, setting]() -> Result<double> {
    const auto ran = run(setting, **bench);
    if (!ran) return ran.error();
    return static_cast<double>(ran->printed.peak_bytes) / kMebibyte;
  };
  out.theirs = [mebibytes] { return Result<double>(mebibytes); };
  return out;
}

}  // namespace

std::vector<Figure> collect_once(const Setting& setting) {
  std::vector<Figure> out = {cpu_figure(setting, 10000, ""), memory_figure(setting, 10000, "", 20)};
  if (setting.full) {
    out.push_back(cpu_figure(setting, 100000, "_100k"));
    out.push_back(memory_figure(setting, 100000, "_100k", 60));
  }
  return out;
}

}  // namespace kollect::bench
