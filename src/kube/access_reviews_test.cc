#include "kube/access_reviews.h"

#include <thread>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace kollect::kube {
namespace {

using namespace std::chrono_literals;

AccessQuestion in(const std::string& ns) { return {.resource = {"apps", "v1", "pods"}, .ns = ns}; }

class AccessReviewsTest : public ::testing::Test {
 protected:
  // Answers as told and counts how often it was asked.
  AccessReviews::Ask ask() {
    return [this](const AccessQuestion&) {
      ++reviews_;
      return answer_;
    };
  }
  double counted(const std::string& result) {
    for (const auto& family : registry_.gather()) {
      if (family.family->name != "kollect_access_cache_total") continue;
      for (const auto& sample : family.samples) {
        if (sample.key->values == std::vector{result}) return sample.value;
      }
    }
    return -1;
  }

  testing::FakeClock clock_;
  metrics::Registry registry_;
  AccessReviews reviews_of_two_{registry_, {.capacity = 2}, clock_};
  AccessReviews cache_{registry_, {}, clock_};
  Result<bool> answer_ = true;
  int reviews_ = 0;
};

TEST_F(AccessReviewsTest, edge_21_a_decision_is_asked_for_once_until_it_is_old) {
  EXPECT_TRUE(*cache_.check(in("a"), ask()));
  clock_.advance(30s - 1ms);
  EXPECT_TRUE(*cache_.check(in("a"), ask()));
  EXPECT_EQ(reviews_, 1);
  clock_.advance(1ms);
  EXPECT_TRUE(*cache_.check(in("a"), ask()));
  EXPECT_EQ(reviews_, 2);
  EXPECT_EQ(counted("hit"), 1);
  EXPECT_EQ(counted("miss"), 2);
}

TEST_F(AccessReviewsTest, edge_21_a_decision_is_asked_for_again_when_all_are_forgotten) {
  EXPECT_TRUE(*cache_.check(in("a"), ask()));
  cache_.forget();
  EXPECT_TRUE(*cache_.check(in("a"), ask()));
  EXPECT_EQ(reviews_, 2);
}

TEST_F(AccessReviewsTest, edge_22_the_decision_used_longest_ago_gives_way) {
  for (const char* ns : {"a", "b", "a", "c"}) EXPECT_TRUE(*reviews_of_two_.check(in(ns), ask()));
  EXPECT_EQ(reviews_, 3) << "the second a was known";
  EXPECT_EQ(reviews_of_two_.find(in("a")), true) << "used after b";
  EXPECT_EQ(reviews_of_two_.find(in("c")), true);
  EXPECT_EQ(reviews_of_two_.find(in("b")), std::nullopt);
  EXPECT_EQ(reviews_of_two_.size(), 2U);
}

TEST_F(AccessReviewsTest, edge_22_it_never_grows_beyond_its_capacity_under_concurrency) {
  Guarded<size_t> largest;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 500; ++i) {
          reviews_of_two_.keep(in(std::to_string(thread * 7 + i % 11)), true);
          const size_t size = reviews_of_two_.size();
          largest.with([&](size_t& most) { most = std::max(most, size); });
        }
      });
    }
  }
  EXPECT_EQ(largest.copy(), 2U);
}

TEST_F(AccessReviewsTest, edge_23_everything_is_allowed_when_nobody_can_be_asked) {
  EXPECT_TRUE(*cache_.check(in("a"), nullptr));
}

TEST_F(AccessReviewsTest, edge_23_a_denial_is_an_answer_and_is_remembered) {
  answer_ = false;
  EXPECT_FALSE(*cache_.check(in("a"), ask()));
  EXPECT_FALSE(*cache_.check(in("a"), ask()));
  EXPECT_EQ(reviews_, 1);
}

TEST_F(AccessReviewsTest, edge_23_an_error_is_an_error_and_is_not_remembered) {
  answer_ = unavailable("no server");
  EXPECT_EQ(cache_.check(in("a"), ask()).error().fault, Fault::unavailable);
  answer_ = true;
  EXPECT_TRUE(*cache_.check(in("a"), ask()));
  EXPECT_EQ(reviews_, 2);
}

TEST_F(AccessReviewsTest, a_newer_decision_takes_the_place_of_the_older_one) {
  cache_.keep(in("a"), false);
  clock_.advance(29s);
  cache_.keep(in("a"), true);
  clock_.advance(29s);
  EXPECT_EQ(cache_.find(in("a")), true);
  EXPECT_EQ(cache_.size(), 1U);
}

TEST_F(AccessReviewsTest, namespaces_verbs_and_versions_are_decided_on_their_own) {
  cache_.keep(in("a"), true);
  AccessQuestion other = in("a");
  other.verb = "watch";
  EXPECT_EQ(cache_.find(other), std::nullopt);
  other = in("a");
  other.resource.version = "v2";
  EXPECT_EQ(cache_.find(other), std::nullopt);
  EXPECT_EQ(cache_.find(in("")), std::nullopt);
}

TEST(AccessReview, is_posted_with_its_question) {
  const Request request = access_review(in("a"));
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
  EXPECT_EQ(request.body,
            R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":)"
            R"({"resourceAttributes":{"group":"apps","namespace":"a","resource":"pods",)"
            R"("verb":"list","version":"v1"}}})");
}

struct Reading {
  const char* name;
  const char* status;
  std::optional<bool> decision;  // none: an error
};

class AccessReviewReading : public ::testing::TestWithParam<Reading> {};

TEST_P(AccessReviewReading, tells_decisions_from_failures) {
  const auto read =
      read_access_review(std::string(R"({"status":)") + GetParam().status + std::string("}"));
  EXPECT_EQ(read ? std::optional(*read) : std::nullopt, GetParam().decision);
  if (!read) {
    EXPECT_EQ(read.error().fault, Fault::unavailable);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Answers, AccessReviewReading,
    ::testing::Values(
        Reading{"allowed", R"({"allowed":true})", true},
        Reading{"allowed_although_one_failed", R"({"allowed":true,"evaluationError":"x"})", true},
        Reading{"not_allowed", R"({"allowed":false})", false},
        Reading{"denied", R"({"allowed":false,"denied":true,"evaluationError":"x"})", false},
        Reading{"failed", R"({"allowed":false,"evaluationError":"x"})", std::nullopt},
        Reading{"failed_and_not_denied",
                R"({"allowed":false,"denied":false,"evaluationError":"x"})", std::nullopt},
        Reading{"empty", "{}", std::nullopt}, Reading{"null", "null", std::nullopt},
        Reading{"text", R"({"allowed":"true"})", std::nullopt}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace kollect::kube
