#include "sandbox/living.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/guarded.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kTeams[] = {"shop", "billing", "search", "media", "data", "platform"};
constexpr std::string_view kNames[] = {"web",   "api",     "worker", "cart",   "catalog", "mailer",
                                       "users", "reports", "gate",   "ledger", "images",  "queue"};
constexpr size_t kObjectsPerApp = 8;

const kube::Gvk kDeployment{"apps", "v1", "Deployment"};
const kube::Gvk kReplicaSet{"apps", "v1", "ReplicaSet"};
const kube::Gvk kPod{"", "v1", "Pod"};
const kube::Gvk kSurroundings[] = {
    {"", "v1", "Service"}, {"", "v1", "ConfigMap"}, {"networking.k8s.io", "v1", "Ingress"}};

std::string condition(std::string_view type, bool holds, std::string_view reason,
                      const std::string& since) {
  return fmt::format(R"({{type: {}, status: "{}", reason: {}, lastTransitionTime: "{}"}})", type,
                     holds ? "True" : "False", reason, since);
}

std::string labels(const std::string& name, const std::string& team) {
  return fmt::format(
      "app.kubernetes.io/name: {0}, app.kubernetes.io/part-of: {1}, "
      "app.kubernetes.io/managed-by: sandbox, team: {1}",
      name, team);
}

std::string image(const std::string& name, int revision) {
  return fmt::format("registry.example.com/{0}:1.{1}.{2}", name, revision, revision * 7 % 10);
}

std::string pod_spec(const std::string& name, int revision) {
  return fmt::format(R"(
    serviceAccountName: {0}
    terminationGracePeriodSeconds: 30
    containers:
    - name: {0}
      image: {1}
      ports: [{{name: http, containerPort: 8080, protocol: TCP}}]
      env:
      - {{name: LOG_LEVEL, value: info}}
      - {{name: DATABASE_HOST, valueFrom: {{configMapKeyRef: {{name: {0}, key: database.host}}}}}}
      resources: {{requests: {{cpu: 100m, memory: 128Mi}}, limits: {{memory: 256Mi}}}}
      readinessProbe: {{httpGet: {{path: /ready, port: http}}, periodSeconds: 5}}
      livenessProbe: {{httpGet: {{path: /live, port: http}}, periodSeconds: 10, failureThreshold: 3}}
      volumeMounts: [{{name: config, mountPath: /etc/{0}, readOnly: true}}]
    volumes: [{{name: config, configMap: {{name: {0}}}}}]
)",
                     name, image(name, revision));
}

// Of a Deployment and of a ReplicaSet alike.
std::string workload(std::string_view kind, const std::string& head, const std::string& template_,
                     const std::string& status) {
  return fmt::format("apiVersion: apps/v1\nkind: {}\n{}  template:\n{}status:\n{}", kind, head,
                     template_, status);
}

std::string template_of(const std::string& app, const std::string& team, int revision) {
  return fmt::format("   metadata: {{labels: {{{}}}}}\n   spec:{}", labels(app, team),
                     pod_spec(app, revision));
}

}  // namespace

LivingCluster::LivingCluster(Sandbox& sandbox, const LivingOptions& options)
    : sandbox_(sandbox),
      options_(options),
      started_(rfc3339(system_clock().wall())),
      random_(options.seed) {}

std::string LivingCluster::uid_of(const kube::Gvk& gvk, const kube::ObjectKey& key) const {
  const auto text = sandbox_.read(gvk, key);
  const auto object = text ? json::Document::parse(*text) : missing("gone");
  return object ? std::string(kube::uid_of(object->root())) : std::string("unknown");
}

