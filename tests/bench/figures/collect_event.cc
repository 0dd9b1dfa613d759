#include <fmt/format.h>

#include "bench/event_burst.h"
#include "bench/measure.h"
#include "bench/yardsticks.h"

namespace kollect::bench {
namespace {

constexpr uint64_t kObjects = 2000;

enum class Kind { changed, unchanged };

struct Bench {
  std::unique_ptr<EventBurst> burst;
  Samples samples;
  DomParser dom = {};
};
using Shared = std::shared_ptr<std::unique_ptr<Bench>>;

Resource resource_of(Kind kind) {
  return kind == Kind::changed ? Resource::deployments : Resource::pods;
}

EventBurst::Setup setup_of(Kind kind) {
  if (kind == Kind::changed) {
    return {.server = {fmt::format("--deployments={}", kObjects)},
            .wanted = {{resource_of(kind), mixed_attributes()}},
            .rows = kObjects,
            .script = "scale"};
  }
  return {.server = {fmt::format("--pods={}", kObjects)},
          .wanted = {{resource_of(kind), simple_attributes()}},
          .rows = kObjects,
          .script = "heartbeat"};
}

std::function<Status()> preparation(const Shared& bench, const Setting& setting, Kind kind) {
  return [=]() -> Status {
    const EventBurst::Setup setup = setup_of(kind);
    auto burst = EventBurst::start(setting, setup);
    if (!burst) return burst.error();
    const auto cost = (*burst)->play();
    if (!cost) return cost.error();
    // A few objects are met twice in a burst, and some scales end where they began.
    const bool is_as_said =
        kind == Kind::changed ? cost->row_changes > setup.events * 3 / 4 : cost->row_changes == 0;
    if (!is_as_said) return internal(fmt::format("{} rows changed", cost->row_changes));
    *bench = std::make_unique<Bench>(
        Bench{*std::move(burst), Samples(resource_of(kind), kObjects, setting.seed)});
    return {};
  };
}

// Of parsing as many bytes as an event has.
Result<double> dom_nanoseconds(Bench& bench) {
  const auto bytes = bench.burst->bytes_per_event();
  if (!bytes) return bytes.error();
  const double seconds = fastest_cpu_seconds(
      bench.samples.parts(), [&](size_t part) { keep(bench.dom.parse(bench.samples.part(part))); });
  return seconds * 1e3 / bench.samples.megabytes() * *bytes;
}

Figure cost(const Setting& setting, Kind kind) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = kind == Kind::changed ? "collect_event" : "collect_event_unchanged",
             .what = fmt::format("CPU of a watch event of 7 kB that changes {} row, from the "
                                 "socket to the store, in bursts over plain HTTP/1.1.",
                                 kind == Kind::changed ? "its" : "no"),
             .unit = "ns/event",
             .yardstick = "simdjson DOM parse of the same bytes, without a socket",
             .bound = Bound::at_most,
             .target = 3,
             .n = kObjects};
  out.prepare = preparation(bench, setting, kind);
  out.ours = [bench] { return (*bench)->burst->fastest_nanoseconds(); };
  out.theirs = [bench] { return dom_nanoseconds(**bench); };
  return out;
}

Figure nothing(const Setting& setting, const char* name, const char* what,
               uint64_t EventBurst::Cost::*counter) {
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{.name = name,
             .what = what,
             .unit = "per burst",
             .yardstick = "none at all",
             .bound = Bound::at_most,
             .target = 1,
             .n = EventBurst::Setup().events};
  out.prepare = preparation(bench, setting, Kind::unchanged);
  out.ours = [bench, counter]() -> Result<double> {
    const auto cost = (*bench)->burst->play();
    if (!cost) return cost.error();
    return static_cast<double>((*cost).*counter);
  };
  out.theirs = [] { return Result<double>(0.0); };
  return out;
}

}  // namespace

std::vector<Figure> collect_event(const Setting& setting) {
  return {
      cost(setting, Kind::changed), cost(setting, Kind::unchanged),
      nothing(setting, "collect_event_unchanged_heap",
              "Calls of operator new for 512 watch events that change no row, from the socket on.",
              &EventBurst::Cost::allocations),
      nothing(setting, "collect_event_unchanged_wakes",
              "Calls to the collector's listener for 512 watch events that change no row.",
              &EventBurst::Cost::wakes)};
}

}  // namespace kollect::bench
