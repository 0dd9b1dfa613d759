#include <fmt/format.h>

#include "bench/collect_process.h"
#include "bench/proxy.h"

namespace kollect::bench {
namespace {

constexpr uint64_t kObjects = 10000;

struct Bench {
  ReplayProcess server;
  std::unique_ptr<CountingProxy> proxy;

  uint64_t passed() const {
    const CountingProxy::Counts counts = proxy->counts();
    return counts.sent + counts.received;
  }
};

Result<std::unique_ptr<Bench>> open_bench(const Setting& setting) {
  auto server = start_replay(setting.programs, {fmt::format("--deployments={}", kObjects)},
                             setting.server_cpu);
  if (!server) return server.error();
  auto proxy = CountingProxy::open(server->port);
  if (!proxy) return proxy.error();
  return std::make_unique<Bench>(Bench{*std::move(server), *std::move(proxy)});
}

Result<double> our_bytes(const Setting& setting, const Bench& bench) {
  const uint64_t before = bench.passed();
  auto process = CollectProcess::start(
      setting,
      {.wanted = {Resource::deployments, mixed_attributes()}, .port = bench.proxy->port()});
  if (!process) return process.error();
  if (const auto printed = (*process)->read_rows(kObjects); !printed) return printed.error();
  if (const auto ended = (*process)->finish(); !ended) return ended.error();
  return static_cast<double>(bench.passed() - before) / kObjects;
}

Result<double> bytes_of_curl(const Setting& setting, const Bench& bench) {
  const uint64_t before = bench.passed();
  const std::string url = server_url(bench.proxy->port(), false) + "/apis/apps/v1/deployments";
  const auto usage = run_process({"/usr/bin/curl", "-sS", "-o", "/dev/null", url}, setting.cpu);
  if (!usage) return usage.error();
  return static_cast<double>(bench.passed() - before) / kObjects;
}

}  // namespace

std::vector<Figure> collect_wire(const Setting& setting) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = "collect_wire",
             .what =
                 "Bytes both ways of `kollect collect --once` over Deployments, discovery, "
                 "namespaces and bookmarks included, counted by a proxy.",
             .unit = "bytes/object",
             .yardstick = "curl reading the list alone through the same proxy",
             .n = kObjects};
  out.prepare = [bench, setting]() -> Status {
    auto opened = open_bench(setting);
    if (!opened) return opened.error();
    *bench = *std::move(opened);
    return {};
  };
  out.ours = [bench, setting] { return our_bytes(setting, **bench); };
  out.theirs = [bench, setting] { return bytes_of_curl(setting, **bench); };
  return {std::move(out)};
}

}  // namespace kollect::bench
