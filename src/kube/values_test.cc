#include <gtest/gtest.h>

#include "base/json_write.h"
#include "base/testing/fake_clock.h"
#include "kube/conditions.h"
#include "kube/object.h"

namespace kollect::kube {
namespace {

TEST(Gvk, api_versions_read_back_as_written) {
  for (const char* text : {"v1", "apps/v1", "kollect.dev/v1alpha1"}) {
    const auto version = parse_api_version(text);
    ASSERT_TRUE(version) << text;
    EXPECT_EQ(version->text(), text);
  }
}

TEST(Gvk, malformed_api_versions_are_invalid) {
  for (const char* text : {"", "/", "/v1", "apps/", "a/b/c"}) {
    const auto version = parse_api_version(text);
    ASSERT_FALSE(version) << text;
    EXPECT_EQ(version.error().fault, Fault::invalid);
  }
}

TEST(Gvk, keeps_an_empty_group_in_its_text) {
  EXPECT_EQ((Gvk{"", "v1", "Pod"}.text()), "/v1/Pod");
  EXPECT_EQ((Gvk{"apps", "v1", "Deployment"}.text()), "apps/v1/Deployment");
}

TEST(ObjectKey, reads_back_as_written) {
  EXPECT_EQ(parse_object_key("a/b"), (ObjectKey{"a", "b"}));
  EXPECT_EQ(parse_object_key("b"), (ObjectKey{"", "b"}));
  EXPECT_EQ((ObjectKey{"a", "b"}.text()), "a/b");
  EXPECT_EQ((ObjectKey{"", "b"}.text()), "b");
}

TEST(Object, metadata_is_read_and_absent_parts_are_empty) {
  const auto object = json::Document::parse(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"a","name":"b","uid":"u","resourceVersion":"7",
          "generation":3,"deletionTimestamp":"2026-01-01T00:00:00Z"}})");
  EXPECT_EQ(key_of(object->root()), (ObjectKey{"a", "b"}));
  EXPECT_EQ(gvk_of(object->root()), (Gvk{"apps", "v1", "Deployment"}));
  EXPECT_EQ(uid_of(object->root()), "u");
  EXPECT_EQ(resource_version_of(object->root()), "7");
  EXPECT_EQ(generation_of(object->root()), 3);
  EXPECT_TRUE(is_being_deleted(object->root()));
  EXPECT_EQ(key_of(json::Value()), ObjectKey{});
  EXPECT_FALSE(is_being_deleted(json::Value()));
}

class ConditionsTest : public ::testing::Test {
 protected:
  bool set(Truth status, const char* reason) {
    return set_condition(conditions_,
                         {.type = "Ready",
                          .status = status,
                          .reason = reason,
                          .message = "m",
                          .observed_generation = 1},
                         clock_.wall());
  }
  kollect::testing::FakeClock clock_;
  Conditions conditions_;
};

TEST_F(ConditionsTest, a_new_type_is_added_with_the_time) {
  EXPECT_TRUE(set(Truth::yes, "Collecting"));
  ASSERT_NE(find_condition(conditions_, "Ready"), nullptr);
  EXPECT_EQ(find_condition(conditions_, "Ready")->last_transition_time, "2026-01-01T00:00:01Z");
  EXPECT_TRUE(is_true(conditions_, "Ready"));
}

TEST_F(ConditionsTest, setting_the_same_again_changes_nothing) {
  set(Truth::yes, "Collecting");
  clock_.advance(std::chrono::seconds(5));
  EXPECT_FALSE(set(Truth::yes, "Collecting"));
}

TEST_F(ConditionsTest, another_reason_keeps_the_time) {
  set(Truth::yes, "Collecting");
  clock_.advance(std::chrono::seconds(5));
  EXPECT_TRUE(set(Truth::yes, "Exported"));
  EXPECT_EQ(conditions_[0].last_transition_time, "2026-01-01T00:00:01Z");
}

TEST_F(ConditionsTest, another_status_moves_the_time) {
  set(Truth::yes, "Collecting");
  clock_.advance(std::chrono::seconds(5));
  EXPECT_TRUE(set(Truth::no, "Suspended"));
  EXPECT_EQ(conditions_[0].last_transition_time, "2026-01-01T00:00:06Z");
  EXPECT_EQ(conditions_.size(), 1U);
}

TEST_F(ConditionsTest, are_the_same_after_a_trip_through_json) {
  set(Truth::unknown, "Progressing");
  set_condition(conditions_, {.type = "Synced", .status = Truth::no, .reason = "X", .message = ""},
                clock_.wall());
  json::Arena arena;
  EXPECT_EQ(conditions_from(to_json(conditions_, arena)), conditions_);
  EXPECT_EQ(conditions_from(json::Value()), Conditions{});
}

TEST_F(ConditionsTest, are_written_as_the_api_has_them) {
  set(Truth::yes, "Collecting");
  json::Arena arena;
  EXPECT_EQ(
      json::to_text(to_json(conditions_, arena)),
      R"([{"lastTransitionTime":"2026-01-01T00:00:01Z","message":"m","observedGeneration":1,"reason":"Collecting","status":"True","type":"Ready"}])");
}

TEST_F(ConditionsTest, are_removed_once) {
  set(Truth::yes, "Collecting");
  EXPECT_TRUE(remove_condition(conditions_, "Ready"));
  EXPECT_FALSE(remove_condition(conditions_, "Ready"));
}

}  // namespace
}  // namespace kollect::kube
