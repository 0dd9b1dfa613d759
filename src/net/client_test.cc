#include "net/client.h"

#include <gmock/gmock.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/testing/certificates.h"
#include "net/testing/h2_server.h"
#include "net/testing/process_memory.h"
#include "net/testing/raw_server.h"
#include "net/testing/running_server.h"

namespace kollect::net {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Deadline in(std::chrono::milliseconds time) { return Steady::now() + time; }

// Answers with the method, the target and the body it got.
Reply echo(const Request& request, const Peer&) {
  return {.response = {.status = 200,
                       .headers = {{"X-Test", "yes"}},
                       .body = request.method + " " + request.url + " " + request.body}};
}

ClientOptions guarded(EndpointPolicy policy) {
  ClientOptions options;
  options.connection.guard = policy;
  return options;
}

class ClientTest : public testing::Test {
 protected:
  Result<Response> fetch(const std::string& url) { return client.call({.url = url}, in(5s), {}); }

  Client client{ClientOptions{}};
};

TEST_F(ClientTest, a_request_with_a_body_is_sent_and_its_answer_read) {
  RunningServer server({}, echo);
  const auto response = client.call(
      {.method = "PATCH", .url = server.url("/a?b=c"), .headers = {}, .body = "hello"}, in(5s), {});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.find("x-test"), "yes");
  EXPECT_EQ(response->body, "PATCH /a?b=c hello");
}

TEST_F(ClientTest, every_method_arrives_as_it_was_given) {
  RunningServer server({}, echo);
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    const auto response = client.call({.method = method, .url = server.url()}, in(5s), {});
    ASSERT_TRUE(response) << response.error().text();
    EXPECT_EQ(response->body, std::string(method) + " / ");
  }
  const auto head = client.call({.method = "HEAD", .url = server.url()}, in(5s), {});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->body, "");
}

TEST_F(ClientTest, a_delete_carries_its_body_and_its_headers) {
  RunningServer server({}, [](const Request& request, const Peer&) {
    return Reply{
        .response = {.body = request.body + "|" +
                             std::string(request.headers.find("Content-Type").value_or("none")) +
                             "|" + std::string(request.headers.find("X-Empty").value_or("none"))}};
  });
  const auto response =
      client.call({.method = "DELETE",
                   .url = server.url(),
                   .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}},
                   .body = "{}"},
                  in(5s), {});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, "{}|application/json|");
}

TEST_F(ClientTest, a_query_of_8_kib_arrives_whole) {
  RunningServer server({}, echo);
  const std::string target = "/q?x=" + std::string(8192, 'a');
  const auto response = fetch(server.url(target));
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, "GET " + target + " ");
}

TEST_F(ClientTest, a_status_that_is_no_success_is_a_response) {
  RunningServer server({}, [](const Request&, const Peer&) {
    return Reply{.response = {.status = 404, .headers = {}, .body = "no"}};
  });
  const auto response = fetch(server.url());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "no");
}

TEST_F(ClientTest, a_redirect_is_an_answer_and_is_not_followed) {
  RunningServer server({}, [](const Request&, const Peer&) {
    return Reply{
        .response = {.status = 302, .headers = {{"Location", "http://127.0.0.1:1/"}}, .body = {}}};
  });
  const auto response = fetch(server.url());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
}

TEST_F(ClientTest, a_connection_is_used_again) {
  RawServer server([](const RawConnection& connection) {
    while (!connection.read_head().empty()) {
      if (!connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) return;
    }
  });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(fetch(server.url()));
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(ClientTest, a_connection_that_died_between_calls_is_replaced_unseen) {
  RawServer server([](const RawConnection& connection) {
    connection.read_head();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  for (int i = 0; i < 3; ++i) {
    const auto response = fetch(server.url());
    ASSERT_TRUE(response) << response.error().text();
  }
  EXPECT_EQ(server.accepted(), 3);
}

TEST_F(ClientTest, threads_may_call_at_once) {
  RunningServer server({}, echo);
  Guarded<int> failures(0);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 20; ++n) {
          if (!fetch(server.url())) failures.with([](int& count) { ++count; });
        }
      });
    }
  }
  EXPECT_EQ(failures.copy(), 0);
}

TEST_F(ClientTest, an_answer_longer_than_allowed_is_an_error) {
  RunningServer server({}, [](const Request&, const Peer&) {
    return Reply{.response = {.body = std::string(1001, 'x')}};
  });
  ClientOptions options;
  options.max_body_bytes = 1000;
  const auto response = Client(options).call({.url = server.url()}, in(5s), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::unavailable);
  EXPECT_THAT(response.error().text(), HasSubstr("longer than the 1000 bytes allowed"));
}

// --- stop and deadline

