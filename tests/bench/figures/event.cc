#include <memory>

#include <fmt/format.h>

#include "base/testing/allocation_count.h"
#include "bench/figure.h"
#include "bench/measure.h"
#include "bench/plans.h"
#include "bench/yardsticks.h"
#include "store/row_store.h"

namespace kollect::bench {
namespace {

// The same objects before and after a change, and the rows they give.
struct Bench {
  Samples before;
  Samples after;
  extract::Plan plan;
  extract::Extractor extractor = {};
  store::RowStore store = {};
  store::Target* target = nullptr;
  DomParser dom = {};
  bool is_after = false;  // what the store holds
};
using Shared = std::shared_ptr<std::unique_ptr<Bench>>;

enum class Kind { changed, unchanged };

// Every object as a watch event would bring it; how many rows that changed.
size_t deliver(Bench& bench, std::span<const std::string_view> objects) {
  size_t changed = 0;
  for (const std::string_view object : objects) {
    const auto loaded = bench.extractor.load(bench.plan, object);
    if (!loaded) continue;
    const json::Value& metadata = *loaded->find("metadata");
    const extract::ExtractionOutput& output = bench.extractor.extract(bench.plan, 0);
    if (output.failure()) continue;
    const store::Change change = bench.store.upsert(
        *bench.target,
        {metadata.text("namespace"), metadata.text("name"), metadata.text("uid"), output.values()});
    changed += change == store::Change::none ? 0 : 1;
  }
  return changed;
}

size_t deliver_next(Bench& bench) {
  bench.is_after = !bench.is_after;
  return deliver(bench, (bench.is_after ? bench.after : bench.before).objects());
}

std::function<Status()> preparation(const Shared& bench, Kind kind, uint64_t n, uint64_t seed) {
  return [=]() -> Status {
    auto plan = plan_of(Resource::deployments, mixed_attributes());
    if (!plan) return plan.error();
    const Revision revision{.rollout = uint16_t{kind == Kind::changed}, .status = 1};
    *bench =
        std::make_unique<Bench>(Bench{.before = Samples(Resource::deployments, n, seed),
                                      .after = Samples(Resource::deployments, n, seed, revision),
                                      .plan = *std::move(plan)});
    Bench& made = **bench;
    made.target =
        &made.store.add_target({store::Origin::target, "team", "deployments"},
                               {"apps", "v1", "Deployment", made.plan.profile(0).schema()});
    if (deliver(made, made.before.objects()) != n) return internal("an object gave no row");
    const size_t changed = deliver_next(made);
    const size_t expected = kind == Kind::changed ? n : 0;
    return changed == expected ? Status() : internal(fmt::format("{} rows changed", changed));
  };
}

Figure cost(const Setting& setting, Kind kind) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{
      .name = kind == Kind::changed ? "event_changed" : "event_unchanged",
      .what = fmt::format("CPU of an event of 7.5 kB that changes {} row, from its bytes to the "
                          "store, without network.",
                          kind == Kind::changed ? "its" : "no"),
      .unit = "ns/event",
      .yardstick = "simdjson DOM parse of the same bytes",
      .bound = Bound::at_most,
      .target = 3,
      .n = setting.full ? uint64_t{20000} : 2000};
  out.prepare = preparation(bench, kind, out.n, setting.seed);
  const auto nanoseconds = [bench](const std::function<void(size_t part)>& call) {
    const Samples& samples = (*bench)->before;
    const double seconds = fastest_cpu_seconds(samples.parts(), call);
    return Result<double>(seconds * 1e9 / static_cast<double>(samples.objects().size()));
  };
  out.ours = [bench, nanoseconds] {
    return nanoseconds([&](size_t part) {
      if (part == 0) (*bench)->is_after = !(*bench)->is_after;
      keep(deliver(**bench, ((*bench)->is_after ? (*bench)->after : (*bench)->before).part(part)));
    });
  };
  out.theirs = [bench, nanoseconds] {
    return nanoseconds([&](size_t part) { keep((*bench)->dom.parse((*bench)->after.part(part))); });
  };
  return out;
}

Figure heap(const Setting& setting) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = "event_unchanged_heap",
             .what = "Heap allocations of an event that changes no row.",
             .unit = "per event",
             .yardstick = "none at all",
             .bound = Bound::at_most,
             .target = 1,
             .n = 2000};
  out.prepare = preparation(bench, Kind::unchanged, out.n, setting.seed);
  out.ours = [bench] {
    const size_t before = allocation_count();
    deliver_next(**bench);
    const auto allocations = static_cast<double>(allocation_count() - before);
    return Result<double>(allocations / static_cast<double>((*bench)->before.objects().size()));
  };
  out.theirs = [] { return Result<double>(0.0); };
  return out;
}

}  // namespace

std::vector<Figure> event(const Setting& setting) {
  return {cost(setting, Kind::changed), cost(setting, Kind::unchanged), heap(setting)};
}

}  // namespace kollect::bench
