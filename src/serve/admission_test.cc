#include "serve/admission.h"

#include <gtest/gtest.h>

#include "api/testing/rule_table.h"
#include "base/json_write.h"

namespace kollect::serve {
namespace {

using api::RuleWorld;

constexpr std::string_view kTargetPath = "/validate-kollect-dev-v1alpha1-kollecttarget";

std::string review_of(const std::string& spec, const std::string& operation = "CREATE",
                      const std::string& extra = "") {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1",)"
         R"("kind":{"group":"kollect.dev","version":"v1alpha1","kind":"KollectTarget"},"operation":")" +
         operation + "\"" + extra +
         R"(,"object":{"apiVersion":"kollect.dev/v1alpha1","kind":"KollectTarget",)"
         R"("metadata":{"name":"t","namespace":"team-a"},"spec":)" +
         spec + "}}}";
}

AdmissionAnswer answer(const std::string& body, std::string_view path = kTargetPath) {
  const RuleWorld world;
  return answer_admission(path, body, world.context());
}

// The response of an answer that must be a review.
std::string response_of(const AdmissionAnswer& answer) {
  const auto document = json::Document::parse(answer.body);
  return document ? json::to_text(*document->root().find("response")) : answer.body;
}

TEST(Admission, allows_a_sound_object) {
  const AdmissionAnswer given =
      answer(review_of(R"({"profileRef":"p","includedNamespaces":["a"]})"));
  EXPECT_EQ(given.status, 200);
  EXPECT_EQ(response_of(given), R"({"allowed":true,"uid":"u-1"})");
}

TEST(Admission, denies_with_all_field_errors_at_once) {
  const AdmissionAnswer given =
      answer(review_of(R"({"profileRef":"a/b","includedNamespaces":[""]})", "UPDATE"));
  EXPECT_EQ(given.status, 200);
  const auto document = json::Document::parse(given.body);
  ASSERT_TRUE(document.has_value());
  const json::Value& response = *document->root().find("response");
  EXPECT_FALSE(response.find("allowed")->as_bool());
  const json::Value& status = *response.find("status");
  EXPECT_EQ(status.find("code")->as_int(), 403);
  EXPECT_EQ(status.text("reason"), "Forbidden");
  EXPECT_EQ(status.text("message").substr(0, 31), "KollectTarget \"t\" is invalid: s");
  const auto causes = status.at({"details", "causes"})->items();
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_EQ(causes[0].text("field"), "spec.profileRef");
  EXPECT_EQ(causes[1].text("field"), "spec.includedNamespaces[0]");
}

TEST(Admission, an_undecodable_object_is_a_bad_request) {
  const std::string text = response_of(answer(review_of(R"({"profileRef":7,"suspend":"x"})")));
  EXPECT_NE(text.find(R"("code":400)"), std::string::npos) << text;
  EXPECT_NE(text.find("spec.profileRef"), std::string::npos) << text;
  EXPECT_NE(text.find("spec.suspend"), std::string::npos) << text;
}

TEST(Admission, passes_warnings_on) {
  EXPECT_EQ(
      response_of(answer(review_of(R"({"profileRef":"p"})"))),
      R"({"allowed":true,"uid":"u-1","warnings":["spec has neither namespaceSelector nor )"
      R"(includedNamespaces: this target collects from every namespace that the operator may read"]})");
}

TEST(Admission, deletions_and_subresources_are_none_of_its_business) {
  for (const char* operation : {"DELETE", "CONNECT"}) {
    EXPECT_EQ(response_of(answer(review_of("7", operation))), R"({"allowed":true,"uid":"u-1"})");
  }
  EXPECT_EQ(response_of(answer(review_of("7", "UPDATE", R"(,"subResource":"status")"))),
            R"({"allowed":true,"uid":"u-1"})");
}

struct BadCase {
  const char* name;
  std::string body;
};

TEST(Admission, what_is_no_review_is_a_bad_request) {
  const std::string sound = review_of("{}");
  const BadCase cases[] = {
      {"empty", ""},
      {"garbage", "\x01\xff\xfe garbage"},
      {"truncated", sound.substr(0, sound.size() / 2)},
      {"another kind", R"({"apiVersion":"admission.k8s.io/v1","kind":"Pod"})"},
      {"another version",
       R"({"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u"}})"},
      {"no request", R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"})"},
      {"no uid", R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}})"},
      {"a list", "[]"},
      {"oversized", std::string(kMostReviewBytes + 1, ' ')},
      {"deep", std::string(100000, '[')},
  };
  for (const BadCase& one : cases) EXPECT_EQ(answer(one.body).status, 400) << one.name;
  EXPECT_EQ(answer("{").body.rfind("not JSON"), 0U);
}

TEST(Admission, a_review_of_the_largest_size_is_read) {
  std::string body = review_of(R"({"profileRef":"p","includedNamespaces":["a"]})");
  body += std::string(kMostReviewBytes - body.size(), ' ');
  EXPECT_EQ(answer(body).status, 200);
}

TEST(Admission, a_review_that_asks_for_something_else_is_denied) {
  const std::string path = admission_path(api::kind_of<api::Scope>());
  EXPECT_NE(response_of(answer(review_of("{}"), path)).find("this hook reviews KollectScope only"),
            std::string::npos);
  EXPECT_NE(response_of(answer(review_of("{}", "PATCH"))).find("unknown operation"),
            std::string::npos);
}

TEST(Admission, has_eleven_paths) {
  for (const api::Kind* kind : api::kinds()) EXPECT_EQ(kind_of_path(admission_path(*kind)), kind);
  EXPECT_EQ(kind_of_path(kTargetPath), &api::kind_of<api::Target>());
  for (const char* path : {"", "/", "/validate-kollect-dev-v1alpha1-",
                           "/validate-kollect-dev-v1alpha1-KollectTarget"}) {
    EXPECT_EQ(answer(review_of("{}"), path).status, 404) << path;
  }
}

TEST(Admission, a_flood_of_errors_stays_small) {
  std::string list;
  for (int i = 0; i < 20000; ++i) list += (i ? ",\"\"" : "\"\"");
  const AdmissionAnswer given =
      answer(review_of(R"({"profileRef":"p","includedNamespaces":[)" + list + "]}"));
  EXPECT_LT(given.body.size(), 100'000u);
}

}  // namespace
}  // namespace kollect::serve