Status LivingCluster::put_deployment(const App& app) {
  const int total = static_cast<int>(app.pods.size());
  const bool is_done = app.ready == app.replicas && total == app.replicas;
  const std::string head = fmt::format(
      "metadata:\n  name: {0}\n  namespace: {1}\n  labels: {{{2}}}\n  annotations: "
      "{{deployment.kubernetes.io/revision: \"{3}\"}}\nspec:\n  replicas: {4}\n  selector: "
      "{{matchLabels: {{app.kubernetes.io/name: {0}}}}}\n  strategy: {{type: RollingUpdate, "
      "rollingUpdate: {{maxSurge: 25%, maxUnavailable: 25%}}}}\n",
      app.name, app.ns, labels(app.name, app.ns), app.revision, app.replicas);
  const std::string status = fmt::format(
      "  observedGeneration: {}\n  replicas: {}\n  updatedReplicas: {}\n  readyReplicas: {}\n"
      "  availableReplicas: {}\n  conditions:\n  - {}\n  - {}\n",
      app.generation, total, app.ready, std::min(total, app.replicas),
      std::min(total, app.replicas),
      condition("Available", total >= app.replicas, "MinimumReplicasAvailable", started_),
      condition("Progressing", true, is_done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                started_));
  return sandbox_.put(
      workload("Deployment", head, template_of(app.name, app.ns, app.revision), status));
}

Status LivingCluster::put_replica_set(const App& app, int revision, int replicas) {
  const std::string head = fmt::format(
      "metadata:\n  name: {0}-{3}\n  namespace: {1}\n  labels: {{{2}}}\n  ownerReferences: "
      "[{{apiVersion: apps/v1, kind: Deployment, name: {0}, uid: {5}, controller: true}}]\n"
      "spec:\n  replicas: {4}\n  selector: {{matchLabels: {{app.kubernetes.io/name: {0}}}}}\n",
      app.name, app.ns, labels(app.name, app.ns), revision, replicas,
      uid_of(kDeployment, {app.ns, app.name}));
  const std::string status =
      fmt::format("  replicas: {0}\n  readyReplicas: {0}\n  availableReplicas: {0}\n", replicas);
  return sandbox_.put(
      workload("ReplicaSet", head, template_of(app.name, app.ns, revision), status));
}

Status LivingCluster::put_pod(const App& app, const std::string& name, bool is_ready) {
  const std::string state = is_ready ? "running: {startedAt: \"" + started_ + "\"}"
                                     : "waiting: {reason: ContainerCreating}";
  return sandbox_.put(fmt::format(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {0}\n  namespace: {1}\n  labels: {{{2}}}\n"
      "  ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: {3}-{4}, uid: {13}, "
      "controller: true}}]\nspec:\n    nodeName: node-{5}{6}status:\n  phase: {7}\n  hostIP: "
      "10.0.0.{5}\n  podIP: 10.1.{5}.{8}\n  conditions:\n  - {9}\n  containerStatuses:\n  - "
      "{{name: "
      "{3}, image: \"{10}\", ready: {11}, restartCount: 0, state: {{{12}}}}}\n",
      name, app.ns, labels(app.name, app.ns), app.name, app.revision, name.size() % 3 + 1,
      pod_spec(app.name, app.revision), is_ready ? "Running" : "Pending",
      std::hash<std::string>()(name) % 250 + 1,
      condition("Ready", is_ready, "Containers", started_), image(app.name, app.revision), is_ready,
      state, uid_of(kReplicaSet, {app.ns, fmt::format("{}-{}", app.name, app.revision)})));
}

Status LivingCluster::put_surroundings(const App& app) {
  return sandbox_.put(fmt::format(
      "apiVersion: v1\nkind: Service\nmetadata: {{name: {0}, namespace: {1}, labels: {{{2}}}}}\n"
      "spec: {{selector: {{app.kubernetes.io/name: {0}}}, ports: [{{name: http, port: 80, "
      "targetPort: http}}]}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {0}, "
      "namespace: "
      "{1}, labels: {{{2}}}}}\ndata: {{database.host: db.{1}.svc, feature.flags: "
      "\"dark-mode,beta\"}}\n"
      "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {0}, namespace: "
      "{1}, "
      "labels: {{{2}}}}}\nspec: {{ingressClassName: nginx, rules: [{{host: {0}.{1}.example.com, "
      "http: "
      "{{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {0}, port: {{name: "
      "http}}}}}}}}]}}}}]}}\n",
      app.name, app.ns, labels(app.name, app.ns)));
}

