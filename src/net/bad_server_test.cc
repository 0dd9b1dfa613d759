// Servers that break the rules, each in its way: the call ends with a clear, typed error and
// nothing leaks.
#include <gmock/gmock.h>

#include "net/client.h"
#include "net/testing/raw_server.h"

namespace kollect::net {
namespace {

using namespace std::chrono_literals;

void send_and_close(const RawConnection& connection, std::string_view bytes) {
  connection.read_head();
  connection.send(bytes);
}

void endless_line(const RawConnection& connection) {
  connection.read_head();
  connection.send("HTTP/1.1 200 OK\r\nX-Long: ");
  while (connection.send(std::string(4096, 'a'))) {
  }
}

void endless_fields(const RawConnection& connection) {
  connection.read_head();
  connection.send("HTTP/1.1 200 OK\r\n");
  while (connection.send("X-Field: value\r\n")) {
  }
}

void endless_interim(const RawConnection& connection) {
  connection.read_head();
  while (connection.send("HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n")) {
  }
}

void stall_before_head(const RawConnection& connection) { connection.wait_for_end(); }

void stall_in_head(const RawConnection& connection) {
  connection.read_head();
  connection.send("HTTP/1.1 200 OK\r\nX-A");
  connection.wait_for_end();
}

void stall_in_body(const RawConnection& connection) {
  connection.read_head();
  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  connection.wait_for_end();
}

struct Case {
  const char* name;
  void (*script)(const RawConnection&);
  const char* bytes;  // sent and closed when there is no script
  const char* text;   // in the error's text
};

const Case kCases[] = {
    {"closes_before_the_request", [](const RawConnection&) {}, nullptr, ""},
    {"closes_without_an_answer", nullptr, "", "without an answer"},
    {"closes_in_the_status_line", nullptr, "HTTP/1.1 2", ""},
    {"closes_in_the_head", nullptr, "HTTP/1.1 200 OK\r\nX-A: b\r\n", "in the middle of the header"},
    {"closes_in_the_body", nullptr, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
     "before the end of its answer"},
    {"closes_in_a_chunk", nullptr, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
     "before the end of its answer"},
    {"closes_before_the_last_chunk", nullptr,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
     "before the end of its answer"},
    {"garbage", nullptr, "\x16\x03\x01 this is not HTTP\r\n\r\n", "does not speak HTTP"},
    {"another_protocol", nullptr, "220 mail.example.com ESMTP\r\n", "does not speak HTTP"},
    {"http_0_9", nullptr, "<html>hello</html>", "does not speak HTTP"},
    {"bad_chunk_size", nullptr,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", "garbled"},
    {"bad_content_length", nullptr, "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nabc",
     "does not speak HTTP"},
    {"negative_content_length", nullptr, "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
     "does not speak HTTP"},
    {"endless_header_line", endless_line, nullptr, "header is"},
    {"endless_header_fields", endless_fields, nullptr,
     "header is longer than 65536 bytes or 256 fields"},
    {"endless_interim_answers", endless_interim, nullptr, "header is longer than 65536 bytes"},
    {"stalls_before_the_head", stall_before_head, nullptr, "did not answer in time"},
    {"stalls_in_the_head", stall_in_head, nullptr, "did not answer in time"},
    {"stalls_in_the_body", stall_in_body, nullptr, "stalled in the middle"},
};

class BadServer : public testing::TestWithParam<Case> {};

TEST_P(BadServer, is_unavailable_with_a_text_that_says_how) {
  const Case& c = GetParam();
  RawServer server([&](const RawConnection& connection) {
    if (c.script != nullptr) return c.script(connection);
    send_and_close(connection, c.bytes);
  });
  ClientOptions options;
  options.idle_timeout = 300ms;
  Client client(options);
  const auto response = client.call({.url = server.url()}, Steady::now() + 10s, {});
  ASSERT_FALSE(response) << response->status << " " << response->body;
  EXPECT_EQ(word(response.error().fault), word(Fault::unavailable));
  EXPECT_THAT(response.error().text(), testing::HasSubstr(c.text));
  EXPECT_THAT(response.error().text(), testing::StartsWith("GET http://127.0.0.1:"));
}

INSTANTIATE_TEST_SUITE_P(Each, BadServer, testing::ValuesIn(kCases),
                         [](const auto& kase) { return kase.param.name; });

TEST(OddServer, an_answer_without_length_ends_with_the_connection) {
  RawServer server([](const RawConnection& connection) {
    send_and_close(connection, "HTTP/1.1 200 OK\r\n\r\nall of it");
  });
  Client client{ClientOptions{}};
  const auto response = client.call({.url = server.url()}, Steady::now() + 5s, {});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, "all of it");
}

TEST(OddServer, interim_answers_are_passed_over) {
  RawServer server([](const RawConnection& connection) {
    send_and_close(connection,
                   "HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\nHTTP/1.1 200 OK\r\nX-A: "
                   "late\r\nContent-Length: 2\r\n\r\nok");
  });
  Client client{ClientOptions{}};
  const auto response = client.call({.url = server.url()}, Steady::now() + 5s, {});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.find("X-A"), "late");
}

}  // namespace
}  // namespace kollect::net
