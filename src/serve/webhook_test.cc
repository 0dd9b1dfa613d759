#include "serve/webhook.h"

#include <gtest/gtest.h>

#include "api/testing/rule_table.h"

namespace kollect::serve {
namespace {

constexpr const char* kPath = "/validate-kollect-dev-v1alpha1-kollectscope";
constexpr const char* kReview =
    R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",)"
    R"("kind":{"group":"kollect.dev","version":"v1alpha1","kind":"KollectScope"},)"
    R"("object":{"apiVersion":"kollect.dev/v1alpha1","kind":"KollectScope","metadata":{"name":"a"},"spec":{}}}})";

net::Response answer(const net::Request& request, const ReviewObserver& observer = {}) {
  const api::RuleWorld world;
  return admission_handler(world.context(), observer)(request, {}).response;
}

TEST(Webhook, answers_a_post_with_a_review) {
  const net::Response response = answer({.method = "POST", .url = kPath, .body = kReview});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("content-type"), "application/json");
  EXPECT_NE(response.body.find(R"("allowed":true)"), std::string::npos);
}

TEST(Webhook, takes_the_timeout_that_the_api_server_appends) {
  EXPECT_EQ(answer({.method = "POST", .url = std::string(kPath) + "?timeout=10s", .body = kReview})
                .status,
            200);
}

TEST(Webhook, refuses_other_methods_and_paths) {
  const net::Response response = answer({.method = "GET", .url = kPath});
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("allow"), "POST");
  EXPECT_EQ(answer({.method = "POST", .url = "/other", .body = kReview}).status, 404);
}

TEST(Webhook, tells_what_was_answered) {
  std::string told;
  const ReviewObserver observer = [&](const api::Kind* kind, int status) {
    told += std::string(kind->name) + " " + std::to_string(status);
  };
  answer({.method = "POST", .url = kPath, .body = "garbage"}, observer);
  EXPECT_EQ(told, "KollectScope 400");
}

}  // namespace
}  // namespace kollect::serve
