#include "serve/endpoints.h"

#include <gtest/gtest.h>

namespace kollect::serve {
namespace {

net::Response get(const net::Handler& handler, const std::string& url,
                  const std::string& method = "GET") {
  return handler({.method = method, .url = url}, {}).response;
}

net::Handler health(bool holds) {
  return health_handler(
      {},
      {{"webhook", [] { return Status(); }},
       {"cluster", [holds] { return holds ? Status() : Status(unavailable("not read yet")); }}});
}

TEST(Health, says_ok_when_all_is_well) {
  for (const char* url : {"/healthz", "/readyz", "/healthz/ping", "/readyz/cluster", "/healthz/"}) {
    const net::Response response = get(health(true), url);
    EXPECT_EQ(response.status, 200) << url;
    EXPECT_EQ(response.body, "ok") << url;
  }
}

TEST(Health, says_which_check_fails_and_why) {
  const net::Response response = get(health(false), "/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "[+] webhook\n[-] cluster: not read yet\n");
  EXPECT_EQ(get(health(false), "/readyz/webhook").status, 200);
  EXPECT_EQ(get(health(false), "/readyz/cluster").status, 503);
  EXPECT_EQ(get(health(false), "/healthz").status, 200);
}

TEST(Health, shows_every_check_to_who_asks) {
  EXPECT_EQ(get(health(true), "/readyz?verbose").body, "[+] webhook\n[+] cluster\nok\n");
}

TEST(Health, has_no_other_pages) {
  EXPECT_EQ(get(health(true), "/").status, 404);
  EXPECT_EQ(get(health(true), "/metrics").status, 404);
  EXPECT_EQ(get(health(true), "/readyz/other").status, 404);
  EXPECT_EQ(get(health(true), "/readyz", "POST").status, 405);
}

TEST(Metrics, are_served_in_the_format_that_is_asked_for) {
  metrics::Registry registry;
  registry.gauge(metrics::Metric::build, {{"1", "c"}}).set(1);
  const net::Handler handler = metrics_handler(registry, nullptr);
  const net::Response plain = get(handler, "/metrics");
  EXPECT_EQ(plain.status, 200);
  EXPECT_NE(plain.body.find("kollect_build_info{"), std::string::npos) << plain.body;
  net::Request request{.url = "/metrics"};
  request.headers.set("Accept", "application/openmetrics-text; version=1.0.0");
  const net::Response open = handler(request, {}).response;
  EXPECT_NE(open.headers.find("content-type")->find("openmetrics"), std::string::npos);
  EXPECT_NE(open.body.find("# EOF"), std::string::npos);
}

TEST(Metrics, are_for_those_whom_the_gate_lets_through) {
  metrics::Registry registry;
  Reviewers reviewers;
  reviewers.authenticate = [](const std::string&) {
    return Result<std::optional<Caller>>(Caller{.user = "u"});
  };
  reviewers.authorize = [](const Caller&, const PathAccess& access) {
    return Result<bool>(access.verb == "get" && access.path == "/metrics");
  };
  AccessGate gate(reviewers);
  const net::Handler handler = metrics_handler(registry, &gate);
  const net::Response refused = get(handler, "/metrics");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.find("www-authenticate"), "Bearer");
  net::Request request{.url = "/metrics"};
  request.headers.set("Authorization", "Bearer t");
  EXPECT_EQ(handler(request, {}).response.status, 200);
}

}  // namespace
}  // namespace kollect::serve
