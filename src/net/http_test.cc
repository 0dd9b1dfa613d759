#include "net/http.h"

#include <ctime>

namespace kollect::net {
namespace {

struct StatusCase {
  int status;
  Fault fault;
};

constexpr StatusCase kStatuses[] = {
    {301, Fault::invalid},     {400, Fault::invalid},     {401, Fault::denied},
    {403, Fault::denied},      {404, Fault::missing},     {408, Fault::unavailable},
    {409, Fault::conflict},    {410, Fault::missing},     {412, Fault::conflict},
    {413, Fault::invalid},     {422, Fault::invalid},     {425, Fault::unavailable},
    {429, Fault::throttled},   {500, Fault::unavailable}, {502, Fault::unavailable},
    {503, Fault::unavailable}, {599, Fault::unavailable},
};

TEST(StatusError, each_status_has_the_fault_that_decides_the_next_try) {
  for (const StatusCase& c : kStatuses) {
    EXPECT_EQ(word(status_error({}, {.status = c.status}).fault), word(c.fault)) << c.status;
  }
}

TEST(StatusError, text_names_method_place_and_cure_but_no_secret) {
  const Request request{.method = "PUT",
                        .url = "https://joe:pw1@s3.example.com/b/k?X-Amz-Signature=5ec7et"};
  EXPECT_EQ(status_error(request, {.status = 403, .body = "token abc"}).message,
            "PUT https://s3.example.com/b/k?X-Amz-Signature=*** was answered with 403 Forbidden: "
            "check the permissions "
            "of these credentials");
}

TEST(StatusError, throttled_carries_the_delay_that_the_server_named) {
  Response response{.status = 429, .headers = {{"retry-AFTER", "17"}}};
  EXPECT_EQ(status_error({}, response).retry_after_seconds, 17.0);
  response.status = 503;
  EXPECT_EQ(status_error({}, response).retry_after_seconds, std::nullopt);
}

TEST(RetryAfter, is_read_as_seconds_or_date) {
  const auto now = Wall::from_time_t(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT
  EXPECT_EQ(retry_after_seconds("0", now), 0.0);
  EXPECT_EQ(retry_after_seconds("Sun, 06 Nov 1994 08:50:07 GMT", now), 30.0);
  EXPECT_EQ(retry_after_seconds("Sun, 06 Nov 1994 08:00:00 GMT", now), 0.0);
  for (const char* bad :
       {"", "-1", "1.5", "soon", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:50:07 GMT x"}) {
    EXPECT_EQ(retry_after_seconds(bad, now), std::nullopt) << bad;
  }
}

TEST(Headers, names_compare_without_case_and_set_replaces_all) {
  Headers headers{{"Accept", "a"}, {"X", "1"}};
  headers.add("accept", "b");
  EXPECT_EQ(headers.find("ACCEPT"), "a");
  headers.set("aCCept", "c");
  EXPECT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers.find("Accept"), "c");
  EXPECT_EQ(headers.find("Accept-Encoding"), std::nullopt);
}

}  // namespace
}  // namespace kollect::net
