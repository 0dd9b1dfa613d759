#include "sandbox/sandbox.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/yaml.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

constexpr size_t kBodyBytes = size_t{16} << 20;

Status status_of(const Outcome<ObjectPtr>& outcome) {
  if (outcome) return {};
  const Failure& failure = outcome.failure();
  return Error{failure.code == 404 ? Fault::missing : Fault::invalid, failure.message, ""};
}

}  // namespace

Sandbox::Sandbox(const SandboxOptions& options)
    : options_(options), cluster_(std::make_unique<Cluster>(options.history_limit)) {}
Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::start(const SandboxOptions& options) {
  auto made = std::make_unique<Sandbox>(options);
  net::ServerOptions server;
  server.address = options.address;
  server.port = options.port;
  server.tls = options.tls;
  server.max_body_bytes = kBodyBytes;
  server.max_connections = 20'000;  // over HTTP/1.1 each watch holds one
  server.drain_timeout = std::chrono::milliseconds(500);
  auto opened =
      net::Server::open(server, [&self = *made](const net::Request& request, const net::Peer&) {
        return answer(*self.cluster_, self.options_, request);
      });
  if (!opened) return opened.error();
  made->server_ = *std::move(opened);
  made->url_ = fmt::format("{}://{}:{}", options.tls ? "https" : "http", options.address,
                           made->server_->port());
  made->thread_ = std::jthread(
      [&serving = *made->server_](const std::stop_token& stop) noexcept { serving.run(stop); });
  return made;
}

std::string Sandbox::token(const std::string& user) { return std::string(kTokenPrefix) + user; }

Status Sandbox::put(std::string_view text) {
  Arena arena;
  const auto documents = yaml::parse_all(text, arena);
  if (!documents) return documents.error();
  for (const yaml::Document& document : *documents) {
    const Status done =
        status_of(cluster_->change([&](ClusterState& state) { return state.put(document.root); }));
    if (!done) return done.error().in(document.root.text("kind"));
  }
  return {};
}

Status Sandbox::erase(const kube::Gvk& gvk, const kube::ObjectKey& key) {
  return status_of(cluster_->change([&](ClusterState& state) -> Outcome<ObjectPtr> {
    const KindPtr kind = state.kind(gvk);
    return kind ? state.erase(kind, key) : unserved();
  }));
}

std::optional<std::string> Sandbox::read(const kube::Gvk& gvk, const kube::ObjectKey& key) const {
  return cluster_->read([&](const ClusterState& state) -> std::optional<std::string> {
    const KindPtr kind = state.kind(gvk);
    const ObjectPtr object = kind ? state.store.find(kind->resource(), key) : nullptr;
    return object ? std::optional(object->text) : std::nullopt;
  });
}

void Sandbox::deny(const std::string& user, const std::string& verb, const std::string& resource,
                   const std::string& ns) {
  cluster_->with([&](ClusterState& state) {
    state.rules.push_back({user, verb, resource, ns, false});
  });
}

void Sandbox::allow(const std::string& user, const std::string& verb, const std::string& resource,
                    const std::string& ns) {
  cluster_->with([&](ClusterState& state) {
    state.rules.push_back({user, verb, resource, ns, true});
  });
}

void Sandbox::clear_rules() {
  cluster_->with([](ClusterState& state) { state.rules.clear(); });
}

void Sandbox::inject(const InjectedFault& fault) {
  cluster_->change([&](ClusterState& state) { state.faults.push_back(fault); });
}

void Sandbox::clear_faults() {
  cluster_->change([](ClusterState& state) { state.faults.clear(); });
}

void Sandbox::drop_watches(const std::string& resource) {
  const int open = static_cast<int>(open_watches(resource));
  if (open > 0)
    inject({.kind = FaultKind::drop, .verb = "watch", .resource = resource, .times = open});
}

void Sandbox::forget_history(const std::string& resource) {
  cluster_->change([&](ClusterState& state) { state.store.forget(resource); });
}

uint64_t Sandbox::count(std::string_view verb, std::string_view resource) const {
  return cluster_->read([&](const ClusterState& state) {
    uint64_t sum = 0;
    for (const auto& [what, count] : state.counters)
      if (what.first == verb && (resource == "*" || what.second == resource)) sum += count;
    return sum;
  });
}

size_t Sandbox::open_watches(const std::string& resource) const {
  return cluster_->read([&](const ClusterState& state) {
    return static_cast<size_t>(std::ranges::count_if(state.watches, [&](const auto& row) {
      return resource == "*" || row.second.resource == resource;
    }));
  });
}

uint64_t Sandbox::version() const {
  return cluster_->read([](const ClusterState& state) { return state.store.version(); });
}

std::string Sandbox::kubeconfig(const std::string& ca_pem, const std::string& user) {
  const std::string ca =
      ca_pem.empty() ? std::string()
                     : fmt::format("    certificate-authority-data: {}\n", base64_encode(ca_pem));
  return fmt::format(R"(apiVersion: v1
kind: Config
current-context: kollect-sandbox
clusters:
- name: kollect-sandbox
  cluster:
    server: {}
{}users: [{{name: {}, user: {{token: {}}}}}]
contexts: [{{name: kollect-sandbox, context: {{cluster: kollect-sandbox, user: {}}}}}]
)",
                     url(), ca, user, token(user), user);
}

}  // namespace kollect::sandbox
