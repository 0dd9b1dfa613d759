// `kollect collect --once` over many Deployments on a real API server: its rows against kubectl and
// jq, its memory, and its processor time against a curl that drains the same list to nowhere.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "kube/client.h"
#include "soak.h"
#include "world/world.h"

namespace kollect::soak {

namespace {

using namespace std::chrono_literals;

constexpr int kNamespaces = 10;
constexpr int kWriters = 12;
constexpr double kMebibyte = 1024.0 * 1024.0;
const kube::Gvr kDeployments{"apps", "v1", "deployments"};

struct Ended {
  int code = -1;
  double cpu_seconds = 0;
  double peak_mebibytes = 0;
};

// Runs a program to its end, standard output into a file.
Ended run(std::vector<std::string> words, const std::string& out) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const int file = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(file, STDOUT_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          .cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime),
          .peak_mebibytes = static_cast<double>(usage.ru_maxrss) * 1024 / kMebibyte};
}

// About 6 kB as the server gives it back, with its notes on who owns which field.
std::string deployment(int number) {
  std::string env;
  for (int i = 0; i < 18; ++i) {
    env += fmt::format(R"({}{{"name":"SETTING_{}","value":"value-{}-{}"}})", i == 0 ? "" : ",", i,
                       number, i);
  }
  std::string containers;
  for (const char* name : {"app", "proxy"}) {
    containers += fmt::format(
        R"({}{{"name":"{}","image":"registry.local/{}:1.{}","env":[{}],"ports":[{{"containerPort":8080}}],)"
        R"("resources":{{"requests":{{"cpu":"100m","memory":"128Mi"}},"limits":{{"memory":"256Mi"}}}}}})",
        containers.empty() ? "" : ",", name, name, number, env);
  }
  return fmt::format(
      R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"d-{0}","labels":{{"app":"d-{0}","tier":"web"}}}},)"
      R"("spec":{{"replicas":{1},"selector":{{"matchLabels":{{"app":"d-{0}"}}}},"template":{{"metadata":)"
      R"({{"labels":{{"app":"d-{0}"}}}},"spec":{{"containers":[{2}]}}}}}}}})",
      number, number % 9, containers);
}

Status fill(const kube::KubeClient& admin, int count) {
  for (int i = 0; i < kNamespaces; ++i) {
    const std::string body = fmt::format(
        R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"soak-{}"}}}})", i);
    const auto made =
        admin.call(kube::create({{"", "v1", "namespaces"}}, body), Steady::now() + 10s, {});
    if (!made) return made.error();
  }
  std::array<Status, kWriters> failures;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      Status& failure = failures[static_cast<size_t>(writer)];
      for (int i = writer; i < count && failure; i += kWriters) {
        const kube::Place place{kDeployments, fmt::format("soak-{}", i % kNamespaces)};
        const auto made = admin.send(kube::create(place, deployment(i)), Steady::now() + 30s, {});
        if (!made || !made->outcome) failure = made ? made->outcome.error() : made.error();
      }
    });
  }
  writers.clear();
  for (const Status& failure : failures) {
    if (!failure) return failure;
  }
  return {};
}

// Ten targets, each on a namespace of its own; two JSONPaths and a CEL expression.
std::string manifests() {
  std::string text = R"yaml(apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {namespace: default, name: deployments}
spec:
  targetGVK: {group: apps, version: v1, kind: Deployment}
  attributes:
  - {name: replicas, path: "$.spec.replicas"}
  - {name: images, path: "$.spec.template.spec.containers[*].image"}
  - {name: containers, path: "cel:size(object.spec.template.spec.containers)"}
)yaml";
  for (int i = 0; i < kNamespaces; ++i) {
    text += fmt::format(R"(---
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {{namespace: default, name: t{0}}}
spec: {{profileRef: deployments, includedNamespaces: [soak-{0}]}}
)",
                        i);
  }
  return text;
}

constexpr std::string_view kOracle =
    R"jq(.items[] | select(.metadata.namespace|startswith("soak-")) | {targetNamespace:"default",targetName:("t"+(.metadata.namespace|ltrimstr("soak-"))),namespace:.metadata.namespace,name:.metadata.name,group:"apps",version:"v1",kind:"Deployment",uid:.metadata.uid,attributes:{containers:(.spec.template.spec.containers|length),images:[.spec.template.spec.containers[].image],replicas:.spec.replicas}})jq";