void LivingCluster::add_pod(App& app) {
  const std::string name = fmt::format("{}-{}-{:05x}", app.name, app.revision, random_() % 0xfffff);
  steps_.emplace_back([this, &app, name] {
    app.pods.push_back(name);
    return put_pod(app, name, false);
  });
  steps_.emplace_back([this, &app, name] { return put_pod(app, name, true); });
  steps_.emplace_back([this, &app] {
    app.ready = std::min(app.ready + 1, app.replicas);
    return put_deployment(app);
  });
}

void LivingCluster::drop_pod(App& app) {
  steps_.emplace_back([this, &app]() -> Status {
    if (app.pods.empty()) return {};
    const kube::ObjectKey key{app.ns, app.pods.front()};
    app.pods.erase(app.pods.begin());
    return sandbox_.erase(kPod, key);
  });
}

void LivingCluster::start_app() {
  App& app = apps_.emplace_back();
  app.ns = kTeams[made_ % std::size(kTeams)];
  const size_t round = made_ / std::size(kNames);
  app.name = kNames[made_ % std::size(kNames)];
  if (round > 0) app.name += fmt::format("-{}", round);
  ++made_;
  app.replicas = static_cast<int>(2 + pick(3));
  steps_.emplace_back([this, &app] { return put_surroundings(app); });
  steps_.emplace_back([this, &app] { return put_deployment(app); });
  steps_.emplace_back([this, &app] { return put_replica_set(app, 1, app.replicas); });
  for (int i = 0; i < app.replicas; ++i) add_pod(app);
}

void LivingCluster::roll_out(App& app) {
  const int old = app.revision++;
  ++app.generation;
  app.ready = 0;
  steps_.emplace_back([this, &app] { return put_deployment(app); });
  steps_.emplace_back([this, &app] { return put_replica_set(app, app.revision, app.replicas); });
  for (int i = 0; i < app.replicas; ++i) {
    add_pod(app);
    drop_pod(app);
  }
  steps_.emplace_back([this, &app] { return put_deployment(app); });
  steps_.emplace_back([this, &app, old] {
    return sandbox_.erase(kReplicaSet, {app.ns, fmt::format("{}-{}", app.name, old)});
  });
}

void LivingCluster::scale(App& app) {
  const bool grows = app.replicas < 2 || (app.replicas < 6 && pick(2) == 0);
  app.replicas += grows ? 1 : -1;
  ++app.generation;
  app.ready = std::min(app.ready, app.replicas);
  steps_.emplace_back([this, &app] { return put_deployment(app); });
  steps_.emplace_back([this, &app] { return put_replica_set(app, app.revision, app.replicas); });
  if (grows) return add_pod(app);
  drop_pod(app);
  steps_.emplace_back([this, &app] { return put_deployment(app); });
}

void LivingCluster::vanish(size_t index) {
  const App app = apps_[index];
  apps_.erase(apps_.begin() + static_cast<std::ptrdiff_t>(index));
  const auto erase = [this](const kube::Gvk& gvk, const kube::ObjectKey& key) {
    steps_.emplace_back([this, gvk, key] { return sandbox_.erase(gvk, key); });
  };
  erase(kDeployment, {app.ns, app.name});
  erase(kReplicaSet, {app.ns, fmt::format("{}-{}", app.name, app.revision)});
  for (const std::string& pod : app.pods) erase(kPod, {app.ns, pod});
  for (const kube::Gvk& gvk : kSurroundings) erase(gvk, {app.ns, app.name});
}

Status LivingCluster::settle() {
  for (const std::string_view team : kTeams) {
    const Status made = sandbox_.put(fmt::format(
        "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {0}, labels: {{team: {0}}}}}\n", team));
    if (!made) return made;
  }
  for (size_t i = 0; i < std::max<size_t>(1, options_.objects / kObjectsPerApp); ++i) start_app();
  while (!steps_.empty()) {
    if (const Status made = change(); !made) return made;
  }
  return {};
}

Status LivingCluster::change() {
  if (steps_.empty()) {
    const size_t chance = pick(20);
    const size_t index = pick(apps_.size());
    if (chance == 0) {
      start_app();
    } else if (chance == 1 && apps_.size() > 1) {
      vanish(index);
    } else if (chance < 8) {
      scale(apps_[index]);
    } else {
      roll_out(apps_[index]);
    }
  }
  const Step step = std::move(steps_.front());
  steps_.pop_front();
  return step();
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
