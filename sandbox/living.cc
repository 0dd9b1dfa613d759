#include "sandbox/living.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "base/guarded.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kTeams[] = {"shop", "billing", "search", "media", "data", "platform"};
constexpr std::string_view kNames[] = {"web",   "api",     "worker", "cart",   "catalog", "mailer",
                                       "users", "reports", "gate",   "ledger", "images",  "queue"};
constexpr size_t kObjectsPerApp = 7;

const kube::Gvk kPod{"", "v1", "Pod"};
const kube::Gvk kKindsOfApp[] = {{"apps", "v1", "Deployment"},
                                 {"", "v1", "Service"},
                                 {"", "v1", "ConfigMap"},
                                 {"networking.k8s.io", "v1", "Ingress"}};

// $words are filled in; $metadata and $podspec begin maps that the text around them closes.
constexpr std::string_view kMetadata =
    "{namespace: $team, name: $self, labels: {app.kubernetes.io/name: $app, team: $team, "
    "app.kubernetes.io/part-of: $team, app.kubernetes.io/managed-by: sandbox}";

constexpr std::string_view kPodSpec = R"({
    serviceAccountName: $app, terminationGracePeriodSeconds: 30,
    containers: [{
      name: $app, image: "registry.example.com/$app:1.$revision.0",
      ports: [{name: http, containerPort: 8080, protocol: TCP}],
      env: [{name: LOG_LEVEL, value: info},
            {name: DATABASE_HOST, valueFrom: {configMapKeyRef: {name: $app, key: database.host}}}],
      resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}},
      readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 5},
      livenessProbe: {httpGet: {path: /live, port: http}, periodSeconds: 10},
      volumeMounts: [{name: config, mountPath: /etc/$app, readOnly: true}]}],
    volumes: [{name: config, configMap: {name: $app}}])";

constexpr std::string_view kSurroundings = R"(
apiVersion: v1
kind: Service
metadata: $metadata}
spec:
  clusterIP: 10.96.1.$number
  selector: {app.kubernetes.io/name: $app}
  ports: [{name: http, port: 80, protocol: TCP, targetPort: http}]
---
apiVersion: v1
kind: ConfigMap
metadata: $metadata}
data: {database.host: db.$team.svc, feature.flags: "dark-mode,beta"}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: $metadata}
spec:
  ingressClassName: nginx
  rules:
  - host: $app.$team.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: $app, port: {name: http}}}}]}
)";

constexpr std::string_view kDeployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: $metadata, annotations: {deployment.kubernetes.io/revision: "$revision"}}
spec:
  replicas: $replicas
  selector: {matchLabels: {app.kubernetes.io/name: $app}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}
  template: {metadata: {labels: {app.kubernetes.io/name: $app, team: $team}}, spec: $podspec}}
status:
  replicas: $total
  updatedReplicas: $updated
  readyReplicas: $ready
  availableReplicas: $ready
  conditions:
  - {type: Available, status: "$available", reason: MinimumReplicasAvailable}
)";

constexpr std::string_view kPodObject = R"(
apiVersion: v1
kind: Pod
metadata: $metadata}
spec: $podspec, nodeName: node-$node}
status:
  phase: $phase
  podIP: 10.1.$node.17
  conditions: [{type: Ready, status: "$state"}]
  containerStatuses: [{name: $app, ready: $ready, restartCount: 0}]
)";

using Words = std::initializer_list<std::pair<std::string_view, std::string>>;

void replace_all(std::string& text, std::string_view word, std::string_view by) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
}

std::string filled(std::string_view form, Words words) {
  std::string text(form);
  replace_all(text, "$metadata", kMetadata);
  replace_all(text, "$podspec", kPodSpec);
  for (const auto& [word, by] : words) replace_all(text, word, by);
  return text;
}

// Pods of the newest revision.
template <typename App>
size_t fresh_pods(const App& app) {
  return static_cast<size_t>(std::ranges::count_if(
      app.pods, [&](const auto& pod) { return pod.revision == app.revision; }));
}

template <typename App>
size_t ready_pods(const App& app) {
  return static_cast<size_t>(
      std::ranges::count_if(app.pods, [](const auto& pod) { return pod.is_ready; }));
}

template <typename App>
bool is_settled(const App& app) {
  return !app.is_stale && app.pods.size() == app.replicas && ready_pods(app) == app.replicas &&
         fresh_pods(app) == app.replicas;
}

}  // namespace

