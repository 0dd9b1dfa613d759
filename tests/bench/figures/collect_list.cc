#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/json.h"
#include "bench/collecting.h"
#include "bench/figure.h"
#include "bench/measure.h"
#include "bench/process.h"
#include "bench/socket.h"
#include "bench/yardsticks.h"

namespace kollect::bench {
namespace {

constexpr uint64_t kMostSamples = 20000;

struct Bench {
  ReplayProcess server;
  Samples samples;
  DomParser dom = {};
};
using Shared = std::shared_ptr<std::unique_ptr<Bench>>;

std::function<Status()> preparation(const Shared& bench, const Setting& setting, uint64_t n) {
  return [=]() -> Status {
    auto server = start_replay(setting.programs, {fmt::format("--pods={}", n)}, setting.server_cpu);
    if (!server) return server.error();
    *bench = std::make_unique<Bench>(Bench{
        *std::move(server), Samples(Resource::pods, std::min(n, kMostSamples), setting.seed)});
    return {};
  };
}

// From the first request, discovery, to the last row.
Result<double> our_microseconds(const Bench& bench, uint64_t n,
                                std::span<const NamedPath> attributes) {
  Collecting collecting(bench.server.port);
  const double before = thread_cpu_seconds();
  Status collected = collecting.collect({{Resource::pods, attributes}}, n);
  const double seconds = thread_cpu_seconds() - before;
  if (!collected) return collected.error();
  return seconds * 1e6 / static_cast<double>(n);
}

Result<double> drain_and_parse(Bench& bench, uint64_t n) {
  const double before = thread_cpu_seconds();
  const auto drained = drain(bench.server.port, "GET /api/v1/pods");
  const double seconds = thread_cpu_seconds() - before;
  if (!drained) return drained.error();
  const double parsing = fastest_cpu_seconds(
      bench.samples.parts(), [&](size_t part) { keep(bench.dom.parse(bench.samples.part(part))); });
  const auto objects = static_cast<double>(bench.samples.objects().size());
  return seconds * 1e6 / static_cast<double>(n) + parsing * 1e6 / objects;
}

Figure against_dom(const Setting& setting, std::string name, uint64_t n) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{
      .name = std::move(name),
      .what =
          "CPU of a cold list of pods over plain HTTP/1.1, per object, from the socket to rows "
          "of eight short attributes in the store.",
      .unit = "us/object",
      .yardstick = "draining the same list and simdjson DOM parse of its objects",
      .bound = Bound::at_most,
      .target = 1.5,
      .missed_because =
          "of the time of `kollect collect`, the kernel takes 22 % (the copy and TCP itself), "
          "reading an object 30 % (its structural index, and walking over what is not wanted), "
          "rows, their text and their order 15 %, cutting the list into objects 7 %, hashing 4 %",
      .n = n};
  out.prepare = preparation(bench, setting, n);
  out.ours = [bench, n] { return our_microseconds(**bench, n, short_attributes()); };
  out.theirs = [bench, n] { return drain_and_parse(**bench, n); };
  return out;
}

Result<double> go_microseconds(const Bench& bench, const Setting& setting, uint64_t n) {
  const std::string url = server_url(bench.server.port, false) + "/api/v1/pods?limit=500";
  auto process =
      Process::start({setting.programs + "/kollect-bench-comparator", "-url", url}, setting.cpu);
  if (!process) return missing("there is no Go comparator: Go was not found when it was built");
  const auto line = (*process)->line();
  if (!line) return internal("the comparator failed");
  const auto said = json::Document::parse(*line);
  if (!said) return said.error();
  if (said->root().find("objects")->as_double() != static_cast<double>(n))
    return internal("the comparator did not read every object");
  return said->root().find("cpu_seconds")->as_double() * 1e6 / static_cast<double>(n);
}

Figure against_go(const Setting& setting) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  const uint64_t n = setting.full ? 20000 : 2000;
  Figure out{.name = "collect_list_informer",
             .what = "The same with eight simple attributes.",
             .unit = "us/object",
             .yardstick =
                 "Go: the list in pages of 500 over HTTP, decoded to map[string]any and "
                 "kept, the same paths walked, rows kept",
             .n = n};
  out.prepare = preparation(bench, setting, n);
  out.ours = [bench, n] { return our_microseconds(**bench, n, simple_attributes()); };
  out.theirs = [bench, setting, n] { return go_microseconds(**bench, setting, n); };
  return out;
}

}  // namespace

std::vector<Figure> collect_list(const Setting& setting) {
  std::vector<Figure> out = {against_dom(setting, "collect_list_rows", 20000), against_go(setting)};
  if (setting.full) out.push_back(against_dom(setting, "collect_list_million", 1000000));
  return out;
}

}  // namespace kollect::bench
