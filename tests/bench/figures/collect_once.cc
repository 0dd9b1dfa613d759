#include <fmt/format.h>

#include "bench/collect_process.h"

namespace kollect::bench {
namespace {

constexpr uint64_t kObjects = 10000;
constexpr uint64_t kNamespaces = 10;
constexpr double kMebibyte = 1024 * 1024;

struct Bench {
  ScratchFile ca;
  ReplayProcess server;
};
using Shared = std::shared_ptr<std::unique_ptr<Bench>>;

std::function<Status()> preparation(const Shared& bench, const Setting& setting) {
  return [=]() -> Status {
    auto ca = ScratchFile::write("");
    if (!ca) return ca.error();
    auto server = start_replay(
        setting.programs,
        {fmt::format("--deployments={}", kObjects), fmt::format("--namespaces={}", kNamespaces),
         "--tls", "--ca-file=" + ca->path()},
        setting.server_cpu);
    if (!server) return server.error();
    *bench = std::make_unique<Bench>(Bench{*std::move(ca), *std::move(server)});
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
  const auto printed = (*process)->read_rows(kObjects);
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

Figure figure(const char* name, const char* what) {
  return {.name = name, .what = what, .bound = Bound::at_most, .n = kObjects};
}

}  // namespace

std::vector<Figure> collect_once(const Setting& setting) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure cpu = figure("collect_once",
                      "CPU of `kollect collect --once` from start to exit: Deployments over TLS in "
                      "ten namespaces, a target for each, two JSONPaths and a CEL expression.");
  cpu.unit = "CPU-s";
  cpu.yardstick = "curl draining the same list over the same TLS to /dev/null";
  cpu.target = 3;
  cpu.prepare = preparation(bench, setting);
  cpu.ours = [bench, setting]() -> Result<double> {
    const auto ran = run(setting, **bench);
    if (!ran) return ran.error();
    return ran->usage.cpu_seconds;
  };
  cpu.theirs = [bench, setting] { return curl_seconds(setting, **bench); };
  auto other = std::make_shared<std::unique_ptr<Bench>>();
  Figure peak = figure("collect_once_memory", "Most resident memory of the same run.");
  peak.unit = "MiB";
  peak.yardstick = "the budget: 20 MiB";
  peak.target = 1;
  peak.prepare = preparation(other, setting);
  peak.ours = [other, setting]() -> Result<double> {
    const auto ran = run(setting, **other);
    if (!ran) return ran.error();
    return static_cast<double>(ran->printed.peak_bytes) / kMebibyte;
  };
  peak.theirs = [] { return Result<double>(20.0); };
  return {std::move(cpu), std::move(peak)};
}

}  // namespace kollect::bench
