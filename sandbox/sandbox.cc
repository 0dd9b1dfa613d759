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

class RunningSandbox : public Sandbox {
 public:
  explicit RunningSandbox(const SandboxOptions& options)
      : cluster_({.seed = options.seed, .history_limit = options.history_limit}),
        api_(cluster_, {.version = kServerVersion,
                        .bookmark_interval = options.bookmark_interval,
                        .anonymous = options.anonymous}),
        is_tls_(options.tls.has_value()) {}

  Status open(const SandboxOptions& options) {
    net::ServerOptions server;
    server.address = options.address;
    server.port = options.port;
    server.tls = options.tls;
    server.max_body_bytes = kBodyBytes;
    server.drain_timeout = std::chrono::milliseconds(500);
    auto opened = net::Server::open(server, [this](const net::Request& request, const net::Peer&) {
      return api_.answer(request);
    });
    if (!opened) return opened.error();
    server_ = *std::move(opened);
    url_ = fmt::format("{}://{}:{}", is_tls_ ? "https" : "http", options.address, server_->port());
    thread_ = std::jthread([this](const std::stop_token& stop) noexcept { server_->run(stop); });
    return {};
  }

  std::string url() const override { return url_; }
  std::string token(const std::string& user) override {
    return cluster_.with_access([&](Access& access) {
      std::string token = access.token(user);
      if (!token.empty()) return token;
      access.add_token(token = made_token(user), user);
      return token;
    });
  }
  Status put(std::string_view text) override;
  Status patch(const kube::Gvk& gvk, const kube::ObjectKey& key, std::string_view patch) override;
  Status erase(const kube::Gvk& gvk, const kube::ObjectKey& key) override {
    const KindPtr kind = cluster_.kind(gvk);
    return kind ? status_of(cluster_.erase(kind, key, {})) : unserved(gvk);
  }
  std::optional<std::string> read(const kube::Gvk& gvk, const kube::ObjectKey& key) const override {
    const KindPtr kind = cluster_.kind(gvk);
    if (!kind) return {};
    const ObjectPtr object =
        cluster_.read([&](const Store& store) { return store.find(kind->resource(), key); });
    return object ? std::optional(object->text) : std::nullopt;
  }

  void add_rule(const AccessRule& rule) override {
    cluster_.with_access([&](Access& access) { access.add(rule); });
  }
  void clear_rules() override {
    cluster_.with_access([](Access& access) { access.clear(); });
  }
  void revoke(const std::string& token) override {
    cluster_.with_access([&](Access& access) { access.remove_token(token); });
  }

  void inject(const InjectedFault& fault) override { cluster_.inject(fault); }
  void clear_faults() override { cluster_.clear_faults(); }
  void drop_watches(const std::string& resource) override { cluster_.drop_watches(resource); }
  void forget_history(const std::string& resource) override { cluster_.forget_history(resource); }

  uint64_t count(std::string_view verb, std::string_view resource) const override {
    uint64_t sum = 0;
    for (const auto& [what, count] : cluster_.counters()) {
      const size_t blank = what.find(' ');
      const bool fits = resource == "*" || what.substr(blank + 1) == resource;
      if (fits && what.substr(0, blank) == verb) sum += count;
    }
    return sum;
  }
  size_t open_watches(const std::string& resource) const override {
    return cluster_.open_watches(resource);
  }
  uint64_t version() const override {
    return cluster_.read([](const Store& store) { return store.version(); });
  }

 private:
  static Error unserved(const kube::Gvk& gvk) {
    return missing(fmt::format("no kind {} is served", gvk.text()));
  }

  Cluster cluster_;
  Api api_;
  const bool is_tls_;
  std::string url_;
  std::unique_ptr<net::Server> server_;
  std::jthread thread_;
};

Status RunningSandbox::put(std::string_view text) {
  Arena arena;
  const auto documents = yaml::parse_all(text, arena);
  if (!documents) return documents.error();
  for (const yaml::Document& document : *documents) {
    const Value* items = document.root.find("items");
    const bool is_list =
        items != nullptr && items->is_array() && document.root.text("kind").ends_with("List");
    const auto objects = is_list ? items->items() : std::span(&document.root, 1);
    for (const Value& object : objects) {
      const Status done = status_of(cluster_.put(object));
      if (!done) return done.error().in(object.text("kind"));
    }
  }
  return {};
}

Status RunningSandbox::patch(const kube::Gvk& gvk, const kube::ObjectKey& key,
                             std::string_view patch) {
  const KindPtr kind = cluster_.kind(gvk);
  if (!kind) return unserved(gvk);
  Arena arena;
  const auto change = yaml::parse(patch, arena);
  if (!change) return change.error();
  const Write write{.kind = kind,
                    .key = key,
                    .owner = {.manager = "kollect-sandbox", .time = now_text()},
                    .keeps_status = true};
  return status_of(cluster_.update(write, [&](const Value& current, Arena& scratch) {
    return Outcome<Value>(merge_patch(scratch, current, *change));
  }));
}

}  // namespace

Result<std::unique_ptr<Sandbox>> Sandbox::start(const SandboxOptions& options) {
  auto sandbox = std::make_unique<RunningSandbox>(options);
  if (const Status opened = sandbox->open(options); !opened) return opened.error();
  return std::unique_ptr<Sandbox>(std::move(sandbox));
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
