// The operator's command line, and its parts on real sockets without a cluster. With a cluster:
// tests/system/api_operator_test.
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/operator_options.h"
#include "app/testing/terminal.h"
#include "app/wiring.h"
#include "net/client.h"
#include "net/testing/certificates.h"
#include "net/testing/raw_server.h"

namespace kollect::app {
namespace {

using namespace std::chrono_literals;

Result<OperatorOptions> options_of(const Arguments& arguments) {
  const auto flags = operator_flag_help();
  const auto given = GivenFlags::parse(arguments, flags);
  return given ? operator_options(*given) : given.error();
}

TEST(OperatorFlags, have_the_defaults_of_the_contract) {
  const auto options = options_of({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->webhook->port, 9443);
  EXPECT_EQ(options->webhook_certificate.folder, "/tmp/k8s-webhook-server/serving-certs");
  EXPECT_EQ(options->health->port, 8081);
  EXPECT_FALSE(options->metrics.has_value());
  EXPECT_TRUE(options->metrics_secure);
  EXPECT_EQ(options->policy.max_export_bytes, 1572864);
  EXPECT_TRUE(options->without_effect.empty());
}

TEST(OperatorFlags, set_what_they_say) {
  const auto options = options_of(
      {"--tenant-mode", "--watch-namespaces= a,b ,,a", "--metrics-bind-address=127.0.0.1:8443",
       "--metrics-secure=false", "--webhook-cert-path=/certs", "--webhook-cert-name=a.crt",
       "--health-probe-bind-address=0", "--zap-encoder=console"});
  ASSERT_TRUE(options) << options.error().text();
  EXPECT_TRUE(options->policy.tenant_mode);
  EXPECT_EQ(options->watch_namespaces, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options->metrics->address, "127.0.0.1");
  EXPECT_FALSE(options->metrics_secure);
  EXPECT_EQ(options->webhook_certificate.folder, "/certs");
  EXPECT_EQ(options->webhook_certificate.certificate, "a.crt");
  EXPECT_FALSE(options->health.has_value());
  EXPECT_EQ(options->log.encoder, LogEncoder::console);
}

TEST(OperatorFlags, whose_feature_is_missing_warn_when_they_ask_for_it) {
  const auto options = options_of(
      {"--leader-elect", "--enable-pprof=false", "--collect-dispatch-workers=8", "--enable-http2"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->without_effect,
            (std::vector<std::string>{
                "--leader-elect has no effect in this version",
                "--enable-http2 has no effect: every listener speaks HTTP/1.1 only, also with it",
                "--collect-dispatch-workers has no effect: there is no queue to work on"}));
}

TEST(OperatorFlags, every_flag_of_the_contract_is_read) {
  for (const char* name : {"--version",
                           "--kubeconfig=a",
                           "--metrics-cert-key=a",
                           "--leader-elect=false",
                           "--leader-elect-lease-duration=61s",
                           "--validating-webhooks-enabled=false",
                           "--allow-private-sinks",
                           "--default-excluded-namespaces=a",
                           "--scrub-keys=a,b",
                           "--inventory-http-enabled",
                           "--inventory-http-port=1",
                           "--inventory-auth-mode=none",
                           "--inventory-auth-cache-ttl=0",
                           "--max-concurrent-reconciles-target=1",
                           "--max-concurrent-reconciles-inventory=1",
                           "--max-concurrent-reconciles-cluster-target=1",
                           "--max-concurrent-reconciles-cluster-inventory=1",
                           "--reconcile-rate-limit=1",
                           "--target-count-resync=-1s",
                           "--collect-dispatch-queue-size=0",
                           "--collect-dispatch-enqueue-wait=-5ms",
                           "--informer-resync-period=1h",
                           "--collect-metrics-sample-interval=1s",
                           "--pprof-bind-address=:1",
                           "--zap-devel",
                           "--zap-log-level=2",
                           "--zap-stacktrace-level=error",
                           "--zap-time-encoding=iso8601"}) {
    EXPECT_TRUE(options_of({name})) << name;
  }
}

TEST(OperatorFlags, a_bad_value_names_its_flag) {
  for (const char* argument :
       {"--max-export-bytes=0", "--metrics-bind-address=8443", "--health-probe-bind-address=a:1",
        "--leader-elect-retry-period=40s", "--leader-elect-lease-duration=soon",
        "--inventory-auth-mode=open", "--inventory-http-port=0", "--watch-namespaces=A_b",
        "--tenant-mode=maybe", "--zap-encoder=xml", "--reconcile-rate-limit=1.5",
        "--webhook-bind-address=:99999", "--metrics-bind-address=::1:80"}) {
    const std::string flag = std::string(argument).substr(0, std::string(argument).find('='));
    const auto options = options_of({argument});
    ASSERT_FALSE(options) << argument;
    EXPECT_NE(options.error().text().find(flag), std::string::npos) << options.error().text();
  }
}

TEST(OperatorCommand, answers_without_starting) {
  Terminal terminal;
  EXPECT_EQ(terminal.run({"--version"}), kDone);
  EXPECT_EQ(terminal.out, "dev (commit unknown, built unknown)\n");
  EXPECT_EQ(terminal.run({"--help"}), kDone);
  EXPECT_NE(terminal.out.find("--webhook-cert-path"), std::string::npos);
  EXPECT_NE(terminal.out.find("validate"), std::string::npos);
}

TEST(OperatorCommand, what_cannot_be_used_is_exit_2_on_standard_error) {
  for (const Arguments& arguments :
       {Arguments{"--nope"}, Arguments{"--max-export-bytes=x"}, Arguments{"--tenant-mode", "a"}}) {
    Terminal terminal;
    EXPECT_EQ(terminal.run(arguments), kBadInput);
    EXPECT_NE(terminal.err.find("Usage: kollect"), std::string::npos) << terminal.err;
    EXPECT_EQ(terminal.out, "");
  }
}

// An operator whose API server does not exist.
class Lonely : public ::testing::Test {
 protected:
  void SetUp() override {
    folder.server_files(authority.server("localhost"));
    options.webhook = BindAddress{"127.0.0.1", 0};
    options.webhook_certificate.folder = std::filesystem::path(folder.path("x")).parent_path();
    options.metrics = BindAddress{"127.0.0.1", 0};
    options.health = BindAddress{"127.0.0.1", 0};
  }

  Result<std::unique_ptr<Operator>> open() const {
    return Operator::open(options, {.context = "trial", .server = "http://127.0.0.1:1"},
                          Log::off());
  }

  net::Response call(const std::string& url, const std::string& body = "") const {
    net::ClientOptions made;
    made.connection.tls.insecure_skip_verify = true;
    const auto answer =
        net::Client(made).call({.method = body.empty() ? "GET" : "POST", .url = url, .body = body},
                               Steady::now() + 10s, {});
    EXPECT_TRUE(answer) << answer.error().text();
    return answer ? *answer : net::Response{};
  }
  static std::string at(const char* scheme, std::optional<uint16_t> port, const std::string& path) {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(*port) + path;
  }

  net::TemporaryFolder folder;
  net::TestAuthority authority{"kollect"};
  OperatorOptions options;
};

std::string review_of(const std::string& kind, const std::string& spec) {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",)"
         R"("operation":"CREATE","kind":{"group":"kollect.dev","version":"v1alpha1","kind":")" +
         kind + R"("},"object":{"apiVersion":"kollect.dev/v1alpha1","kind":")" + kind +
         R"(","metadata":{"name":"a","namespace":"team-a"},"spec":)" + spec + "}}}";
}