class Run {
 public:
  explicit Run(int count) : count_(count) {
    folder_ = std::filesystem::temp_directory_path() / fmt::format("kollect-soak-{}", getpid());
    std::filesystem::create_directories(folder_);
  }
  ~Run() { std::filesystem::remove_all(folder_); }

  std::vector<Figure> figures(double most_mebibytes) {
    auto world = testing::World::open({"kube-apiserver"});
    if (!world) return give_up(world.error());
    const testing::KubeApiserver server = world->kube();
    const auto config =
        kube::Kubeconfig::load({server.kubeconfig}, kube::Kubeconfig::Missing::refuse);
    if (!config) return give_up(config.error());
    const auto access = config->access();
    if (!access) return give_up(access.error());
    if (const Status filled = fill(kube::KubeClient(*access), count_); !filled)
      return give_up(filled.error());
    return measure(server, most_mebibytes);
  }

 private:
  static std::vector<Figure> give_up(const Error& error) {
    std::fprintf(stderr, "collect: %s\n", error.text().c_str());
    return {};
  }

  std::string path(const char* name) const { return (folder_ / name).string(); }

  Ended collect(const testing::KubeApiserver& server) const {
    return run({KOLLECT_BINARY, "collect", "--once", "--stats", "--kubeconfig",
                server.kubeconfigs.at("reader"), "-n", "default", "-f", path("manifests.yaml")},
               path("rows"));
  }
  Ended curl(const testing::KubeApiserver& server) const {
    return run({"curl", "-sS", "--http1.1", "--cacert", server.ca, "-H",
                "Authorization: Bearer " + server.tokens.at("reader"),
                server.url + "/apis/apps/v1/deployments?pretty=false"},
               "/dev/null");
  }
  // Namespace by namespace: kubectl takes 160 kB of memory for each object of a list.
  bool equals_oracle(const testing::KubeApiserver& server) const {
    const std::string script = fmt::format(
        "set -o pipefail; for i in $(seq 0 {}); do KUBECONFIG={} {} get deployments "
        "-n soak-$i -o json | jq -c '{}' || exit 1; done | sort > {} && sort {} | "
        "cmp - {}",
        kNamespaces - 1, server.kubeconfig, server.kubectl, kOracle, path("wanted"), path("rows"),
        path("wanted"));
    return run({"bash", "-c", script}, "/dev/null").code == 0;
  }

  std::vector<Figure> measure(const testing::KubeApiserver& server, double most_mebibytes) const {
    std::ofstream(path("manifests.yaml")) << manifests();
    Ended best_curl;
    Ended best;
    for (int i = 0; i < 5; ++i) {
      const Ended theirs = curl(server);
      const Ended ours = collect(server);
      if (ours.code != 0 || theirs.code != 0)
        return give_up(internal(fmt::format("exit codes {} and {}", ours.code, theirs.code)));
      if (i == 0 || theirs.cpu_seconds < best_curl.cpu_seconds) best_curl = theirs;
      if (i == 0 || ours.cpu_seconds < best.cpu_seconds) best = ours;
    }
    const double bytes = static_cast<double>(std::filesystem::file_size(path("rows")));
    return {{.name = "rows that differ",
             .value = equals_oracle(server) ? 0.0 : 1.0,
             .unit = "from jq",
             .bound = 0.5},
            {.name = "peak memory",
             .value = best.peak_mebibytes,
             .unit = "MiB",
             .bound = most_mebibytes},
            {.name = "processor time", .value = best.cpu_seconds, .unit = "s"},
            {.name = "of curl", .value = best_curl.cpu_seconds, .unit = "s"},
            {.name = "ratio",
             .value = best.cpu_seconds / best_curl.cpu_seconds,
             .unit = "x curl",
             .bound = 3},
            {.name = "printed", .value = bytes / kMebibyte, .unit = "MiB"}};
  }

  const int count_;
  std::filesystem::path folder_;
};

}  // namespace

std::vector<Figure> collect_soak() { return Run(10'000).figures(20); }
std::vector<Figure> collect_large_soak() { return Run(100'000).figures(60); }

}  // namespace kollect::soak
