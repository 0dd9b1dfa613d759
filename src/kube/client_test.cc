#include "kube/client.h"

#include <thread>

#include <gtest/gtest.h>

#include "base/guarded.h"
#include "kube/object.h"
#include "net/testing/certificates.h"
#include "net/testing/running_server.h"

namespace kollect::kube {
namespace {

const Gvr kPods{"", "v1", "pods"};

net::Deadline soon() { return Steady::now() + std::chrono::seconds(20); }

net::Reply answer(int status, std::string body, net::Headers headers = {}) {
  headers.set("Content-Type", "application/json");
  return {.response = {.status = status, .headers = std::move(headers), .body = std::move(body)}};
}

std::string status_object(int code, const std::string& reason, const std::string& more = "") {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"b\" said no","reason":")" +
         reason + R"(","code":)" + std::to_string(code) + more + "}";
}

// An API server that keeps what it was asked and answers as it is told.
class KubeClientTest : public ::testing::Test {
 protected:
  using Answers = std::function<net::Reply(const net::Request&)>;

  void serve(Answers answers) { answers_ = std::move(answers); }
  ClusterAccess access() const { return {.server = server_.url("/prefix")}; }
  Result<Answer> send(const Request& request) const {
    return KubeClient(access()).send(request, soon(), {});
  }
  net::Request last() const {
    return seen_.read([](const std::vector<net::Request>& seen) { return seen.back(); });
  }
  size_t count() const {
    return seen_.read([](const std::vector<net::Request>& seen) { return seen.size(); });
  }

  Answers answers_ = [](const net::Request&) { return answer(200, "{}"); };
  Guarded<std::vector<net::Request>> seen_;
  net::RunningServer server_{
      {}, [this](const net::Request& request, const net::Peer&) {
        seen_.with([&](std::vector<net::Request>& seen) { seen.push_back(request); });
        return answers_(request);
      }};
};

TEST_F(KubeClientTest, asks_below_the_path_of_the_server_with_query_and_headers) {
  const auto reply = KubeClient(access(), {.user_agent = "kollect/1"})
                         .send(list({kPods, "a"}, {.limit = 5}), soon(), {});
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(last().method, "GET");
  EXPECT_EQ(last().url, "/prefix/api/v1/namespaces/a/pods?limit=5");
  EXPECT_EQ(last().headers.find("Accept"), "application/json");
  EXPECT_EQ(last().headers.find("User-Agent"), "kollect/1");
  EXPECT_EQ(last().headers.find("Authorization"), std::nullopt);
}

TEST_F(KubeClientTest, sends_bodies_with_their_type) {
  ASSERT_TRUE(send(patch({kPods, "a", "b"}, {PatchKind::merge, R"({"x":1})"})));
  EXPECT_EQ(last().method, "PATCH");
  EXPECT_EQ(last().headers.find("Content-Type"), "application/merge-patch+json");
  EXPECT_EQ(last().body, R"({"x":1})");
}

TEST_F(KubeClientTest, shows_credentials_and_impersonation) {
  ClusterAccess as = access();
  as.token = "t";
  as.impersonation = {
      .user = "jane", .uid = "7", .groups = {"dev"}, .extra = {{"acme.com/scope", {"a"}}}};
  ASSERT_TRUE(KubeClient(as).send(raw_get("/version"), soon(), {}));
  const net::Headers headers = last().headers;
  EXPECT_EQ(headers.find("Authorization"), "Bearer t");
  EXPECT_EQ(headers.find("Impersonate-User"), "jane");
  EXPECT_EQ(headers.find("Impersonate-Uid"), "7");
  EXPECT_EQ(headers.find("Impersonate-Group"), "dev");
  EXPECT_EQ(headers.find("Impersonate-Extra-acme.com%2Fscope"), "a");
}

TEST_F(KubeClientTest, gives_the_object_of_a_success) {
  serve(
      [](const net::Request&) { return answer(200, R"({"kind":"Pod","metadata":{"name":"b"}})"); });
  const auto object = KubeClient(access()).call(get({kPods, "a", "b"}), soon(), {});
  ASSERT_TRUE(object) << object.error().text();
  EXPECT_EQ(key_of(object->root()).name, "b");
}

TEST_F(KubeClientTest, a_success_that_is_no_json_is_unavailable) {
  serve([](const net::Request&) { return answer(200, "<html>"); });
  EXPECT_EQ(KubeClient(access()).call(raw_get("/version"), soon(), {}).error().fault,
            Fault::unavailable);
}

