// The life of the real operator beside a real API server: start, readiness, reviews, metrics, stop.
#include <csignal>
#include <functional>
#include <thread>

#include <fmt/format.h>

#include "kubectl.h"
#include "operator_process.h"
#include "world/world.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;

const SharedWorld world({"kube-apiserver"});

constexpr const char* kTargetHook = "/validate-kollect-dev-v1alpha1-kollecttarget";

std::string kubeconfig_of(const std::string& user) {
  return "--kubeconfig=" + world->kube().kubeconfigs.at(user);
}

std::string target_review(const std::string& spec, const std::string& extra = "") {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",)"
         R"("operation":"CREATE","kind":{"group":"kollect.dev","version":"v1alpha1",)"
         R"("kind":"KollectTarget"},"object":{"apiVersion":"kollect.dev/v1alpha1",)"
         R"("kind":"KollectTarget","metadata":{"name":"t","namespace":"team-a"},"spec":)" +
         spec + extra + "}}}";
}

const std::string kSound = R"({"profileRef":"p","includedNamespaces":["team-a"]})";

bool holds_within(std::chrono::seconds limit, const std::function<bool()>& condition) {
  const auto end = Steady::now() + limit;
  while (Steady::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(50ms);
  }
  return condition();
}

bool allows(const OperatorProcess& process, const std::string& spec) {
  const net::Response answer =
      process.post(process.url("webhook", kTargetHook), target_review(spec));
  return answer.body.find(R"("allowed":true)") != std::string::npos;
}

TEST(Operator, is_ready_without_definitions_and_sees_a_scope_once_they_are_there) {
  KOLLECT_NEED_WORLD(world);
  OperatorProcess process({kubeconfig_of("admin")});
  ASSERT_TRUE(process.is_ready()) << process.log();
  EXPECT_TRUE(allows(process, kSound));
  ASSERT_TRUE(install_definitions(world->kube()).ok);
  const auto scope =
      kubectl_with(world->kube(), "apply",
                   "{apiVersion: kollect.dev/v1alpha1, kind: KollectScope, metadata: "
                   "{name: s, namespace: team-a}, spec: {allowedNamespaces: [x]}}");
  ASSERT_TRUE(scope.ok) << scope.text;
  EXPECT_TRUE(holds_within(40s, [&] { return !allows(process, kSound); }));
  kubectl(world->kube(), "delete kollectscope -n team-a s");
  EXPECT_TRUE(holds_within(5s, [&] { return allows(process, kSound); }));
}

TEST(Operator, that_may_not_read_scopes_refuses_what_they_might_forbid) {
  KOLLECT_NEED_WORLD(world);
  ASSERT_TRUE(install_definitions(world->kube()).ok);
  OperatorProcess process({kubeconfig_of("nobody")});
  ASSERT_TRUE(process.is_listening("health")) << process.log();
  EXPECT_TRUE(holds_within(10s, [&] {
    return process.get(process.url("health", "/readyz")).body.find("forbidden") !=
           std::string::npos;
  }));
  EXPECT_FALSE(allows(process, kSound));
  EXPECT_EQ(process.get(process.url("health", "/healthz")).status, 200);
}

TEST(Operator, bounded_to_its_namespaces_asks_for_no_others) {
  KOLLECT_NEED_WORLD(world);
  ASSERT_TRUE(install_definitions(world->kube()).ok);
  OperatorProcess process(
      {kubeconfig_of("reader-a"), "--watch-namespaces=team-a", "--tenant-mode"});
  EXPECT_TRUE(process.is_ready()) << process.get(process.url("health", "/readyz")).body;
  EXPECT_TRUE(allows(process, kSound));
}