TEST_F(ClientTest, a_stop_ends_a_blocked_read_within_a_second) {
  RawServer server([](const RawConnection& connection) {
    connection.read_head();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.wait_for_end();
  });
  std::stop_source stop;
  Guarded<bool> reading(false);
  const std::jthread stopper([&] {
    reading.wait({}, [](bool yes) { return yes; });
    stop.request_stop();
  });
  Steady::time_point asked;
  const auto response =
      client.call_streaming({.url = server.url()}, in(60s), stop.get_token(), [&](auto) {
        asked = Steady::now();
        reading.update([](bool& yes) { yes = true; });
        return Status();
      });
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::cancelled);
  EXPECT_LT(Steady::now() - asked, 1s);
}

TEST_F(ClientTest, a_stop_before_the_call_ends_it_at_once) {
  std::stop_source stop;
  stop.request_stop();
  const auto response = client.call({.url = "http://127.0.0.1:9/"}, in(60s), stop.get_token());
  EXPECT_EQ(response.error().fault, Fault::cancelled);
}

TEST_F(ClientTest, a_deadline_ends_a_call_that_gets_no_answer) {
  RawServer server([](const RawConnection& connection) { connection.wait_for_end(); });
  const auto start = Steady::now();
  const auto response = client.call({.url = server.url()}, in(100ms), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::unavailable);
  EXPECT_THAT(response.error().text(), HasSubstr("within the time allowed"));
  EXPECT_LT(Steady::now() - start, 1s);
}

// --- streaming

constexpr size_t kGibibyte = size_t{1} << 30;

// Sends `left` bytes in pieces of 64 KiB.
class Megabytes : public BodySource {
 public:
  explicit Megabytes(size_t bytes) : left_(bytes) {}
  void start(Waker) override {}
  Pulled pull(std::string& out) override {
    const size_t count = std::min(left_, size_t{64} << 10);
    out.append(count, 'x');
    left_ -= count;
    return {.state = left_ == 0 ? State::end : State::more};
  }

 private:
  size_t left_;
};

TEST_F(ClientTest, a_body_of_1_gib_streams_in_less_than_8_mib) {
  RunningServer server({}, [](const Request&, const Peer&) {
    return Reply{.response = {}, .source = std::make_unique<Megabytes>(kGibibyte)};
  });
  ASSERT_TRUE(client.call({.method = "HEAD", .url = server.url()}, in(5s), {}));
  forget_peak();
  const int64_t before = resident_bytes();
  const auto start = Steady::now();
  size_t received = 0;
  const auto response =
      client.call_streaming({.url = server.url()}, in(60s), {}, [&](std::string_view chunk) {
        received += chunk.size();
        return Status();
      });
  const int64_t grown = peak_resident_bytes() - before;
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(received, kGibibyte);
  RecordProperty("grown_bytes", std::to_string(grown));
  std::printf("1 GiB streamed: %.2f s, memory grew by %.2f MiB\n",
              std::chrono::duration<double>(Steady::now() - start).count(),
              static_cast<double>(grown) / 1048576);
  EXPECT_TRUE(grown < 8 << 20 || !kCountsMemory);
}

TEST_F(ClientTest, a_reader_that_refuses_a_chunk_ends_the_call_with_its_error) {
  RunningServer server({}, [](const Request&, const Peer&) {
    return Reply{.response = {}, .source = std::make_unique<Megabytes>(kGibibyte)};
  });
  const auto response =
      client.call_streaming({.url = server.url()}, in(5s), {},
                            [](std::string_view) { return Status(invalid("not JSON")); });
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "not JSON");
}

TEST_F(ClientTest, a_refusal_is_not_streamed_but_returned_with_its_body) {
  RunningServer server({}, [](const Request&, const Peer&) {
    return Reply{.response = {.status = 403, .headers = {}, .body = "forbidden"}};
  });
  const auto response =
      client.call_streaming({.url = server.url()}, in(5s), {},
                            [](std::string_view) { return Status(internal("called")); });
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "forbidden");
}

// --- what cannot be sent

TEST_F(ClientTest, what_cannot_be_sent_is_invalid_and_names_no_secret) {
  const Request bad[] = {
      {.url = "ftp://h/"},
      {.url = "nonsense"},
      {.method = "GET /x", .url = "http://127.0.0.1/"},
      {.url = "http://127.0.0.1/", .headers = {{"Authorization", "Bearer s3cret\r\nX: y"}}},
      {.url = "http://127.0.0.1/", .headers = {{"Bad Name", "s3cret"}}},
  };
  for (const Request& request : bad) {
    const auto response = client.call(request, in(5s), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().fault, Fault::invalid);
    EXPECT_THAT(response.error().text(), Not(HasSubstr("s3cret")));
  }
}

