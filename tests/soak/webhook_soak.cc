// 500 reviews a second for 30 s against an operator on one processor. What is sent: every sample of
// the reference, and every manifest that a rule refuses.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include "api/testing/refusals.h"
#include "base/json_write.h"
#include "base/yaml.h"
#include "net/testing/running_server.h"
#include "operator_process.h"
#include "serve/admission.h"
#include "soak.h"

namespace kollect::soak {

namespace {

using namespace std::chrono_literals;
using ::kollect::testing::OperatorProcess;

constexpr int kPerSecond = 500;
constexpr int kSeconds = 30;
constexpr int kClients = 4;
constexpr double kMebibyte = 1024.0 * 1024.0;

struct Post {
  std::string path;
  std::string body;
};

Post review_of(const api::Kind& kind, const std::string& manifest) {
  return {serve::admission_path(kind),
          fmt::format(
              R"({{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{{"uid":)"
              R"("705ab4f5-6393-11e8-b7cc-42010a800002","operation":"CREATE","kind":{{"group":)"
              R"("kollect.dev","version":"v1alpha1","kind":"{}"}},"object":{}}}}})",
              kind.name, manifest)};
}

std::vector<Post> posts() {
  std::vector<Post> out;
  for (const auto& file :
       std::filesystem::directory_iterator(KOLLECT_SOURCE_DIR "/deploy/samples")) {
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    json::Arena arena;
    const auto object = yaml::parse(text, arena);
    KOLLECT_CHECK(object.has_value());
    out.push_back(review_of(*api::find_kind(object->text("kind")), json::to_text(*object)));
  }
  for (const api::Refusal& one : api::refusals())
    out.push_back(review_of(one.subject->kind, manifest_text(*one.subject, *one.row)));
  return out;
}

// An API server that serves nothing: then there are no scopes and no profiles.
net::Reply serve_nothing(const net::Request& request, const net::Peer&) {
  net::Reply reply;
  reply.response.headers.set("Content-Type", "application/json");
  const bool is_discovery = request.url == "/api" || request.url == "/apis";
  reply.response.status = is_discovery ? 200 : 404;
  reply.response.body = request.url == "/api"
                            ? R"({"kind":"APIVersions","versions":["v1"]})"
                            : R"({"kind":"APIGroupList","apiVersion":"v1","groups":[]})";
  if (!is_discovery)
    reply.response.body = R"({"kind":"Status","apiVersion":"v1","code":404,"reason":"NotFound"})";
  return reply;
}

std::string kubeconfig(const std::string& server) {
  return fmt::format(
      "{{apiVersion: v1, kind: Config, current-context: soak,"
      " clusters: [{{name: soak, cluster: {{server: '{}'}}}}],"
      " contexts: [{{name: soak, context: {{cluster: soak, user: soak}}}}],"
      " users: [{{name: soak, user: {{}}}}]}}",
      server);
}

struct Sent {
  std::vector<double> milliseconds;  // from the moment each was due
  int failed = 0;                    // no 200
};

// Every kClients-th review, at its time, whatever became of those before.
Sent send_share(const std::vector<Post>& all, const std::string& url, int share,
                Steady::time_point begin) {
  net::ClientOptions options;
  options.connection.tls.insecure_skip_verify = true;
  options.connection.version = net::HttpVersion::http1;
  net::Client client(options);
  Sent sent;
  for (int i = share; i < kPerSecond * kSeconds; i += kClients) {
    const auto due = begin + i * (1'000'000us / kPerSecond);
    std::this_thread::sleep_until(due);
    const Post& post = all[static_cast<size_t>(i) % all.size()];
    const auto answer = client.call({.method = "POST", .url = url + post.path, .body = post.body},
                                    Steady::now() + 10s, {});
    if (!answer || answer->status != 200) ++sent.failed;
    sent.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(Steady::now() - due).count());
  }
  return sent;
}

double at(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<size_t>(share * last)];
}

struct Memory {
  double after_five = 0;
  double at_end = 0;
  double most = 0;
};

Memory watch_memory(pid_t pid, Steady::time_point begin) {
  Memory memory;
  for (int second = 1; second <= kSeconds; ++second) {
    std::this_thread::sleep_until(begin + second * 1s);
    memory.at_end = static_cast<double>(resident_bytes_of(pid)) / kMebibyte;
    memory.most = std::max(memory.most, memory.at_end);
    if (second == 5) memory.after_five = memory.at_end;
  }
  return memory;
}

// What else the machine does: a missed bound on a busy one says little.
double load_average() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

std::vector<Figure> figures_of(Sent all, const Memory& memory, double cpu_seconds) {
  std::ranges::sort(all.milliseconds);
  return {{"reviews", static_cast<double>(all.milliseconds.size()), "", 0},
          {"not answered by a review", static_cast<double>(all.failed), "", 0.5},
          {"p50", at(all.milliseconds, 0.5), "ms", 0},
          {"p99", at(all.milliseconds, 0.99), "ms", 20},
          {"slowest", all.milliseconds.back(), "ms", 0},
          {"processor", 100 * cpu_seconds / kSeconds, "% of one", 0},
          {"resident after 5 s", memory.after_five, "MiB", 0},
          {"resident at the end", memory.at_end, "MiB", 0},
          {"growth after 5 s", memory.most - memory.after_five, "MiB", 2},
          {"load average at the end", load_average(), "", 0}};
}

}  // namespace

std::vector<Figure> webhook_soak() {
  const int cpus = static_cast<int>(std::thread::hardware_concurrency());
  stay_on(cpus > 1 ? 1 : 0);
  net::RunningServer nothing({}, &serve_nothing);
  const net::TemporaryFolder folder;
  const std::string config = folder.write("config", kubeconfig(nothing.url("")));
  OperatorProcess process({"--kubeconfig=" + config}, {"/usr/bin/taskset", "-c", "0"});
  if (!process.is_ready()) {
    std::fputs(process.log().c_str(), stderr);
    return {};
  }
  const std::vector<Post> all = posts();
  const std::string url = process.url("webhook", "");
  const double cpu_before = cpu_seconds_of(process.pid());
  const auto begin = Steady::now() + 100ms;
  std::vector<Sent> shares(kClients);
  Memory memory;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i)
      clients.emplace_back(
          [&, i] { shares[static_cast<size_t>(i)] = send_share(all, url, i, begin); });
    memory = watch_memory(process.pid(), begin);
  }
  const double cpu = cpu_seconds_of(process.pid()) - cpu_before;
  Sent whole;
  for (const Sent& share : shares) {
    whole.milliseconds.insert(whole.milliseconds.end(), share.milliseconds.begin(),
                              share.milliseconds.end());
    whole.failed += share.failed;
  }
  process.signal(SIGTERM);
  KOLLECT_CHECK(process.wait() == 0);
  return figures_of(std::move(whole), memory, cpu);
}

}  // namespace kollect::soak