Status LivingCluster::put_deployment(App& app) {
  app.is_stale = false;
  const size_t ready = ready_pods(app);
  return sandbox_.put(
      filled(kDeployment, {{"$self", app.name},
                           {"$app", app.name},
                           {"$team", app.ns},
                           {"$revision", std::to_string(app.revision)},
                           {"$replicas", std::to_string(app.replicas)},
                           {"$total", std::to_string(app.pods.size())},
                           {"$updated", std::to_string(fresh_pods(app))},
                           {"$ready", std::to_string(ready)},
                           {"$available", ready >= app.replicas ? "True" : "False"}}));
}

Status LivingCluster::put_pod(const App& app, const Pod& pod) {
  return sandbox_.put(filled(kPodObject, {{"$self", pod.name},
                                          {"$app", app.name},
                                          {"$team", app.ns},
                                          {"$revision", std::to_string(pod.revision)},
                                          {"$node", std::to_string(pod.name.size() % 3 + 1)},
                                          {"$phase", pod.is_ready ? "Running" : "Pending"},
                                          {"$state", pod.is_ready ? "True" : "False"},
                                          {"$ready", pod.is_ready ? "true" : "false"}}));
}

Status LivingCluster::start_app() {
  App& app = apps_.emplace_back();
  app.ns = kTeams[made_ % std::size(kTeams)];
  app.name = kNames[made_ % std::size(kNames)];
  if (made_ >= std::size(kNames)) app.name += fmt::format("-{}", made_ / std::size(kNames));
  app.replicas = 2 + pick(3);
  app.is_stale = true;
  return sandbox_.put(filled(kSurroundings, {{"$self", app.name},
                                             {"$app", app.name},
                                             {"$team", app.ns},
                                             {"$number", std::to_string(++made_ % 255)}}));
}

// One write towards what the app should be.
Status LivingCluster::advance(App& app) {
  if (app.is_stale) return put_deployment(app);
  app.is_stale = true;
  const auto starting = std::ranges::find(app.pods, false, &Pod::is_ready);
  if (starting != app.pods.end()) {
    starting->is_ready = true;
    return put_pod(app, *starting);
  }
  if (fresh_pods(app) < app.replicas) {
    const std::string name =
        fmt::format("{}-{}-{:05x}", app.name, app.revision, random_() & 0xfffff);
    return put_pod(app, app.pods.emplace_back(Pod{name, app.revision}));
  }
  const std::string gone = app.pods.front().name;
  app.pods.pop_front();
  return sandbox_.erase(kPod, {app.ns, gone});
}

Status LivingCluster::vanish(size_t index) {
  const App app = apps_[index];
  apps_.erase(apps_.begin() + static_cast<std::ptrdiff_t>(index));
  Status done;
  for (const kube::Gvk& gvk : kKindsOfApp)
    if (done) done = sandbox_.erase(gvk, {app.ns, app.name});
  for (const Pod& pod : app.pods)
    if (done) done = sandbox_.erase(kPod, {app.ns, pod.name});
  return done;
}

Status LivingCluster::settle() {
  Status done;
  for (const std::string_view team : kTeams) {
    if (!done) return done;
    done =
        sandbox_.put(filled("{apiVersion: v1, kind: Namespace, "
                            "metadata: {name: $team, labels: {team: $team}}}",
                            {{"$team", std::string(team)}}));
  }
  for (size_t i = 0; done && i <= options_.objects / kObjectsPerApp; ++i) done = start_app();
  while (done && !std::ranges::all_of(apps_, is_settled<App>)) done = change();
  return done;
}

Status LivingCluster::change() {
  for (App& app : apps_) {
    if (!is_settled(app)) return advance(app);
  }
  const size_t chance = pick(20);
  const size_t index = pick(apps_.size());
  if (chance == 0) return start_app();
  if (chance == 1 && apps_.size() > 1) return vanish(index);
  App& app = apps_[index];
  const bool grows = app.replicas < 2 || (app.replicas < 6 && pick(2) == 0);
  if (chance < 8) {
    app.replicas = grows ? app.replicas + 1 : app.replicas - 1;
  } else {
    ++app.revision;
  }
  return put_deployment(app);
}

Status LivingCluster::run(const std::stop_token& stop) {
  const Guarded<bool> never(false);
  const auto pause = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(1 / options_.changes_per_second));
  while (!stop.stop_requested()) {
    if (const Status done = change(); !done) return done;
    never.wait_for(stop, pause, [](bool value) { return value; });
  }
  return {};
}

}  // namespace kollect::sandbox
