#include <array>

#include <fmt/format.h>

#include "bench/event_burst.h"

namespace kollect::bench {
namespace {

constexpr double kFlat = 1.2;

struct Bench {
  std::unique_ptr<EventBurst> small;
  std::unique_ptr<EventBurst> large;
};

struct Sweep {
  std::string name;
  std::string of;  // "1 000 to 20 000 rows"
  uint64_t n = 0;
  EventBurst::Setup small;
  EventBurst::Setup large;
  std::string missed_because = {};
};

EventBurst::Setup deployments(uint64_t objects, uint64_t namespaces) {
  return {.server = {fmt::format("--deployments={}", objects),
                     fmt::format("--namespaces={}", namespaces)},
          .wanted = {{Resource::deployments, mixed_attributes()}},
          .rows = objects,
          .script = "scale"};
}

// As many targets, each on a namespace of its own, as there are namespaces.
std::vector<WantedTarget> one_per_namespace(uint64_t namespaces) {
  std::vector<WantedTarget> out;
  for (uint64_t i = 0; i < namespaces; ++i)
    out.push_back({.name = fmt::format("target-{}", i), .namespaces = {namespace_name(i)}});
  return out;
}

Sweep rows(const Setting& setting) {
  const uint64_t most = setting.full ? 200000 : 20000;
  return {"collect_event_by_rows", fmt::format("1000 to {} rows", most), most,
          deployments(1000, 10), deployments(most, 10)};
}

Sweep namespaces() {
  return {"collect_event_by_namespaces",
          "10 to 10000 namespaces",
          10000,
          deployments(10000, 10),
          deployments(10000, 10000),
          "what is known of a namespace and of the place of its rows is out of the processor's "
          "cache when each event is of another one: about ten lines of memory, with the same work"};
}

Sweep targets_by_namespace() {
  Sweep out{"collect_event_by_targets", "1 to 100 targets that differ by namespace", 100,
            deployments(2000, 100), deployments(2000, 100)};
  out.large.wanted[0].targets = one_per_namespace(100);
  return out;
}

constexpr std::array<NamedPath, 2> kBeating = {{
    {"phase", "$.status.phase"},
    {"beat", "$.status.conditions[1].lastTransitionTime"},
}};
constexpr std::array<NamedPath, 1> kName = {{{"name", "$.metadata.name"}}};

// Heartbeats of pods; everything that the replay server has is there on both sides, and collected
// on the larger one.
Sweep targets_by_resource() {
  constexpr uint64_t kEach = 2000;
  EventBurst::Setup small{
      .server = {fmt::format("--pods={}", kEach), fmt::format("--deployments={}", kEach),
                 fmt::format("--configmaps={}", kEach)},
      .wanted = {{Resource::pods, kBeating}},
      .rows = kEach,
      .script = "heartbeat"};
  Sweep out{"collect_event_by_resources", "1 to 3 targets that differ by resource", 3, small,
            small};
  out.large.wanted.push_back({Resource::deployments, mixed_attributes(), {{"deployments"}}});
  out.large.wanted.push_back({Resource::configmaps, kName, {{"maps"}}});
  out.large.rows = 3 * kEach;
  return out;
}

Figure figure(const Setting& setting, const Sweep& sweep) {
  auto bench = std::make_shared<Bench>();
  Figure out{.name = sweep.name,
             .what = fmt::format("CPU of a watch event that changes its row, with {}.", sweep.of),
             .unit = "ns/event",
             .yardstick = "the same with the smaller number",
             .bound = Bound::at_most,
             .target = kFlat,
             .missed_because = sweep.missed_because,
             .n = sweep.n};
  out.prepare = [bench, setting, sweep]() -> Status {
    auto small = EventBurst::start(setting, sweep.small);
    if (!small) return small.error();
    auto large = EventBurst::start(setting, sweep.large);
    if (!large) return large.error();
    *bench = {*std::move(small), *std::move(large)};
    return {};
  };
  out.ours = [bench] { return bench->large->fastest_nanoseconds(); };
  out.theirs = [bench] { return bench->small->fastest_nanoseconds(); };
  return out;
}

}  // namespace

std::vector<Figure> collect_sweep(const Setting& setting) {
  return {figure(setting, rows(setting)), figure(setting, namespaces()),
          figure(setting, targets_by_namespace()), figure(setting, targets_by_resource())};
}

}  // namespace kollect::bench
