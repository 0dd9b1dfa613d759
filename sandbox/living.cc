#include "sandbox/living.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/guarded.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kTeams[] = {"shop", "billing", "search", "media", "data", "platform"};
constexpr std::string_view kNames[] = {"web",   "api",     "worker", "cart",   "catalog", "mailer",
                                       "users", "reports", "gate",   "ledger", "images",  "queue"};
constexpr size_t kObjectsPerApp = 6;
const kube::Gvk kPodKind{"", "v1", "Pod"};
const kube::Gvk kAppKinds[] = {
    {"apps", "v1", "Deployment"}, {"", "v1", "Service"}, {"networking.k8s.io", "v1", "Ingress"}};

// Words with $ are filled in; $podspec begins a map that the text around it closes. What stays the
// same is no change, so all of an app is put at once.
constexpr std::string_view kLabels =
    "{app.kubernetes.io/name: $app, app.kubernetes.io/part-of: $team, team: $team}";

constexpr std::string_view kPodSpec = R"({
    serviceAccountName: $app,
    containers: [{
      name: $app, image: "registry.example.com/$app:1.$revision.0",
      ports: [{name: http, containerPort: 8080, protocol: TCP}],
      env: [{name: LOG_LEVEL, value: info}],
      resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}},
      readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 5}}])";

constexpr std::string_view kAppForm = R"(
apiVersion: v1
kind: Namespace
metadata: {name: $team, labels: {team: $team}}
---
apiVersion: v1
kind: Service
metadata: {namespace: $team, name: $app, labels: $labels}
spec:
  selector: {app.kubernetes.io/name: $app}
  ports: [{name: http, port: 80, protocol: TCP, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {namespace: $team, name: $app, labels: $labels}
spec:
  ingressClassName: nginx
  rules:
  - host: $app.$team.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: $app, port: {number: 80}}}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: $team, name: $app, labels: $labels}
spec:
  replicas: $replicas
  selector: {matchLabels: {app.kubernetes.io/name: $app}}
  template: {metadata: {labels: $labels}, spec: $podspec}}
status: {observedGeneration: $generation, replicas: $total, updatedReplicas: $fresh,
  readyReplicas: $ready, availableReplicas: $ready,
  conditions: [{type: Available, status: "$available"}]}
)";

constexpr std::string_view kPodForm = R"(
apiVersion: v1
kind: Pod
metadata: {namespace: $team, name: $pod, labels: $labels}
spec: $podspec, nodeName: node-$node}
status: {phase: $phase, conditions: [{type: Ready, status: "$state"}],
  containerStatuses: [{name: $app, restartCount: 0}]}
)";

}  // namespace

Status LivingCluster::put(std::string_view form, const App& app, const Pod& pod) {
  const std::pair<std::string_view, std::string> words[] = {
      {"$podspec", std::string(kPodSpec)},
      {"$labels", std::string(kLabels)},
      {"$app", app.name},
      {"$team", app.ns},
      {"$generation", std::to_string(app.generation)},
      {"$replicas", std::to_string(app.replicas)},
      {"$total", std::to_string(app.total())},
      {"$fresh", std::to_string(app.fresh())},
      {"$ready", std::to_string(app.ready())},
      {"$available", app.ready() >= app.replicas ? "True" : "False"},
      {"$pod", pod.name},
      {"$revision", std::to_string(pod.revision)},
      {"$node", std::to_string(pod.name.size() % 3 + 1)},
      {"$phase", pod.is_ready ? "Running" : "Pending"},
      {"$state", pod.is_ready ? "True" : "False"}};
  std::string text(form);
  for (const auto& [word, by] : words) {
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
      text.replace(at, word.size(), by);
  }
  return sandbox_.put(text);
}

void LivingCluster::start_app() {
  App& app = apps_.emplace_back();
  app.ns = kTeams[made_ % std::size(kTeams)];
  app.name = kNames[made_ % std::size(kNames)];
  if (made_ >= std::size(kNames)) app.name += fmt::format("-{}", made_ / std::size(kNames));
  app.replicas = 2 + pick(3);
  ++made_;
}

// A step towards what the app should be: a pod starts, is ready or goes, and the app says so.
Status LivingCluster::advance(App& app) {
  auto pod = std::ranges::find(app.pods, false, &Pod::is_ready);
  if (pod != app.pods.end()) {
    pod->is_ready = true;
  } else if (app.fresh() < app.replicas) {
    const std::string name = fmt::format("{}-{}-{:05x}", app.name, app.revision, pick(0xfffff));
    pod = app.pods.insert(pod, {name, app.revision});
  } else {
    const Status gone = sandbox_.erase(kPodKind, {app.ns, app.pods.front().name});
    app.pods.pop_front();
    return gone ? put(kAppForm, app, {.revision = app.revision}) : gone;
  }
  const Status done = put(kAppForm, app, {.revision = app.revision});
  return done ? put(kPodForm, app, *pod) : done;
}

Status LivingCluster::vanish(int64_t index) {
  const App app = apps_[static_cast<size_t>(index)];
  apps_.erase(apps_.begin() + index);
  Status done;
  for (const kube::Gvk& kind : kAppKinds)
    if (done) done = sandbox_.erase(kind, {app.ns, app.name});
  for (const Pod& pod : app.pods)
    if (done) done = sandbox_.erase(kPodKind, {app.ns, pod.name});
  return done;
}

Status LivingCluster::settle() {
  for (size_t i = 0; i <= options_.objects / kObjectsPerApp; ++i) start_app();
  Status done;
  while (done && !std::ranges::all_of(apps_, &App::is_settled)) done = change();
  return done;
}

Status LivingCluster::change() {
  const auto busy = std::ranges::find(apps_, false, &App::is_settled);
  if (busy != apps_.end()) return advance(*busy);
  const int64_t chance = pick(20);
  const int64_t index = pick(apps_.size());
  App& app = apps_[static_cast<size_t>(index)];
  if (chance == 0) {
    start_app();
  } else if (chance == 1 && apps_.size() > 1) {
    return vanish(index);
  } else {
    const bool grows = app.replicas < 2 || (app.replicas < 6 && pick(2) == 0);
    if (chance < 8) {
      app.replicas += grows ? 1 : -1;
    } else {
      ++app.revision;
    }
    ++app.generation;
  }
  return change();
}

Status LivingCluster::run(const std::stop_token& stop) {
  const Guarded<bool> never(false);
  const auto pause = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(1 / options_.changes_per_second));
  while (!stop.stop_requested()) {
    if (Status done = change(); !done) return done;
    never.wait_for(stop, pause, [](bool value) { return value; });
  }
  return {};
}

}  // namespace kollect::sandbox