TEST_F(ClientTest, nobody_listening_is_unavailable_and_the_text_hides_the_secrets_of_the_url) {
  const Listener unused = listen_on_loopback();
  close(unused.fd);
  const auto response =
      fetch("http://joe:s3cret@127.0.0.1:" + std::to_string(unused.port) + "/p?sig=s3cret");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::unavailable);
  EXPECT_THAT(response.error().text(), AllOf(HasSubstr("cannot connect"), HasSubstr("127.0.0.1"),
                                             HasSubstr("/p?sig=***"), Not(HasSubstr("s3cret"))));
}

// --- the guard

TEST_F(ClientTest, guard_refuses_loopback_before_any_connection) {
  RawServer server([](const RawConnection&) {});
  Client closed(guarded({}));
  for (const std::string host :
       {"127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:127.0.0.1]"}) {
    const auto response = closed.call(
        {.url = "http://" + host + ":" + std::to_string(server.port()) + "/"}, in(5s), {});
    ASSERT_FALSE(response) << host;
    EXPECT_EQ(response.error().fault, Fault::denied) << host;
    EXPECT_THAT(response.error().text(), HasSubstr("loopback"));
  }
  EXPECT_EQ(server.accepted(), 0);
}

TEST_F(ClientTest, guard_lets_through_what_its_switch_permits) {
  RunningServer server({}, echo);
  Client open(guarded({.allow_loopback = true}));
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const std::string url = "http://" + host + ":" + std::to_string(server.server().port()) + "/";
    const auto response = open.call({.url = url}, in(5s), {});
    ASSERT_TRUE(response) << response.error().text();
  }
}

// A name that no rule denies and that leads to this machine or its network; empty when there is
// none.
std::string name_of_this_machine() {
  char own[256] = {};
  gethostname(own, sizeof own - 1);
  for (const std::string& name : {std::string(own), std::string("ip6-localhost")}) {
    addrinfo* found = nullptr;
    if (getaddrinfo(name.c_str(), nullptr, nullptr, &found) != 0) continue;
    freeaddrinfo(found);
    return name;
  }
  return {};
}

TEST_F(ClientTest, guard_refuses_a_name_by_the_address_it_leads_to) {
  const std::string name = name_of_this_machine();
  if (name.empty())
    GTEST_SKIP() << "neither the host name nor ip6-localhost resolves; add one to /etc/hosts";
  RawServer server([](const RawConnection&) {});
  const auto response =
      Client(guarded({}))
          .call({.url = "http://" + name + ":" + std::to_string(server.port()) + "/"}, in(5s), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::denied) << response.error().text();
  EXPECT_THAT(response.error().text(), HasSubstr("leads to"));
  EXPECT_EQ(server.accepted(), 0);
}

class WithProxy {
 public:
  explicit WithProxy(const std::string& url) {
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy"})
      setenv(name, url.c_str(), 1);
  }
  ~WithProxy() {
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy"}) unsetenv(name);
  }
};

TEST_F(ClientTest, guarded_calls_pass_by_the_proxy_of_the_environment_and_others_use_it) {
  RunningServer server({}, echo);
  RawServer trap([](const RawConnection& connection) {
    connection.read_head();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy");
  });
  const WithProxy proxy(trap.url());
  const auto direct =
      Client(guarded({.allow_loopback = true})).call({.url = server.url()}, in(5s), {});
  ASSERT_TRUE(direct) << direct.error().text();
  EXPECT_EQ(trap.accepted(), 0);
  const auto through = fetch(server.url());
  ASSERT_TRUE(through) << through.error().text();
  EXPECT_EQ(through->body, "proxy");
}

// --- HTTP/2

class Http2Test : public testing::Test {
 protected:
  Result<Response> fetch(const std::string& path) {
    return client.call({.url = server.url(path)}, in(5s), {});
  }

  static ClientOptions trusting(const TestAuthority& authority) {
    ClientOptions options;
    options.connection.tls.ca_pem = authority.pem();
    return options;
  }

  TestAuthority authority{"authority"};
  TemporaryFolder folder;
  H2Server server{folder.server_files(authority.server("h2.test"))};
  Client client{trusting(authority)};
};

TEST_F(Http2Test, is_chosen_by_alpn_and_its_connection_used_again) {
  for (int i = 0; i < 3; ++i) {
    const auto response = fetch("/bytes/100000");
    ASSERT_TRUE(response) << response.error().text();
    EXPECT_EQ(response->body.size(), 100'000U);
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(Http2Test, a_stream_that_is_reset_is_unavailable) {
  const auto response = fetch("/cut");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::unavailable) << response.error().text();
}

}  // namespace
}  // namespace kollect::net