TEST_F(Lonely, admits_what_needs_no_look_up_and_fails_closed_on_the_rest) {
  const auto parts = open();
  ASSERT_TRUE(parts) << parts.error().text();
  (*parts)->start();
  const std::string hooks =
      at("https", (*parts)->ports().webhook, "/validate-kollect-dev-v1alpha1-");
  const std::string scope = call(hooks + "kollectscope", review_of("KollectScope", "{}")).body;
  EXPECT_NE(scope.find(R"("allowed":true)"), std::string::npos) << scope;
  const std::string inventory =
      call(hooks + "kollectinventory", review_of("KollectInventory", "{}")).body;
  EXPECT_NE(inventory.find(R"("allowed":false)"), std::string::npos) << inventory;
  EXPECT_NE(inventory.find("Internal error"), std::string::npos) << inventory;
}

TEST_F(Lonely, is_alive_and_says_why_it_is_not_ready) {
  const auto parts = open();
  ASSERT_TRUE(parts) << parts.error().text();
  (*parts)->start();
  const auto health = (*parts)->ports().health;
  EXPECT_EQ(call(at("http", health, "/healthz")).status, 200);
  const net::Response ready = call(at("http", health, "/readyz"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(ready.body.find("[+] webhook\n[-] cluster: KollectScope objects: "), std::string::npos)
      << ready.body;
}

TEST_F(Lonely, takes_large_bodies_at_the_webhook_only) {
  const auto parts = open();
  ASSERT_TRUE(parts) << parts.error().text();
  (*parts)->start();
  const std::string body(5000, 'x');
  EXPECT_EQ(call(at("http", (*parts)->ports().health, "/healthz"), body).status, 413);
  EXPECT_EQ(call(at("https", (*parts)->ports().metrics, "/metrics"), body).status, 413);
  const std::string hook =
      at("https", (*parts)->ports().webhook, "/validate-kollect-dev-v1alpha1-kollectscope");
  EXPECT_EQ(call(hook, body).status, 400);
}

TEST_F(Lonely, shows_no_metrics_to_those_it_cannot_review) {
  const auto parts = open();
  ASSERT_TRUE(parts) << parts.error().text();
  (*parts)->start();
  EXPECT_EQ(call(at("https", (*parts)->ports().metrics, "/metrics")).status, 401);
}

TEST_F(Lonely, shows_metrics_to_everybody_when_told_so) {
  options.metrics_secure = false;
  const auto parts = open();
  ASSERT_TRUE(parts) << parts.error().text();
  (*parts)->start();
  const net::Response scrape = call(at("http", (*parts)->ports().metrics, "/metrics"));
  EXPECT_NE(scrape.body.find("kollect_build_info{"), std::string::npos) << scrape.body;
  EXPECT_NE(scrape.body.find("process_resident_memory_bytes"), std::string::npos);
}

TEST_F(Lonely, stops_within_a_second) {
  const auto parts = open();
  ASSERT_TRUE(parts) << parts.error().text();
  (*parts)->start();
  call(at("http", (*parts)->ports().health, "/healthz"));
  const auto begin = Steady::now();
  (*parts)->stop();
  EXPECT_LT(Steady::now() - begin, 1s);
}

TEST_F(Lonely, does_not_start_without_its_certificate_or_its_port) {
  options.webhook_certificate.certificate = "other.crt";
  const auto without = open();
  ASSERT_FALSE(without);
  EXPECT_NE(without.error().text().find("other.crt"), std::string::npos) << without.error().text();
  options.webhook_certificate.certificate = "tls.crt";
  const net::Listener taken = net::listen_on_loopback();
  options.health->port = taken.port;
  EXPECT_FALSE(open());
  ::close(taken.fd);
}

TEST_F(Lonely, refuses_loopback_sinks_inside_a_cluster) {
  options.policy.endpoints.allow_loopback = true;
  EXPECT_TRUE(open());
  const auto inside = Operator::open(options, {.server = "https://10.0.0.1"}, Log::off());
  ASSERT_FALSE(inside);
  EXPECT_NE(inside.error().text().find("--allow-loopback-sinks"), std::string::npos);
}

}  // namespace
}  // namespace kollect::app
