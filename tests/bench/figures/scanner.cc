#include <memory>

#include <fmt/format.h>

#include "bench/figure.h"
#include "bench/measure.h"
#include "bench/paths.h"
#include "bench/yardsticks.h"

namespace kollect::bench {
namespace {

struct Bench {
  Samples samples;
  json::PathTrie trie = trie_of(pod_paths());
  json::Scanner scanner = {};
  json::Arena arena = {};
  DomParser dom = {};
};

enum class Read { paths, everything };

Result<double> scan_rate(Bench& bench, Read read) {
  size_t failed = 0;
  const double seconds = fastest_cpu_seconds(bench.samples.parts(), [&](size_t part) {
    for (const std::string_view object : bench.samples.part(part)) {
      bench.arena.reset();
      const auto value = read == Read::paths ? bench.scanner.scan(object, bench.trie, bench.arena)
                                             : bench.scanner.parse(object, bench.arena);
      failed += value ? 0 : 1;
      keep(value);
    }
  });
  if (failed > 0) return internal(fmt::format("{} objects were not read", failed));
  return bench.samples.megabytes() / seconds;
}

Result<double> dom_rate(Bench& bench) {
  bool all = true;
  const double seconds = fastest_cpu_seconds(bench.samples.parts(), [&](size_t part) {
    const auto objects = bench.samples.part(part);
    all = bench.dom.parse(objects) == objects.size() && all;
  });
  if (!all) return internal("simdjson refused an object");
  return bench.samples.megabytes() / seconds;
}

Figure figure(const Setting& setting, Read read) {
  const uint64_t n = setting.full ? 20000 : 2000;
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.unit = "MB/CPU-s", .yardstick = "simdjson DOM parse", .n = n};
  out.prepare = [bench, n, seed = setting.seed] {
    *bench = std::make_unique<Bench>(Bench{Samples(Resource::pods, n, seed)});
    return Status();
  };
  out.ours = [bench, read] { return scan_rate(**bench, read); };
  out.theirs = [bench] { return dom_rate(**bench); };
  return out;
}

}  // namespace

std::vector<Figure> scanner(const Setting& setting) {
  Figure paths = figure(setting, Read::paths);
  paths.name = "scanner_simple_paths";
  paths.what = "Reading eight simple paths out of pods of 7.5 kB with the one-pass scanner.";
  paths.bound = Bound::at_least;
  paths.target = 0.7;
  Figure everything = figure(setting, Read::everything);
  everything.name = "scanner_everything";
  everything.what = "Building the whole value tree of pods of 7.5 kB, members sorted, all checked.";
  return {std::move(paths), std::move(everything)};
}

}  // namespace kollect::bench