struct Refused {
  int code;
  const char* reason;
  Fault fault;
  Refusal refusal;
};

TEST_F(KubeClientTest, refusals_become_faults) {
  const Refused cases[] = {{401, "Unauthorized", Fault::denied, Refusal::unauthorized},
                           {403, "Forbidden", Fault::denied, Refusal::forbidden},
                           {404, "NotFound", Fault::missing, Refusal::not_found},
                           {409, "Conflict", Fault::conflict, Refusal::conflict},
                           {409, "AlreadyExists", Fault::conflict, Refusal::already_exists},
                           {410, "Expired", Fault::missing, Refusal::expired},
                           {422, "Invalid", Fault::invalid, Refusal::invalid},
                           {400, "BadRequest", Fault::invalid, Refusal::other},
                           {429, "TooManyRequests", Fault::throttled, Refusal::other},
                           {500, "InternalError", Fault::unavailable, Refusal::other},
                           {503, "ServiceUnavailable", Fault::unavailable, Refusal::other},
                           {504, "Timeout", Fault::unavailable, Refusal::other}};
  for (const Refused& c : cases) {
    serve([&](const net::Request&) { return answer(c.code, status_object(c.code, c.reason)); });
    const auto reply = send(get({kPods, "a", "b"}));
    ASSERT_TRUE(reply) << reply.error().text();
    EXPECT_EQ(reply->refusal, c.refusal) << c.code;
    ASSERT_FALSE(reply->outcome);
    EXPECT_EQ(reply->outcome.error().fault, c.fault) << c.code;
    EXPECT_NE(reply->outcome.error().message.find(R"(pods "b" said no)"), std::string::npos);
  }
}

TEST_F(KubeClientTest, messages_name_the_request_and_hide_secrets) {
  serve([](const net::Request&) {
    return answer(
        403,
        R"({"kind":"Status","message":"no: password=hunter2","reason":"Forbidden","code":403})");
  });
  const auto reply = send(list({kPods, "a"}, {.label_selector = "a=b"}));
  EXPECT_EQ(reply->outcome.error().message,
            "GET /api/v1/namespaces/a/pods was answered with 403: no: password=***");
}

TEST_F(KubeClientTest, a_delay_is_taken_from_the_status_or_the_header) {
  serve([](const net::Request&) {
    return answer(429,
                  status_object(429, "TooManyRequests", R"(,"details":{"retryAfterSeconds":3})"));
  });
  EXPECT_EQ(send(raw_get("/version"))->outcome.error().retry_after_seconds, 3);
  serve([](const net::Request&) { return answer(429, "slow down", {{"Retry-After", "7"}}); });
  EXPECT_EQ(send(raw_get("/version"))->outcome.error().retry_after_seconds, 7);
}

TEST_F(KubeClientTest, refusals_without_a_status_object_are_understood) {
  serve([](const net::Request&) { return answer(502, "<html>bad gateway</html>"); });
  const auto reply = send(raw_get("/version"));
  EXPECT_EQ(reply->outcome.error().fault, Fault::unavailable);
  EXPECT_EQ(reply->outcome.error().message, "GET /version was answered with 502: Bad Gateway");
}

TEST_F(KubeClientTest, a_401_makes_it_read_the_token_again_and_try_once_more) {
  const net::TemporaryFolder folder;
  ClusterAccess as = access();
  as.token_file = folder.write("token", "old");
  serve([](const net::Request& request) {
    return request.headers.find("Authorization") == "Bearer new"
               ? answer(200, "{}")
               : answer(401, status_object(401, "Unauthorized"));
  });
  const KubeClient client(as);
  EXPECT_EQ(client.send(raw_get("/version"), soon(), {})->http_status, 401);
  EXPECT_EQ(count(), 1U) << "the same token is not sent twice";
  folder.write("token", "new");
  EXPECT_EQ(client.send(raw_get("/version"), soon(), {})->http_status, 200);
}

TEST_F(KubeClientTest, a_lasting_401_is_sent_twice_and_no_more) {
  ClusterAccess as = access();
  const net::TemporaryFolder folder;
  as.exec = ExecPlugin{.api_version = "client.authentication.k8s.io/v1",
                       .command = std::string(KOLLECT_SOURCE_DIR) + "/src/kube/testdata/plugin.sh",
                       .args = {"counting"},
                       .environment = {{"CALLS", folder.path("calls")}}};
  serve([](const net::Request&) { return answer(401, status_object(401, "Unauthorized")); });
  const auto reply = KubeClient(as).send(raw_get("/version"), soon(), {});
  EXPECT_EQ(reply->refusal, Refusal::unauthorized);
  EXPECT_EQ(count(), 2U);
  EXPECT_EQ(last().headers.find("Authorization"), "Bearer t2");
}

