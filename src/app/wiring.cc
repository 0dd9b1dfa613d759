#include "app/wiring.h"

#include <stop_token>
#include <thread>

#include "app/listener.h"
#include "app/pace.h"
#include "app/version.h"
#include "base/guarded.h"
#include "control/catalog.h"
#include "extract/expression_check.h"
#include "kube/client.h"
#include "kube/session.h"
#include "metrics/process.h"
#include "metrics/registry.h"
#include "net/loop.h"
#include "serve/access.h"
#include "serve/admission.h"
#include "serve/endpoints.h"
#include "serve/webhook.h"

namespace kollect::app {

namespace {

constexpr std::chrono::seconds kTick{5};
constexpr std::chrono::seconds kSilence{60};
constexpr int kSpareConnections = 4;

net::TlsServer tls_of(const CertificateFiles& files) {
  return {.certificate_file = files.folder + "/" + files.certificate,
          .key_file = files.folder + "/" + files.key};
}

net::TlsServer metrics_tls(const CertificateFiles& files) {
  if (!files.folder.empty()) return tls_of(files);
  net::TlsServer tls;
  tls.self_signed_name = "localhost";
  return tls;
}

// The thread that talks to the cluster, and the catalog that it keeps.
class ClusterPart {
 public:
  ClusterPart(const OperatorOptions& options, kube::ClusterAccess access, const Log& log)
      : client_(std::move(access), {.user_agent = "kollect/" + std::string(version())}),
        watches_(3 + 2 * static_cast<int>(options.watch_namespaces.size())),
        catalog_(
            {.tenant_mode = options.policy.tenant_mode, .namespaces = options.watch_namespaces},
            log),
        ticked_at_(Steady::now()) {}

  void start() {
    thread_ = std::jthread([this](const std::stop_token& stop) noexcept { run(stop); });
  }
  void request_stop() { thread_.request_stop(); }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  // Whether the thread still goes round.
  Status alive() const {
    const auto silence = Steady::now() - ticked_at_.copy();
    if (silence < kSilence) return {};
    return internal("the thread that watches the cluster has not moved for a minute");
  }

  const kube::KubeClient& client() const { return client_; }
  const control::Catalog& catalog() const { return catalog_; }

 private:
  void run(const std::stop_token& stop) {
    net::Loop loop({.connection = {}, .max_connections_per_host = watches_ + kSpareConnections});
    kube::Session session(loop, client_);
    catalog_.start(session);
    tick(loop);
    loop.run(stop);
  }

  void tick(net::Loop& loop) {
    ticked_at_.update([](Steady::time_point& at) { at = Steady::now(); });
    loop.call_at(Steady::now() + kTick, [this, &loop] { tick(loop); });
  }

  const kube::KubeClient client_;
  const int watches_;
  control::Catalog catalog_;
  Guarded<Steady::time_point> ticked_at_;
  std::jthread thread_;
};

class WiredOperator final : public Operator {
 public:
  WiredOperator(const OperatorOptions& options, kube::ClusterAccess access, const Log& log)
      : options_(options),
        log_(log),
        cluster_(options, std::move(access), log),
        gate_(serve::reviewers_of(cluster_.client(), stop_.get_token())) {
    metrics::add_process_metrics(registry_);
    registry_.gauge(metrics::Metric::build, {{std::string(version()), std::string(commit())}})
        .set(1);
  }
  ~WiredOperator() override { stop(); }

  Status bind() {
    if (Status bound = bind_webhook(); !bound) return bound;
    if (Status bound = bind_metrics(); !bound) return bound;
    return bind_health();
  }

  void start() override {
    cluster_.start();
    for (Listener* one : listeners())
      if (one != nullptr) one->start();
  }

  void stop() override {
    stop_.request_stop();
    for (Listener* one : listeners())
      if (one != nullptr) one->request_stop();
    cluster_.request_stop();
    for (Listener* one : listeners())
      if (one != nullptr) one->stop();
    cluster_.stop();
  }

  OperatorPorts ports() const override {
    OperatorPorts out;
    if (webhook_) out.webhook = webhook_->port();
    if (metrics_) out.metrics = metrics_->port();
    if (health_) out.health = health_->port();
    return out;
  }

 private:
  // In the order in which they stop.
  std::array<Listener*, 3> listeners() const {
    return {webhook_.get(), metrics_.get(), health_.get()};
  }

  Status bind_webhook() {
    if (!options_.webhook) return {};
    const Log log = log_.named("webhook");
    const auto pace = std::make_shared<Guarded<Pace>>();
    net::Handler handler = serve::admission_handler(
        {options_.policy, expressions_, cluster_.catalog()},
        [log, pace](const api::Kind* kind, int status) {
          if (status == 200) return;
          const auto held_back = pace->with([](Pace& now) { return now.pass(Steady::now()); });
          if (!held_back) return;
          log.warn(
              "not a review",
              {{"kind", kind ? kind->name : "none"}, {"status", status}, {"unlogged", *held_back}});
        });
    const Listener::Spec spec{"webhook", *options_.webhook, tls_of(options_.webhook_certificate),
                              serve::kMostReviewBytes};
    return open(spec, std::move(handler), webhook_);
  }

  Status bind_metrics() {
    if (!options_.metrics) return {};
    Listener::Spec spec{"metrics", *options_.metrics};
    if (options_.metrics_secure) spec.tls = metrics_tls(options_.metrics_certificate);
    return open(spec, serve::metrics_handler(registry_, options_.metrics_secure ? &gate_ : nullptr),
                metrics_);
  }

  Status bind_health() {
    if (!options_.health) return {};
    std::vector<serve::HealthCheck> ready;
    if (webhook_) ready.push_back({"webhook", [this] { return webhook_->answers(); }});
    ready.push_back({"cluster", [this] { return cluster_.catalog().synced(); }});
    return open({"health", *options_.health},
                serve::health_handler({{"cluster-loop", [this] { return cluster_.alive(); }}},
                                      std::move(ready)),
                health_);
  }

  Status open(const Listener::Spec& spec, net::Handler handler, std::unique_ptr<Listener>& into) {
    auto listener = Listener::open(spec, std::move(handler), log_);
    if (!listener) return listener.error();
    into = std::move(*listener);
    return {};
  }

  const OperatorOptions options_;
  const Log log_;
  std::stop_source stop_;  // of reviews that a request waits for
  metrics::Registry registry_;
  const extract::ExpressionCompilers expressions_;
  ClusterPart cluster_;
  serve::AccessGate gate_;
  std::unique_ptr<Listener> webhook_;
  std::unique_ptr<Listener> metrics_;
  std::unique_ptr<Listener> health_;
};

}  // namespace

Result<std::unique_ptr<Operator>> Operator::open(const OperatorOptions& options,
                                                 kube::ClusterAccess access, const Log& log) {
  const bool is_in_cluster = access.context.empty();
  if (options.policy.endpoints.allow_loopback && is_in_cluster)
    return invalid(
        "--allow-loopback-sinks is for trials outside a cluster; it cannot be used with the "
        "credentials of a pod");
  auto made = std::make_unique<WiredOperator>(options, std::move(access), log);
  if (const Status bound = made->bind(); !bound) return bound.error();
  return std::unique_ptr<Operator>(std::move(made));
}

}  // namespace kollect::app
