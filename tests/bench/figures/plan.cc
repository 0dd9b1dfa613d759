#include <memory>

#include <fmt/format.h>

#include "base/testing/allocation_count.h"
#include "bench/figure.h"
#include "bench/measure.h"
#include "bench/plans.h"
#include "bench/yardsticks.h"

namespace kollect::bench {
namespace {

struct Bench {
  Samples samples;
  extract::Plan plan;
  extract::Extractor extractor = {};
  DomParser dom = {};
  HandWritten hand_written = {};
};
using Shared = std::shared_ptr<std::unique_ptr<Bench>>;

using Objects = std::span<const std::string_view>;

// Extracts every object once; how many gave their values.
size_t extract_all(Bench& bench, Objects objects) {
  size_t extracted = 0;
  for (const std::string_view object : objects) {
    if (!bench.extractor.load(bench.plan, object)) continue;
    const extract::ExtractionOutput& output = bench.extractor.extract(bench.plan, 0);
    extracted += output.failure() ? 0 : 1;
    keep(output);
  }
  return extracted;
}

// `read` says how many of its objects gave a result.
Result<double> seconds_of(const Samples& samples, const std::function<size_t(Objects)>& read) {
  size_t missing = 0;
  const double seconds = fastest_cpu_seconds(samples.parts(), [&](size_t part) {
    const Objects objects = samples.part(part);
    missing += objects.size() - read(objects);
  });
  if (missing == 0) return seconds;
  return internal(fmt::format("{} objects gave no result", missing));
}

std::function<Status()> preparation(const Shared& bench, Resource resource, uint64_t n,
                                    uint64_t seed) {
  return [=]() -> Status {
    auto plan =
        plan_of(resource, resource == Resource::pods ? simple_attributes() : mixed_attributes());
    if (!plan) return plan.error();
    *bench = std::make_unique<Bench>(Bench{Samples(resource, n, seed), *std::move(plan)});
    return {};
  };
}

Figure simple(const Setting& setting) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = "plan_simple",
             .what =
                 "A plan of eight simple attributes over pods of 7.5 kB, from bytes to encoded "
                 "values.",
             .unit = "MB/CPU-s",
             .yardstick = "simdjson DOM parse",
             .bound = Bound::at_least,
             .target = 0.7,
             .n = setting.full ? uint64_t{20000} : 2000};
  out.prepare = preparation(bench, Resource::pods, out.n, setting.seed);
  const auto rate = [bench](const std::function<size_t(Objects)>& read) -> Result<double> {
    const auto seconds = seconds_of((*bench)->samples, read);
    if (!seconds) return seconds.error();
    return (*bench)->samples.megabytes() / *seconds;
  };
  out.ours = [bench, rate] {
    return rate([&](Objects objects) { return extract_all(**bench, objects); });
  };
  out.theirs = [bench, rate] {
    return rate([&](Objects objects) { return (*bench)->dom.parse(objects); });
  };
  return out;
}

size_t read_by_hand(Bench& bench, Objects objects) {
  size_t done = 0;
  for (const std::string_view object : objects) {
    done += bench.hand_written.read(object).empty() ? 0 : 1;
  }
  return done;
}

// Both sides must give the same texts before their times mean anything.
Status same_answers(Bench& bench) {
  for (const std::string_view object : bench.samples.objects()) {
    const auto loaded = bench.extractor.load(bench.plan, object);
    if (!loaded) return loaded.error();
    // In the order of the names: available, image, replicas.
    const auto values = bench.extractor.extract(bench.plan, 0).values();
    const std::string ours = fmt::format("{}\n{}\n{}", values[1], values[2], values[0]);
    if (ours != bench.hand_written.read(object)) return internal("the two sides disagree: " + ours);
  }
  return {};
}

Figure mixed(const Setting& setting) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = "plan_mixed",
             .what =
                 "A plan of two JSONPaths and a CEL expression over 128 varied Deployments, JSON "
                 "parsing included.",
             .unit = "ns/object",
             .yardstick = "the same written by hand with simdjson's on-demand parser",
             .bound = Bound::at_most,
             .target = 3,
             .n = 128};
  const auto prepare = preparation(bench, Resource::deployments, out.n, setting.seed);
  out.prepare = [bench, prepare] {
    const Status made = prepare();
    return made ? same_answers(**bench) : made;
  };
  const auto nanoseconds = [bench](const std::function<size_t(Objects)>& read) -> Result<double> {
    const auto seconds = seconds_of((*bench)->samples, read);
    if (!seconds) return seconds.error();
    return *seconds * 1e9 / static_cast<double>((*bench)->samples.objects().size());
  };
  out.ours = [bench, nanoseconds] {
    return nanoseconds([&](Objects objects) { return extract_all(**bench, objects); });
  };
  out.theirs = [bench, nanoseconds] {
    return nanoseconds([&](Objects objects) { return read_by_hand(**bench, objects); });
  };
  return out;
}

Figure heap(const Setting& setting, Resource resource) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = resource == Resource::pods ? "plan_simple_heap" : "plan_mixed_heap",
             .what = "Heap allocations of that plan in the steady state.",
             .unit = "per object",
             .yardstick = "none at all",
             .bound = Bound::at_most,
             .target = 1,
             .n = 128};
  const auto prepare = preparation(bench, resource, out.n, setting.seed);
  out.prepare = [bench, prepare] {
    const Status made = prepare();
    if (made) extract_all(**bench, (*bench)->samples.objects());  // buffers reach their size
    return made;
  };
  out.ours = [bench] {
    const size_t before = allocation_count();
    const size_t done = extract_all(**bench, (*bench)->samples.objects());
    const auto allocations = static_cast<double>(allocation_count() - before);
    return Result<double>(allocations / static_cast<double>(done));
  };
  out.theirs = [] { return Result<double>(0.0); };
  return out;
}

}  // namespace

std::vector<Figure> plan(const Setting& setting) {
  return {simple(setting), mixed(setting), heap(setting, Resource::pods),
          heap(setting, Resource::deployments)};
}

}  // namespace kollect::bench