TEST_F(KubeClientTest, names_that_climb_are_not_sent) {
  for (const char* name : {"..", "."}) {
    const auto reply = send(get({kPods, "a", name}));
    ASSERT_FALSE(reply) << name;
    EXPECT_EQ(reply.error().fault, Fault::invalid);
  }
  EXPECT_FALSE(send(list({kPods, ".."})));
  EXPECT_EQ(count(), 0U);
}

TEST_F(KubeClientTest, prepares_requests_for_others) {
  ClusterAccess as = access();
  as.token = "t";
  as.tls.server_name = "kubernetes";
  as.proxy_url = "http://proxy:3128";
  const KubeClient client(as);
  const auto prepared = client.prepare(watch({kPods}), soon(), {});
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->request.url,
            server_.url("/prefix") + "/api/v1/pods?watch=true&allowWatchBookmarks=true");
  EXPECT_EQ(prepared->request.headers.find("Authorization"), "Bearer t");
  EXPECT_EQ(prepared->connection.tls.server_name, "kubernetes");
  EXPECT_EQ(prepared->connection.proxy, "http://proxy:3128");
  EXPECT_FALSE(prepared->refused());
}

TEST_F(KubeClientTest, a_proxy_of_the_kubeconfig_is_used) {
  ClusterAccess as{.server = "http://cluster.invalid", .proxy_url = server_.url("")};
  serve([](const net::Request&) { return answer(200, R"({"via":"proxy"})"); });
  const auto object = KubeClient(as).call(raw_get("/version"), soon(), {});
  ASSERT_TRUE(object) << object.error().text();
  EXPECT_EQ(object->root().text("via"), "proxy");
}

TEST_F(KubeClientTest, many_threads_share_it) {
  const KubeClient client(access());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) EXPECT_TRUE(client.send(raw_get("/version"), soon(), {}));
      });
    }
  }
  EXPECT_EQ(count(), 40U);
}

TEST(KubeClientTls, a_certificate_of_a_plugin_is_shown_to_the_server) {
  const net::TestAuthority authority("ca");
  const net::TemporaryFolder folder;
  net::TlsServer tls = folder.server_files(authority.server("localhost"));
  tls.client_ca_file = folder.write("ca.crt", authority.pem());
  net::ServerOptions options;
  options.tls = tls;
  const net::RunningServer server(options, [](const net::Request&, const net::Peer& peer) {
    return answer(200, R"({"name":")" + peer.common_name + "\"}");
  });
  const net::PemPair pair = authority.client("jane", "dev");
  ClusterAccess as{.server = server.url("")};
  as.tls.ca_pem = authority.pem();
  as.exec = ExecPlugin{
      .api_version = "client.authentication.k8s.io/v1",
      .command = std::string(KOLLECT_SOURCE_DIR) + "/src/kube/testdata/plugin.sh",
      .args = {"files", folder.write("c.crt", pair.certificate), folder.write("c.key", pair.key)}};
  const auto object = KubeClient(as).call(raw_get("/version"), soon(), {});
  ASSERT_TRUE(object) << object.error().text();
  EXPECT_EQ(object->root().text("name"), "jane");
}

TEST(KubeClientNetwork, a_server_that_is_not_there_is_unavailable) {
  const auto reply =
      KubeClient({.server = "http://127.0.0.1:1"}).send(raw_get("/version"), soon(), {});
  EXPECT_EQ(reply.error().fault, Fault::unavailable);
}

TEST(ReadStatus, takes_what_is_there_and_no_more) {
  const auto gone = json::Document::parse(
      R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})");
  EXPECT_EQ(refusal_of(read_status(gone->root())), Refusal::expired);
  const auto odd =
      json::Document::parse(R"({"code":"x","message":7,"details":{"retryAfterSeconds":-1}})");
  EXPECT_EQ(read_status(odd->root()).code, 500);
  EXPECT_EQ(read_status(odd->root()).retry_after_seconds, std::nullopt);
  EXPECT_EQ(read_status(json::Value()).message, "");
}

}  // namespace
}  // namespace kollect::kube
