#include "net/server.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/guarded.h"
#include "net/testing/running_server.h"

namespace kollect::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

Reply echo(const Request& request, const Peer& peer) {
  return {.response = {.body = request.method + " " + request.url + " " + request.body + " " +
                               peer.address}};
}

// A socket that sends what a test wants and reads what comes back.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    KOLLECT_CHECK(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~RawClient() { close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes) const { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  // Until the server closes.
  std::string read_all() const {
    return read_until([](const std::string&) { return false; });
  }
  // Until `text` has come.
  std::string read_to(std::string_view text) const {
    return read_until([&](const std::string& all) { return all.find(text) != std::string::npos; });
  }
  std::string ask(std::string_view bytes) const {
    send(bytes);
    return read_all();
  }

 private:
  std::string read_until(const std::function<bool(const std::string&)>& enough) const {
    std::string all;
    char bytes[4096];
    ssize_t count = 0;
    while (!enough(all) && (count = recv(fd_, bytes, sizeof bytes, 0)) > 0) {
      all.append(bytes, static_cast<size_t>(count));
    }
    return all;
  }

  int fd_;
};

struct RequestCase {
  const char* name;
  std::string bytes;
  const char* answer;
};

ServerOptions small_limits() {
  ServerOptions options;
  options.max_header_bytes = 2048;
  options.max_body_bytes = 1000;
  return options;
}

