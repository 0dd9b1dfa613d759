#include "kube/session.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/guarded.h"
#include "kube/testing/watch_rig.h"
#include "net/testing/running_server.h"

namespace kollect::kube {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

constexpr const char* kGroups =
    R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[
{"version":"v1","freshness":"Current","resources":[
{"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced",
 "verbs":["list","watch"]},
{"resource":"daemonsets","responseKind":{"kind":"DaemonSet"},"scope":"Namespaced",
 "verbs":["list","watch"]}]}]}]})";

// What is there is sent, then nothing: a watch that stays open.
class Open : public net::BodySource {
 public:
  explicit Open(std::string bytes) : bytes_(std::move(bytes)) {}
  void start(net::Waker) override {}
  Pulled pull(std::string& out) override {
    out += std::exchange(bytes_, {});
    return {.state = State::wait};
  }

 private:
  std::string bytes_;
};

net::Reply open_with(std::string bytes) {
  return {.response = {}, .source = std::make_unique<Open>(std::move(bytes))};
}

net::Reply refusal(int code) { return {.response = {.status = code, .body = "{}"}}; }

// An API server with one group; each test says what its resources answer.
class SessionTest : public ::testing::Test {
 protected:
  using Answers = std::function<net::Reply(const net::Request&)>;

  bool run_until(const std::function<bool()>& done) {
    const auto limit = Steady::now() + 10s;
    while (!done() && Steady::now() < limit) loop_.run_once(20ms, {});
    return done();
  }
  size_t asked(const std::string& part) const {
    return seen_.read([&](const std::vector<std::string>& seen) {
      return static_cast<size_t>(std::ranges::count_if(
          seen, [&](const auto& url) { return url.find(part) != std::string::npos; }));
    });
  }
  static bool has(const WatchLog& log, const std::string& line) {
    return std::ranges::find(log.lines, line) != log.lines.end();
  }

  Answers answers_ = [](const net::Request&) { return open_with(WatchRig::bookmark(10, true)); };
  Guarded<std::vector<std::string>> seen_;
  net::RunningServer server_{
      {}, [this](const net::Request& request, const net::Peer&) {
        seen_.with([&](std::vector<std::string>& seen) { seen.push_back(request.url); });
        if (request.url == "/apis") return net::Reply{.response = {.body = kGroups}};
        return answers_(request);
      }};
  WatchSpec deployments_{.gvk = {"apps", "v1", "Deployment"}};
  WatchSpec daemons_{.gvk = {"apps", "v1", "DaemonSet"}};
  net::Loop loop_{{.connection = {}, .max_connections_per_host = 16}};
  KubeClient client_{ClusterAccess{.server = server_.url("")}};
  Session session_{loop_, client_};
  WatchLog log_, other_;
};

TEST_F(SessionTest, drives_a_watch_from_discovery_to_its_events) {
  answers_ = [](const net::Request&) {
    return open_with(WatchRig::event("ADDED", "a", 3) + WatchRig::bookmark(10, true) +
                     WatchRig::event("DELETED", "a", 11));
  };
  session_.start(deployments_, log_);
  EXPECT_TRUE(log_.lines.empty()) << "nothing from start() itself";
  ASSERT_TRUE(run_until([&] { return has(log_, "erased n/a"); }));
  EXPECT_EQ(log_.lines, (Lines{"Listing", "begin", "listed n/a", "end", "Live", "erased n/a"}));
}

TEST_F(SessionTest, asks_discovery_once_for_many_watches) {
  session_.start(deployments_, log_);
  session_.start(daemons_, other_);
  ASSERT_TRUE(run_until([&] { return has(log_, "Live") && has(other_, "Live"); }));
  EXPECT_EQ(asked("/apis") - asked("/apis/"), 1U);
}

TEST_F(SessionTest, lists_one_resource_at_a_time) {
  answers_ = [](const net::Request& request) {
    const bool is_first = request.url.find("deployments") != std::string::npos;
    return open_with(is_first ? WatchRig::event("ADDED", "a", 3) : WatchRig::bookmark(10, true));
  };
  const WatchId first = session_.start(deployments_, log_);
  session_.start(daemons_, other_);
  ASSERT_TRUE(run_until([&] { return has(log_, "listed n/a"); }));
  EXPECT_EQ(asked("daemonsets"), 0U);
  session_.stop(first);
  EXPECT_TRUE(run_until([&] { return has(other_, "Live"); }));
}

TEST_F(SessionTest, a_refused_resource_gives_its_turn_to_the_next) {
  answers_ = [](const net::Request& request) {
    const bool is_first = request.url.find("deployments") != std::string::npos;
    return is_first ? refusal(503) : open_with(WatchRig::bookmark(10, true));
  };
  session_.start(deployments_, log_);
  session_.start(daemons_, other_);
  EXPECT_TRUE(run_until([&] { return has(log_, "Retrying") && has(other_, "Live"); }));
}

