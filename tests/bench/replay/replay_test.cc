#include <optional>
#include <thread>

#include "base/json.h"
#include "bench/proxy.h"
#include "bench/replay/server.h"
#include "bench/socket.h"

namespace kollect::bench {
namespace {

// A server in a thread of its own.
class Served {
 public:
  explicit Served(ReplayOptions options = {}) {
    options.shape.pods = 30;
    options.shape.deployments = 10;
    options.shape.configmaps = 5;
    options.shape.namespaces = 3;
    auto opened = ReplayServer::open(options);
    EXPECT_TRUE(opened.has_value());
    server_ = *std::move(opened);
    thread_ = std::jthread([this](std::stop_token stop) noexcept { server_->run(stop); });
  }
  uint16_t port() const { return server_->port(); }

 private:
  std::unique_ptr<ReplayServer> server_;
  std::jthread thread_;
};

std::string unchunked(std::string_view text) {
  std::string out;
  text.remove_prefix(std::min(text.find("\r\n\r\n") + 4, text.size()));
  while (!text.empty()) {
    const size_t size = std::stoul(std::string(text.substr(0, text.find("\r\n"))), nullptr, 16);
    text.remove_prefix(text.find("\r\n") + 2);
    out += text.substr(0, size);
    text.remove_prefix(size + 2);
  }
  return out;
}

json::Document asked(uint16_t port, const std::string& what,
                     Socket::Security security = Socket::Security::plain) {
  const auto drained = drain(port, what, Keep::text, security);
  EXPECT_TRUE(drained.has_value());
  auto document = json::Document::parse(unchunked(drained->text));
  EXPECT_TRUE(document.has_value()) << drained->text;
  return *std::move(document);
}

// What the server says until it has said `wanted`.
class Watcher {
 public:
  Watcher(uint16_t port, const std::string& path) : socket_(*Socket::connect(port)) {
    EXPECT_TRUE(socket_.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"));
  }
  std::string until(std::string_view wanted) {
    char bytes[4096];
    while (heard_.find(wanted) == std::string::npos) {
      const size_t size = socket_.receive(bytes, sizeof(bytes));
      if (size == 0) break;
      heard_.append(bytes, size);
    }
    EXPECT_NE(heard_.find(wanted), std::string::npos);
    return heard_;
  }

 private:
  Socket socket_;
  std::string heard_;
};

size_t count_of(std::string_view text, std::string_view what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

TEST(Replay, pages_join_to_the_whole_list) {
  const Served served;
  size_t items = 0;
  std::string from;
  for (int page = 0; page < 4; ++page) {
    const auto list = asked(served.port(), "GET /api/v1/pods?limit=10" + from);
    items += list.root().find("items")->items().size();
    const auto token = list.root().find("metadata")->text("continue");
    if (token.empty()) break;
    from = "&continue=" + std::string(token);
  }
  EXPECT_EQ(items, 30U);
}

TEST(Replay, a_namespace_lists_its_own_objects) {
  const Served served;
  const auto list = asked(served.port(), "GET /apis/apps/v1/namespaces/team-0001/deployments");
  EXPECT_EQ(list.root().text("kind"), "DeploymentList");
  for (const json::Value& item : list.root().find("items")->items()) {
    EXPECT_EQ(item.find("metadata")->text("namespace"), "team-0001");
  }
  EXPECT_EQ(list.root().find("items")->items().size(), 3U);
}

TEST(Replay, a_watch_says_what_changes) {
  const Served served;
  const auto list = asked(served.port(), "GET /api/v1/pods?limit=1");
  const std::string version(list.root().find("metadata")->text("resourceVersion"));
  Watcher watcher(served.port(), "/api/v1/pods?watch=true&resourceVersion=" + version);
  asked(served.port(), "POST /replay/churn?script=heartbeat&steps=3");
  const std::string heard =
      watcher.until("\"resourceVersion\":\"" + std::to_string(std::stoul(version) + 3));
  EXPECT_EQ(count_of(heard, R"({"type":"MODIFIED","object":{"kind":"Pod")"), 3U);
}

TEST(Replay, a_streaming_list_ends_with_a_bookmark) {
  const Served served;
  Watcher watcher(served.port(),
                  "/api/v1/configmaps?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                  "&resourceVersionMatch=NotOlderThan");
  const std::string heard = watcher.until(R"("k8s.io/initial-events-end":"true")");
  EXPECT_EQ(count_of(heard, R"({"type":"ADDED")"), 5U);
}

TEST(Replay, a_watch_from_before_the_log_is_expired) {
  const Served served;
  Watcher watcher(served.port(), "/api/v1/pods?watch=true&resourceVersion=5");
  const std::string heard = watcher.until(R"("reason":"Expired","code":410)");
  EXPECT_EQ(count_of(heard, R"("reason":"Expired","code":410)"), 1U);
}

TEST(Replay, every_request_on_a_kept_connection_is_answered) {
  const Served served;
  Watcher first(served.port(), "/version HTTP/1.1\r\nHost: h\r\n\r\nGET /livez");
  const std::string heard = first.until("ok\r\n0\r\n");
  EXPECT_EQ(count_of(heard, "HTTP/1.1 200 OK"), 2U);
}

TEST(Replay, tls_carries_the_same_list) {
  const Served served({.tls = true});
  const auto list = asked(served.port(), "GET /api/v1/pods", Socket::Security::tls);
  EXPECT_EQ(list.root().find("items")->items().size(), 30U);
}

struct Refusal {
  const char* name;
  const char* request;
  int64_t code;
};
class ReplayRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ReplayRefuses, what_it_does_not_serve) {
  const Served served;
  const auto status = asked(served.port(), GetParam().request);
  EXPECT_EQ(status.root().text("kind"), "Status");
  EXPECT_EQ(status.root().find("code")->as_int(), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Requests, ReplayRefuses,
    testing::Values(Refusal{"resource", "GET /api/v1/secrets", 404},
                    Refusal{"selector", "GET /api/v1/pods?labelSelector=a%3Db", 400},
                    Refusal{"token", "GET /api/v1/pods?continue=x", 400},
                    Refusal{"write", "DELETE /api/v1/pods", 405},
                    Refusal{"churn", "POST /replay/churn?script=dance&steps=1", 400}),
    [](const auto& tested) { return tested.param.name; });

TEST(Replay, discovery_names_what_is_served) {
  const Served served;
  const auto groups = asked(served.port(), "GET /apis");
  EXPECT_EQ(groups.root().text("kind"), "APIGroupList");
  const auto core = asked(served.port(), "GET /api/v1");
  EXPECT_EQ(core.root().find("resources")->items().size(), 3U);
}

TEST(Replay, a_proxy_counts_what_passes) {
  const Served served;
  const auto proxy = *CountingProxy::open(served.port());
  const auto drained = drain(proxy->port(), "GET /api/v1/configmaps");
  ASSERT_TRUE(drained.has_value());
  EXPECT_EQ(proxy->counts().received, drained->bytes);
  EXPECT_EQ(proxy->counts().connections, 1U);
  EXPECT_GT(proxy->counts().sent, 50U);
}

}  // namespace
}  // namespace kollect::bench