TEST(Operator, answers_whatever_bytes_come) {
  KOLLECT_NEED_WORLD(world);
  OperatorProcess process({kubeconfig_of("admin")});
  ASSERT_TRUE(process.is_ready()) << process.log();
  const std::string hook = process.url("webhook", kTargetHook);
  const std::string sound = target_review(kSound);
  struct Case {
    const char* name;
    std::string body;
    int status;
  };
  const Case cases[] = {
      {"empty", "", 400},
      {"garbage", std::string("\x01\xff\x00\xfe garbage", 12), 400},
      {"truncated", sound.substr(0, sound.size() / 2), 400},
      {"deep", std::string(200'000, '['), 400},
      {"another version",
       R"({"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u"}})",
       400},
      {"oversized", std::string((size_t{4} << 20) + 1, ' '), 413},
      {"of the largest size", sound + std::string((size_t{4} << 20) - sound.size(), ' '), 200},
      {"a broken object", target_review("7"), 200},
  };
  for (const Case& one : cases)
    EXPECT_EQ(process.post(hook, one.body).status, one.status) << one.name;
  EXPECT_NE(process.post(hook, target_review("7")).body.find(R"("allowed":false)"),
            std::string::npos);
  EXPECT_TRUE(allows(process, kSound));
}

TEST(Operator, takes_a_new_certificate_without_a_restart) {
  KOLLECT_NEED_WORLD(world);
  OperatorProcess process({kubeconfig_of("admin")});
  ASSERT_TRUE(process.is_listening("webhook")) << process.log();
  const std::string hook = process.url("webhook", kTargetHook);
  net::ClientOptions trusting;
  trusting.connection.tls.ca_pem = process.replace_certificate();
  EXPECT_TRUE(holds_within(10s, [&] {
    return net::Client(trusting).call({.url = hook}, Steady::now() + 5s, {}).has_value();
  }));
}

TEST(Operator, shows_metrics_to_those_whom_the_api_server_lets) {
  KOLLECT_NEED_WORLD(world);
  OperatorProcess process({kubeconfig_of("admin"), "--metrics-secure=true"});
  ASSERT_TRUE(process.is_listening("metrics")) << process.log();
  std::string scrape = process.url("metrics", "/metrics");
  scrape.insert(4, "s");  // https
  const auto status = [&](const std::string& token) { return process.get(scrape, token).status; };
  const auto tokens = world->kube().tokens;
  EXPECT_EQ(status(""), 401);
  EXPECT_EQ(status("rubbish"), 401);
  EXPECT_EQ(status(tokens.at("nobody")), 403);
  const net::Response scraped = process.get(scrape, tokens.at("admin"));
  EXPECT_EQ(scraped.status, 200) << scraped.body;
  EXPECT_NE(scraped.body.find("kollect_build_info{"), std::string::npos);
}

TEST(Operator, stops_in_order_within_a_second_of_a_signal) {
  KOLLECT_NEED_WORLD(world);
  for (const int number : {SIGTERM, SIGINT}) {
    OperatorProcess process({kubeconfig_of("admin")});
    ASSERT_TRUE(process.is_ready()) << process.log();
    const auto begin = Steady::now();
    process.signal(number);
    EXPECT_EQ(process.wait(), 0) << process.log();
    EXPECT_LT(Steady::now() - begin, 1s);
    EXPECT_NE(process.log().find("\"msg\":\"stopped\""), std::string::npos);
  }
}

TEST(Operator, that_starts_before_its_api_server_recovers_without_a_restart) {
  KOLLECT_NEED_WORLD(world);
  auto own = World::open({"kube-apiserver"});
  ASSERT_TRUE(own) << own.error().text();
  ASSERT_TRUE(own->kill("kube-apiserver"));
  OperatorProcess process({"--kubeconfig=" + own->kube().kubeconfig});
  ASSERT_TRUE(process.is_listening("health")) << process.log();
  EXPECT_EQ(process.get(process.url("health", "/readyz")).status, 503);
  EXPECT_FALSE(allows(process, kSound));
  ASSERT_TRUE(own->restart("kube-apiserver"));
  EXPECT_TRUE(process.is_ready(60s)) << process.get(process.url("health", "/readyz")).body;
  EXPECT_TRUE(allows(process, kSound));
}

}  // namespace
}  // namespace kollect::testing