TEST_F(SessionTest, takes_a_lost_watch_up_again) {
  Guarded<int> watches;
  answers_ = [&](const net::Request& request) {
    if (request.url.find("sendInitialEvents") != std::string::npos)
      return net::Reply{.response = {.body = WatchRig::bookmark(10, true)}};  // and ends
    const int count = watches.with([](int& n) { return ++n; });
    return count == 1 ? refusal(503) : open_with(WatchRig::event("MODIFIED", "a", 12));
  };
  session_.start(deployments_, log_);
  ASSERT_TRUE(run_until([&] { return has(log_, "changed n/a"); }));
  EXPECT_EQ(log_.lines,
            (Lines{"Listing", "begin", "end", "Live", "Retrying", "Live", "changed n/a"}));
  EXPECT_EQ(asked("resourceVersion=10"), 2U);
}

// Stops its own watch in the middle of a chunk.
struct Quitter : WatchLog {
  void object(ObjectChange change, std::string_view bytes) override {
    WatchLog::object(change, bytes);
    session->stop(id);
  }
  Session* session = nullptr;
  WatchId id{};
};

TEST_F(SessionTest, a_reader_may_stop_its_own_watch) {
  answers_ = [](const net::Request&) { return open_with(WatchRig::event("ADDED", "a", 3)); };
  Quitter quitter;
  quitter.session = &session_;
  quitter.id = session_.start(deployments_, quitter);
  ASSERT_TRUE(run_until([&] { return session_.size() == 0; }));
  EXPECT_EQ(session_.find(quitter.id), nullptr);
  loop_.run_once(20ms, {});
  EXPECT_EQ(loop_.open_streams(), 0U);
}

TEST_F(SessionTest, a_stopped_watch_is_heard_of_no_more) {
  const WatchId id = session_.start(deployments_, log_);
  ASSERT_TRUE(run_until([&] { return has(log_, "Live"); }));
  session_.stop(id);
  session_.stop(id);
  log_.lines.clear();
  for (int i = 0; i < 5; ++i) loop_.run_once(20ms, {});
  EXPECT_TRUE(log_.lines.empty());
  EXPECT_EQ(session_.size(), 0U);
}

TEST_F(SessionTest, may_end_with_everything_under_way) {
  answers_ = [](const net::Request&) { return open_with(""); };
  auto session = std::make_unique<Session>(loop_, client_);
  session->start(deployments_, log_);
  session->start(daemons_, other_);
  session->send(raw_get("/slow"), 60s, [](const Result<Answer>&) { FAIL(); });
  ASSERT_TRUE(run_until([&] { return asked("deployments") == 1; })) << asked("") << log_.why;
  session.reset();
  for (int i = 0; i < 3; ++i) loop_.run_once(20ms, {});
  EXPECT_EQ(loop_.open_streams(), 0U);
}

TEST_F(SessionTest, takes_a_list_anew_when_told) {
  const WatchId id = session_.start(deployments_, log_);
  ASSERT_TRUE(run_until([&] { return has(log_, "Live"); }));
  session_.relist(id);
  ASSERT_TRUE(run_until([&] { return std::ranges::count(log_.lines, "end") == 2; }));
  EXPECT_EQ(session_.find(id)->counts().lists, 2U);
}

TEST_F(SessionTest, looks_for_an_absent_kind_at_once_when_discovery_changed) {
  session_.start({.gvk = {"apps", "v1", "Absent"}}, log_);
  ASSERT_TRUE(run_until([&] { return has(log_, "NotInstalled"); }));
  session_.refresh_discovery();
  EXPECT_TRUE(run_until([&] { return asked("/apis") == 2; }));
}

TEST_F(SessionTest, sends_a_request_without_blocking) {
  answers_ = [](const net::Request&) { return refusal(404); };
  std::optional<Result<Answer>> got;
  session_.send(raw_get("/version"), 10s, [&](Result<Answer> answer) { got = std::move(answer); });
  EXPECT_FALSE(got);
  ASSERT_TRUE(run_until([&] { return got.has_value(); }));
  EXPECT_EQ((*got)->refusal, Refusal::not_found);
  EXPECT_EQ((*got)->outcome.error().fault, Fault::missing);
}

TEST_F(SessionTest, a_request_that_takes_too_long_is_an_error) {
  answers_ = [](const net::Request&) { return open_with("{"); };
  std::optional<Result<Answer>> got;
  session_.send(raw_get("/slow"), 50ms, [&](Result<Answer> answer) { got = std::move(answer); });
  ASSERT_TRUE(run_until([&] { return got.has_value(); }));
  EXPECT_EQ(got->error().fault, Fault::unavailable);
}

TEST_F(SessionTest, is_retrying_when_there_is_nobody_to_ask) {
  const KubeClient nobody(ClusterAccess{.server = "http://127.0.0.1:1"});
  Session session(loop_, nobody);
  session.start(deployments_, log_);
  ASSERT_TRUE(run_until([&] { return !log_.why.empty(); }));
  EXPECT_EQ(log_.lines, Lines{"Resolving"}) << "unknown is not absent";
}

}  // namespace
}  // namespace kollect::kube
