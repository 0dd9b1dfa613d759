#include "sandbox/sandbox.h"

#include <random>
#include <thread>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/guarded.h"
#include "base/yaml.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

constexpr size_t kBodyBytes = size_t{16} << 20;

Fault fault_of(int code) {
  if (code == 404) return Fault::missing;
  return code == 409 ? Fault::conflict : Fault::invalid;
}

Status status_of(const Outcome<ObjectPtr>& outcome) {
  const Failure* failure = failure_of(outcome);
  if (failure == nullptr) return {};
  return Error{fault_of(failure->code), failure->message, ""};
}

std::string made_token(const std::string& user) {
  std::random_device entropy;
  return fmt::format("{}-{:08x}{:08x}{:08x}", user, entropy(), entropy(), entropy());
}

Error unserved(const kube::Gvk& gvk) {
  return missing(fmt::format("no kind {} is served", gvk.text()));
}

}  // namespace

struct Sandbox::Parts {
  explicit Parts(const SandboxOptions& options)
      : cluster({.seed = options.seed, .history_limit = options.history_limit}),
        api(cluster, {.version = kServerVersion,
                      .bookmark_interval = options.bookmark_interval,
                      .anonymous = options.anonymous}) {}

  Cluster cluster;
  Api api;
  std::string url;
  std::unique_ptr<net::Server> server;
  std::jthread thread;
};

Sandbox::Sandbox(Key, std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::start(const SandboxOptions& options) {
  auto parts = std::make_unique<Parts>(options);
  net::ServerOptions server;
  server.address = options.address;
  server.port = options.port;
  server.tls = options.tls;
  server.max_body_bytes = kBodyBytes;
  server.drain_timeout = std::chrono::milliseconds(500);
  auto opened =
      net::Server::open(server, [&api = parts->api](const net::Request& request, const net::Peer&) {
        return api.answer(request);
      });
  if (!opened) return opened.error();
  parts->server = *std::move(opened);
  parts->url = fmt::format("{}://{}:{}", options.tls ? "https" : "http", options.address,
                           parts->server->port());
  parts->thread =
      std::jthread([server_now = parts->server.get()](const std::stop_token& stop) noexcept {
        server_now->run(stop);
      });
  return std::make_unique<Sandbox>(Key(), std::move(parts));
}

std::string Sandbox::url() const { return parts_->url; }

std::string Sandbox::token(const std::string& user) {
  return parts_->cluster.with_access([&](Access& access) {
    std::string token = access.token(user);
    if (!token.empty()) return token;
    access.add_token(token = made_token(user), user);
    return token;
  });
}

Status Sandbox::put(std::string_view text) {
  Arena arena;
  const auto documents = yaml::parse_all(text, arena);
  if (!documents) return documents.error();
  for (const yaml::Document& document : *documents) {
    const Value* items = document.root.find("items");
    const bool is_list =
        items != nullptr && items->is_array() && document.root.text("kind").ends_with("List");
    const auto objects = is_list ? items->items() : std::span(&document.root, 1);
    for (const Value& object : objects) {
      const Status done = status_of(parts_->cluster.put(object));
      if (!done) return done.error().in(object.text("kind"));
    }
  }
  return {};
}

Status Sandbox::patch(const kube::Gvk& gvk, const kube::ObjectKey& key, std::string_view patch) {
  const KindPtr kind = parts_->cluster.kind(gvk);
  if (!kind) return unserved(gvk);
  Arena arena;
  const auto change = yaml::parse(patch, arena);
  if (!change) return change.error();
  const Write write{.kind = kind,
                    .key = key,
                    .owner = {.manager = "kollect-sandbox", .time = now_text()},
                    .keeps_status = true};
  return status_of(parts_->cluster.update(write, [&](const Value& current, Arena& scratch) {
    return Outcome<Value>(merge_patch(scratch, current, *change));
  }));
}

Status Sandbox::erase(const kube::Gvk& gvk, const kube::ObjectKey& key) {
  const KindPtr kind = parts_->cluster.kind(gvk);
  return kind ? status_of(parts_->cluster.erase(kind, key, {})) : unserved(gvk);
}

std::optional<std::string> Sandbox::read(const kube::Gvk& gvk, const kube::ObjectKey& key) const {
  const KindPtr kind = parts_->cluster.kind(gvk);
  if (!kind) return {};
  const ObjectPtr object =
      parts_->cluster.read([&](const Store& store) { return store.find(kind->resource(), key); });
  return object ? std::optional(object->text) : std::nullopt;
}

void Sandbox::add_rule(const AccessRule& rule) {
  parts_->cluster.with_access([&](Access& access) { access.add(rule); });
}

void Sandbox::clear_rules() {
  parts_->cluster.with_access([](Access& access) { access.clear(); });
}

void Sandbox::revoke(const std::string& token) {
  parts_->cluster.with_access([&](Access& access) { access.remove_token(token); });
}

void Sandbox::inject(const InjectedFault& fault) { parts_->cluster.inject(fault); }
void Sandbox::clear_faults() { parts_->cluster.clear_faults(); }
void Sandbox::drop_watches(const std::string& resource) { parts_->cluster.drop_watches(resource); }
void Sandbox::forget_history(const std::string& resource) {
  parts_->cluster.forget_history(resource);
}

uint64_t Sandbox::count(std::string_view verb, std::string_view resource) const {
  uint64_t sum = 0;
  for (const auto& [what, count] : parts_->cluster.counters()) {
    const size_t blank = what.find(' ');
    const bool fits = resource == "*" || what.substr(blank + 1) == resource;
    if (fits && what.substr(0, blank) == verb) sum += count;
  }
  return sum;
}

size_t Sandbox::open_watches(const std::string& resource) const {
  return parts_->cluster.open_watches(resource);
}

uint64_t Sandbox::version() const {
  return parts_->cluster.read([](const Store& store) { return store.version(); });
}

void Sandbox::deny(std::string user, std::string verb, std::string resource, std::string ns) {
  add_rule({std::move(user), std::move(verb), std::move(resource), std::move(ns), false});
}

void Sandbox::allow(std::string user, std::string verb, std::string resource, std::string ns) {
  add_rule({std::move(user), std::move(verb), std::move(resource), std::move(ns), true});
}

std::string Sandbox::kubeconfig(const std::string& ca_pem, const std::string& user) {
  const std::string ca =
      ca_pem.empty() ? std::string()
                     : fmt::format("    certificate-authority-data: {}\n", base64_encode(ca_pem));
  return fmt::format(
      "apiVersion: v1\nkind: Config\nclusters:\n- name: kollect-sandbox\n  cluster:\n"
      "    server: {}\n{}users:\n- name: {}\n  user:\n    token: {}\ncontexts:\n"
      "- name: kollect-sandbox\n  context:\n    cluster: kollect-sandbox\n    user: {}\n"
      "current-context: kollect-sandbox\n",
      url(), ca, user, token(user), user);
}

}  // namespace kollect::sandbox
