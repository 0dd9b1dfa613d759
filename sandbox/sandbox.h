// A Kubernetes API server in memory, for people without a cluster and for component tests.
//
// It stores what it is told and tells who watches; it admits everything, runs no controllers and
// keeps nothing when it ends. README.md says what it does and does not do. The way of a request:
// api.h (HTTP, lists, watches), cluster.h (state behind one lock), kinds.h (what is served).
//
//   const auto sandbox = sandbox::Sandbox::start({});
//   sandbox->put(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})");
//   ... a client with sandbox->url() and sandbox->token() ...
//   EXPECT_EQ(sandbox->count("list", "configmaps"), 0);
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"
#include "kube/gvk.h"
#include "kube/object.h"
#include "net/tls.h"
#include "sandbox/faults.h"

namespace kollect::net {
class Server;
}

namespace kollect::sandbox {

class Cluster;

// What /version says.
inline constexpr const char* kServerVersion = "v1.36.0+kollect-sandbox";

struct SandboxOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;                                 // 0: any free one
  std::optional<net::TlsServer> tls = std::nullopt;  // not set: plain HTTP
  // Who a request without a token is; empty: nobody, it gets 401. kubectl sends no token over plain
  // HTTP.
  std::string anonymous = {};
  size_t history_limit = 1000;  // events kept per resource; watches from before get 410
  std::chrono::milliseconds bookmark_interval{60'000};
};

// Serves on threads of its own from start() until it is destroyed. Any thread may call any method.
class Sandbox {
 public:
  // Fault::unavailable when the port is taken, invalid for an address or certificate of no use.
  static Result<std::unique_ptr<Sandbox>> start(const SandboxOptions& options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // "http://127.0.0.1:43210"
  const std::string& url() const { return url_; }
  // The bearer token of a user. Requests without a known token get 401.
  std::string token(const std::string& user = "admin");
  // A kubeconfig that acts as this user; `ca_pem` is empty for plain HTTP.
  std::string kubeconfig(const std::string& ca_pem = {}, const std::string& user = "admin");

  // Creates or replaces every object of a YAML or JSON text, status included. Objects without a
  // namespace go to "default"; a namespace must exist. Fault::invalid names the object.
  Status put(std::string_view text);
  // As a DELETE request: finalizers hold it, a namespace or definition takes its objects along.
  // Fault::missing.
  Status erase(const kube::Gvk& gvk, const kube::ObjectKey& key);
  // The object as JSON text; nullopt when it is not there.
  std::optional<std::string> read(const kube::Gvk& gvk, const kube::ObjectKey& key) const;

  // Rules about users, the last that fits decides; without one everything is allowed, "*" fits all.
  // Effective for the next request: an open watch goes on, as on a real server.
  void deny(const std::string& user, const std::string& verb, const std::string& resource = "*",
            const std::string& ns = "*");
  void allow(const std::string& user, const std::string& verb, const std::string& resource = "*",
             const std::string& ns = "*");
  void clear_rules();

  void inject(const InjectedFault& fault);
  void clear_faults();
  // Closes every open watch of a resource ("*": of all), as a restarted server would.
  void drop_watches(const std::string& resource = "*");
  // Forgets the history of a resource ("pods"): watches from an older version get 410.
  void forget_history(const std::string& resource);

  // How often a verb ("list", "watch", "create" for reviews...) was asked of a resource ("pods",
  // "deployments.apps", "selfsubjectaccessreviews"); "watchlist" counts streaming lists, which are
  // watches too. "*": of all resources.
  uint64_t count(std::string_view verb, std::string_view resource = "*") const;
  // How many watches of a resource are open now.
  size_t open_watches(const std::string& resource = "*") const;
  // The newest resourceVersion.
  uint64_t version() const;

  explicit Sandbox(const SandboxOptions& options);  // for start()

 private:
  const SandboxOptions options_;
  const std::unique_ptr<Cluster> cluster_;
  std::string url_;
  std::unique_ptr<net::Server> server_;
  std::jthread thread_;
};

}  // namespace kollect::sandbox