const RequestCase kRequests[] = {
    {"fine", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK"},
    {"old_version_closes_by_itself", "GET /a HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK"},
    {"chunked_body",
     "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: "
     "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
     "HTTP/1.1 200 OK"},
    {"garbage", "\x16\x03\x01\x02 hello\r\n\r\n", "HTTP/1.1 400 Bad Request"},
    {"no_target", "GET\r\n\r\n", "HTTP/1.1 400 Bad Request"},
    {"future_version", "GET / HTTP/3.0\r\n\r\n", "HTTP/1.1 505"},
    {"header_without_colon", "GET / HTTP/1.1\r\nHost h\r\n\r\n", "HTTP/1.1 400 Bad Request"},
    {"folded_name", "GET / HTTP/1.1\r\nBad Name: h\r\n\r\n", "HTTP/1.1 400 Bad Request"},
    {"long_header", "GET / HTTP/1.1\r\nX: " + std::string(3000, 'a') + "\r\n\r\n", "HTTP/1.1 431 "},
    {"long_target", "GET /" + std::string(3000, 'a') + " HTTP/1.1\r\n\r\n", "HTTP/1.1 431 "},
    {"endless_header", "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'a'), "HTTP/1.1 431 "},
    {"long_body", "POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 413 "},
    {"long_chunked_body",
     "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + std::string(1024, 'a'),
     "HTTP/1.1 413 "},
    {"two_lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
     "HTTP/1.1 400 Bad Request"},
    {"bad_length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
    {"length_and_chunks",
     "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "HTTP/1.1 400 Bad Request"},
    {"bad_chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
     "HTTP/1.1 400 Bad Request"},
};

class ServerRequest : public testing::TestWithParam<RequestCase> {};

TEST_P(ServerRequest, is_answered_and_the_connection_closed) {
  RunningServer server(small_limits(), echo);
  const RawClient client(server.server().port());
  EXPECT_THAT(client.ask(GetParam().bytes), StartsWith(GetParam().answer));
}

INSTANTIATE_TEST_SUITE_P(Each, ServerRequest, testing::ValuesIn(kRequests),
                         [](const auto& kase) { return kase.param.name; });

TEST(Server, requests_that_come_together_are_answered_in_order_on_one_connection) {
  RunningServer server({}, echo);
  const RawClient client(server.server().port());
  const std::string all = client.ask(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_LT(all.find("GET /1 "), all.find("POST /2 ab"));
  EXPECT_LT(all.find("POST /2 ab"), all.find("GET /3 "));
  EXPECT_NE(all.find("GET /3 "), std::string::npos);
}

TEST(Server, expect_continue_is_answered_before_the_body) {
  RunningServer server({}, echo);
  const RawClient client(server.server().port());
  client.send(
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: "
      "close\r\n\r\n");
  EXPECT_EQ(client.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(client.ask("ab"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Server, a_value_cannot_add_a_header) {
  RunningServer server({}, [](const Request&, const Peer&) {
    return Reply{.response = {.status = 200, .headers = {{"X-A", "b\r\nX-Evil: c"}}}};
  });
  const RawClient client(server.server().port());
  EXPECT_THAT(client.ask("GET / HTTP/1.0\r\n\r\n"), HasSubstr("X-A: b  X-Evil: c\r\n"));
}

TEST(Server, a_handler_that_throws_answers_500_and_the_server_goes_on) {
  RunningServer server({}, [](const Request& request, const Peer& peer) -> Reply {
    if (request.url == "/bad") throw std::runtime_error("secret");
    return echo(request, peer);
  });
  const std::string answer = RawClient(server.server().port()).ask("GET /bad HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 Internal Server Error"));
  EXPECT_EQ(answer.find("secret"), std::string::npos);
  EXPECT_THAT(RawClient(server.server().port()).ask("GET / HTTP/1.0\r\n\r\n"), HasSubstr("200 OK"));
}

TEST(Server, a_slow_header_is_cut_off) {
  ServerOptions options;
  options.header_timeout = 100ms;
  RunningServer server(options, echo);
  const RawClient client(server.server().port());
  const auto start = Steady::now();
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nX: "), "");
  EXPECT_LT(Steady::now() - start, 2s);
}

TEST(Server, a_slow_body_is_cut_off) {
  ServerOptions options;
  options.body_timeout = 100ms;
  RunningServer server(options, echo);
  const RawClient client(server.server().port());
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"), "");
}

TEST(Server, an_idle_connection_is_closed_after_its_time) {
  ServerOptions options;
  options.idle_timeout = 100ms;
  RunningServer server(options, echo);
  const RawClient client(server.server().port());
  EXPECT_THAT(client.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 200 OK"));
}

// Answers when it is let go on.
class Held {
 public:
  Handler handler() {
    return [this](const Request& request, const Peer& peer) {
      phase_.update([](int& now) { now = std::max(now, 1); });
      phase_.wait({}, [](int now) { return now == 2; });
      return echo(request, peer);
    };
  }
  void wait_for_request() {
    phase_.wait({}, [](int now) { return now == 1; });
  }
  void go_on() {
    phase_.update([](int& now) { now = 2; });
  }

 private:
  Guarded<int> phase_{0};
};

TEST(Server, connections_beyond_the_limit_are_closed_while_all_are_answered) {
  ServerOptions options;
  options.max_connections = 1;
  Held held;
  RunningServer server(options, held.handler());
  const RawClient first(server.server().port());
  first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  held.wait_for_request();
  EXPECT_EQ(RawClient(server.server().port()).read_all(), "");
  held.go_on();
  EXPECT_THAT(first.read_to("GET /"), HasSubstr("200 OK"));
}

TEST(Server, the_connection_that_is_silent_for_longest_makes_room) {
  ServerOptions options;
  options.max_connections = 2;
  RunningServer server(options, echo);
  const RawClient silent(server.server().port());
  const RawClient second(server.server().port());
  second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(second.read_to("GET /"), HasSubstr("200 OK"));
  const RawClient third(server.server().port());
  EXPECT_EQ(silent.read_all(), "");
  for (const RawClient* one : {&second, &third}) {
    one->send("GET /more HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(one->read_to("GET /more"), HasSubstr("200 OK"));
  }
}

TEST(Server, bodies_of_all_connections_have_one_limit) {
  ServerOptions options;
  options.max_held_bytes = 1000;
  Held held;
  RunningServer server(options, held.handler());
  const auto post = [](size_t size) {
    return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, 'x');
  };
  const RawClient first(server.server().port());
  first.send(post(800));
  held.wait_for_request();
  EXPECT_THAT(RawClient(server.server().port()).ask(post(300)), StartsWith("HTTP/1.1 503 "));
  held.go_on();
  EXPECT_THAT(first.read_to("xxx"), HasSubstr("200 OK"));
  const RawClient later(server.server().port());
  later.send(post(300));
  EXPECT_THAT(later.read_to("xxx"), HasSubstr("200 OK"));
}

TEST(Server, a_port_in_use_is_unavailable_and_a_bad_address_invalid) {
  RunningServer server({}, echo);
  ServerOptions options;
  options.port = server.server().port();
  const auto second = Server::open(options, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::unavailable);
  options.address = "localhost:1";
  EXPECT_EQ(Server::open(options, echo).error().fault, Fault::invalid);
}

// --- streamed responses

// What a test's source does, reachable from the test.
struct Script {
  std::string pending;
  bool ends = false;
  bool is_gone = false;
  int pulls = 0;
  Waker waker;
};

class Scripted : public BodySource {
 public:
  Scripted(Guarded<Script>& script, std::chrono::milliseconds again)
      : script_(script), again_(again) {}
  ~Scripted() override {
    script_.update([](Script& script) { script.is_gone = true; });
  }
  void start(Waker waker) override {
    script_.update([&](Script& script) { script.waker = waker; });
  }
  Pulled pull(std::string& out) override {
    return script_.update([&](Script& script) {
      ++script.pulls;
      out += std::exchange(script.pending, {});
      Pulled pulled{.state = script.ends ? State::end : State::wait};
      if (again_ > 0ms) pulled.again_at = Steady::now() + again_;
      return pulled;
    });
  }

 private:
  Guarded<Script>& script_;
  const std::chrono::milliseconds again_;
};

class StreamTest : public testing::Test {
 protected:
  Handler handler() {
    return [this](const Request&, const Peer&) {
      return Reply{.response = {}, .source = std::make_unique<Scripted>(script, again)};
    };
  }

  void say(const std::string& text, bool ends = false) {
    const Waker waker = script.with([&](Script& now) {
      now.pending += text;
      now.ends = ends;
      return now.waker;
    });
    if (waker) waker();
  }

  bool wait(const std::function<bool(const Script&)>& ready) {
    return script.wait_for({}, 5s, ready);
  }

  Guarded<Script> script;
  std::chrono::milliseconds again{0};
};

TEST_F(StreamTest, sends_a_piece_when_it_is_woken_and_keeps_the_connection_at_the_end) {
  RunningServer server({}, handler());
  const RawClient client(server.server().port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_to("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
  say("one");
  EXPECT_EQ(client.read_to("one"), "00000003\r\none\r\n");
  say("last", true);
  EXPECT_EQ(client.read_to("0\r\n\r\n"), "00000004\r\nlast\r\n0\r\n\r\n");
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_to("\r\n\r\n"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(StreamTest, no_wake_is_lost_however_they_fall) {
  RunningServer server({}, handler());
  const RawClient client(server.server().port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  client.read_to("\r\n\r\n");
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    expected += std::to_string(i) + ",";
    say(std::to_string(i) + ",");
  }
  say("", true);
  EXPECT_EQ(client.read_all(), expected);
}

TEST_F(StreamTest, is_pulled_again_at_the_time_it_named) {
  again = 20ms;
  RunningServer server({}, handler());
  const RawClient client(server.server().port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(wait([](const Script& now) { return now.pulls >= 4; }));
}

TEST_F(StreamTest, a_client_that_goes_is_noticed_while_the_source_is_silent) {
  RunningServer server({}, handler());
  {
    const RawClient client(server.server().port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    client.read_to("\r\n\r\n");
  }
  EXPECT_TRUE(wait([](const Script& now) { return now.is_gone; }));
}

TEST_F(StreamTest, a_client_that_pipelines_and_goes_is_noticed_too) {
  RunningServer server({}, handler());
  {
    const RawClient client(server.server().port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    client.read_to("\r\n\r\n");
    client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  EXPECT_TRUE(wait([](const Script& now) { return now.is_gone; }));
}

TEST_F(StreamTest, a_waker_may_be_called_after_connection_and_server_are_gone) {
  std::optional<RunningServer> server(std::in_place, ServerOptions{}, handler());
  const RawClient client(server->server().port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  client.read_to("\r\n\r\n");
  server.reset();
  say("too late");
  EXPECT_TRUE(script.copy().is_gone);
}

TEST_F(StreamTest, a_head_request_gets_no_body) {
  RunningServer server({}, handler());
  const RawClient client(server.server().port());
  EXPECT_THAT(client.ask("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
              testing::EndsWith("\r\n\r\n"));
}

// Endless, and counts what it was asked for.
class Flood : public BodySource {
 public:
  explicit Flood(Guarded<size_t>& asked) : asked_(asked) {}
  void start(Waker) override {}
  Pulled pull(std::string& out) override {
    out.append(size_t{64} << 10, 'x');
    asked_.with([](size_t& bytes) { bytes += size_t{64} << 10; });
    return {.state = State::more};
  }

 private:
  Guarded<size_t>& asked_;
};

TEST(Server, a_slow_reader_holds_the_source_back_and_is_cut_off_in_the_end) {
  Guarded<size_t> asked(0);
  ServerOptions options;
  options.body_timeout = 200ms;
  RunningServer server(options, [&](const Request&, const Peer&) {
    return Reply{.response = {}, .source = std::make_unique<Flood>(asked)};
  });
  const RawClient client(server.server().port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(600ms);
  const size_t before = asked.copy();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(asked.copy(), before);
  EXPECT_LT(before, size_t{16} << 20);
  client.read_all();
  EXPECT_LT(asked.copy(), size_t{16} << 20);
}

// --- stop

TEST(Server, a_stop_finishes_the_request_in_flight) {
  Guarded<int> phase(0);
  RunningServer server({}, [&](const Request& request, const Peer& peer) {
    phase.update([](int& now) { now = 1; });
    phase.wait({}, [](int now) { return now == 2; });
    return echo(request, peer);
  });
  const RawClient client(server.server().port());
  client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  phase.wait({}, [](int now) { return now == 1; });
  const std::jthread stopper([&] { server.stop(); });
  std::this_thread::sleep_for(50ms);
  phase.update([](int& now) { now = 2; });
  const std::string answer = client.read_all();
  EXPECT_THAT(answer, HasSubstr("GET /slow"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST(Server, a_stop_closes_idle_connections_and_the_port_at_once) {
  RunningServer server({}, echo);
  const RawClient client(server.server().port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  client.read_to("GET /");
  const auto start = Steady::now();
  server.stop();
  EXPECT_LT(Steady::now() - start, 1s);
  EXPECT_EQ(client.read_all(), "");
}

TEST(Server, requests_in_flight_that_do_not_end_are_cut_after_the_drain_time) {
  ServerOptions options;
  options.drain_timeout = 100ms;
  RunningServer server(options, echo);
  const RawClient client(server.server().port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  client.read_to("100 Continue");
  const auto start = Steady::now();
  server.stop();
  EXPECT_LT(Steady::now() - start, 2s);
}

}  // namespace
}  // namespace kollect::net
