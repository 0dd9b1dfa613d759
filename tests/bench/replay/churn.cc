#include "bench/replay/churn.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace kollect::bench {
namespace {

// A living object, or nothing when a few random tries hit only dead ones.
std::optional<ObjectRef> any(const Cluster& cluster, Resource resource, Random& random) {
  for (int tries = 0; tries < 64 && cluster.end(resource) > 0; ++tries) {
    if (auto found = cluster.live(resource, random.below(cluster.end(resource)))) return found;
  }
  return std::nullopt;
}

// A kubelet reports: the status of a pod and its times change, nothing else.
void heartbeat(Cluster& cluster, Random& random) {
  if (auto pod = any(cluster, Resource::pods, random)) {
    ++pod->revision.status;
    cluster.modify(Resource::pods, pod->index, pod->revision);
  }
}

// A configmap's data changes.
void edit(Cluster& cluster, Random& random) {
  if (auto map = any(cluster, Resource::configmaps, random)) {
    ++map->revision.rollout;
    cluster.modify(Resource::configmaps, map->index, map->revision);
  }
}

// A deployment gets a new image; its pods go and come again, one after the other.
void rollout(Cluster& cluster, Random& random) {
  auto deployment = any(cluster, Resource::deployments, random);
  if (!deployment) return;
  ++deployment->revision.rollout;
  cluster.modify(Resource::deployments, deployment->index, deployment->revision);
  const IndexRange pods = cluster.corpus().pods_of(deployment->index);
  for (uint64_t pod = pods.first; pod < pods.last; ++pod) {
    auto old = cluster.live(Resource::pods, pod);
    if (!old) continue;
    cluster.erase(Resource::pods, pod);
    ++old->revision.life;
    old->revision.rollout = deployment->revision.rollout;
    cluster.create(Resource::pods, pod, old->revision);
  }
  ++deployment->revision.status;
  cluster.modify(Resource::deployments, deployment->index, deployment->revision);
}

// A deployment changes its replicas: one of its pods goes, or one that was gone comes back.
void scale(Cluster& cluster, Random& random) {
  auto deployment = any(cluster, Resource::deployments, random);
  if (!deployment) return;
  ++deployment->revision.scale;
  cluster.modify(Resource::deployments, deployment->index, deployment->revision);
  const IndexRange pods = cluster.corpus().pods_of(deployment->index);
  if (pods.first == pods.last) return;
  if (cluster.live(Resource::pods, pods.first)) {
    cluster.erase(Resource::pods, pods.first);
  } else {
    const uint16_t life = deployment->revision.scale;
    cluster.create(Resource::pods, pods.first,
                   {.life = life, .rollout = deployment->revision.rollout});
  }
}

// Somebody deletes pods as fast as the server lets them.
void delete_storm(Cluster& cluster, Random& random) {
  if (auto pod = any(cluster, Resource::pods, random)) cluster.erase(Resource::pods, pod->index);
}

// A namespace appears, with its configmaps and pods.
void namespace_explosion(Cluster& cluster, Random& random) {
  const uint64_t number = cluster.end(Resource::namespaces);
  cluster.create(Resource::namespaces, number, {});
  for (const Resource resource : {Resource::configmaps, Resource::pods}) {
    const IndexRange range = cluster.corpus().added_range(resource, number);
    const uint64_t last =
        resource == Resource::pods ? range.last : range.first + 1 + random.below(3);
    for (uint64_t i = range.first; i < std::min(last, range.last); ++i) {
      cluster.create(resource, i, {});
    }
  }
}

struct Named {
  std::string_view name;
  void (*step)(Cluster&, Random&);
};
constexpr std::array<Named, 6> kScripts = {{
    {"heartbeat", heartbeat},
    {"edit", edit},
    {"rollout", rollout},
    {"scale", scale},
    {"delete-storm", delete_storm},
    {"namespace-explosion", namespace_explosion},
}};

}  // namespace

Result<Script> parse_script(std::string_view text) {
  const size_t comma = text.find(',');
  const std::string_view numbers = comma == std::string_view::npos ? "" : text.substr(comma + 1);
  Script out{.name = std::string(text.substr(0, comma))};
  const char* const end = numbers.data() + numbers.size();
  auto parsed = std::from_chars(numbers.data(), end, out.rate);
  if (parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == ',') {
    parsed = std::from_chars(parsed.ptr + 1, end, out.steps);
  }
  if (parsed.ec == std::errc() && parsed.ptr == end) return out;
  return invalid(fmt::format("churn '{}' is not NAME,RATE or NAME,RATE,STEPS", text));
}

Status Churn::start(const Script& script, double now_seconds) {
  for (const auto& [name, step] : kScripts) {
    if (name != script.name) continue;
    if (script.rate <= 0 && script.steps == 0) return invalid("churn needs a rate or steps");
    running_.push_back({step, script, now_seconds, 0});
    return {};
  }
  return invalid(fmt::format("there is no churn script '{}'", script.name));
}

uint64_t Churn::due(const Running& running, double now_seconds) const {
  if (running.script.rate <= 0) return running.script.steps;
  const auto due = static_cast<uint64_t>((now_seconds - running.started) * running.script.rate);
  return running.script.steps == 0 ? due : std::min(due, running.script.steps);
}

void Churn::advance(double now_seconds) {
  for (Running& running : running_) {
    for (const uint64_t due_now = due(running, now_seconds); running.taken < due_now;
         ++running.taken) {
      running.step(cluster_, random_);
    }
  }
  std::erase_if(running_, [](const Running& running) {
    return running.script.steps != 0 && running.taken >= running.script.steps;
  });
}

}  // namespace kollect::bench
