#include "serve/access.h"

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace kollect::serve {
namespace {

using namespace std::chrono_literals;

// An API server that knows the tokens `good` (may read) and `other` (may not), and counts.
class Gate : public ::testing::Test {
 protected:
  Reviewers reviewers() {
    Reviewers out;
    out.authenticate = [this](const std::string& token) -> Result<std::optional<Caller>> {
      ++token_reviews;
      if (is_down) return unavailable("connection refused");
      if (token == "bad") return std::optional<Caller>();
      return std::optional<Caller>(Caller{.user = token});
    };
    out.authorize = [this](const Caller& caller, const PathAccess&) -> Result<bool> {
      ++access_reviews;
      if (is_down) return unavailable("connection refused");
      return caller.user == "good";
    };
    return out;
  }

  int ask(const std::string& authorization, const std::string& path = "/metrics") {
    net::Request request;
    if (!authorization.empty()) request.headers.set("Authorization", authorization);
    return gate.judge(request, {"get", path}).status;
  }

  ::kollect::testing::FakeClock clock;
  int token_reviews = 0;
  int access_reviews = 0;
  bool is_down = false;
  AccessGate gate{reviewers(), {}, clock};
};

TEST_F(Gate, lets_through_who_may) {
  EXPECT_EQ(ask("Bearer good"), 200);
  EXPECT_EQ(ask("bearer  good "), 200);
  EXPECT_EQ(ask("Bearer other"), 403);
  EXPECT_EQ(ask("Bearer bad"), 401);
}

TEST_F(Gate, without_a_token_nobody_is_asked) {
  for (const char* field : {"", "Bearer", "Bearer ", "Basic good", "good"})
    EXPECT_EQ(ask(field), 401) << field;
  EXPECT_EQ(token_reviews, 0);
}

TEST_F(Gate, two_requests_cost_one_review_of_each_sort) {
  ask("Bearer good");
  ask("Bearer good");
  EXPECT_EQ(token_reviews, 1);
  EXPECT_EQ(access_reviews, 1);
  ask("Bearer good", "/debug");
  EXPECT_EQ(token_reviews, 1);
  EXPECT_EQ(access_reviews, 2);
}

TEST_F(Gate, tokens_are_believed_for_a_minute) {
  ask("Bearer good");
  clock.advance(59s);
  ask("Bearer good");
  EXPECT_EQ(token_reviews, 1);
  clock.advance(2s);
  ask("Bearer good");
  EXPECT_EQ(token_reviews, 2);
  EXPECT_EQ(access_reviews, 1);
}

TEST_F(Gate, denials_are_believed_for_a_shorter_time_than_permissions) {
  ask("Bearer good");
  ask("Bearer other");
  clock.advance(31s);
  ask("Bearer good");
  ask("Bearer other");
  EXPECT_EQ(access_reviews, 3);
  clock.advance(270s);
  ask("Bearer good");
  EXPECT_EQ(access_reviews, 4);
}

TEST_F(Gate, a_failed_review_is_an_error_and_not_kept) {
  is_down = true;
  EXPECT_EQ(ask("Bearer good"), 500);
  is_down = false;
  EXPECT_EQ(ask("Bearer good"), 200);
}

TEST_F(Gate, memory_is_bounded) {
  for (int i = 0; i < 3000; ++i) ask("Bearer other" + std::to_string(i));
  token_reviews = 0;
  ask("Bearer other2999");
  EXPECT_EQ(token_reviews, 0);
  ask("Bearer other0");
  EXPECT_EQ(token_reviews, 1);
}

TEST(TokenReview, is_read_with_everything_an_access_review_needs) {
  const auto caller = read_token_review(
      R"({"status":{"authenticated":true,"user":{"username":"u","uid":"1","groups":["g"],)"
      R"("extra":{"scopes":["a"]}}}})");
  ASSERT_TRUE(caller && *caller);
  EXPECT_EQ(access_review(**caller, {"get", "/metrics"}).body,
            R"({"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":)"
            R"({"extra":{"scopes":["a"]},"groups":["g"],"nonResourceAttributes":)"
            R"({"path":"/metrics","verb":"get"},"uid":"1","user":"u"}})");
}

TEST(TokenReview, an_answer_without_a_decision_is_an_error) {
  EXPECT_EQ(read_token_review("{}").error().fault, Fault::unavailable);
  EXPECT_EQ(read_token_review("x").error().fault, Fault::unavailable);
  EXPECT_FALSE(read_token_review(R"({"status":{"error":"expired"}})")->has_value());
}

}  // namespace
}  // namespace kollect::serve
