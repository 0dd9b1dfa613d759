#include "control/detail/row_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kollect::control {
namespace {

using kube::ObjectChange;
using ::testing::HasSubstr;

std::shared_ptr<const TargetSetup> setup() {
  TargetInput input{.name = {store::Origin::target, "team", "t"}, .profile_name = "team/p"};
  api::Profile profile;
  profile.spec.target_gvk = {"", "v1", "ConfigMap"};
  api::Attribute& attribute = profile.spec.attributes.emplace_back();
  attribute.name = "x";
  attribute.path = "$.data.x";
  input.profile = profile;
  TargetCompiler compiler;
  return std::get<0>(compiler.prepare(std::move(input)));
}

class RowWriterTest : public ::testing::Test {
 protected:
  RowWriterTest()
      : workshop{.rows = rows,
                 .extraction_errors = counter(),
                 .policy_errors = counter(),
                 .forbidden = counter(),
                 .unreviewed = counter(),
                 .durations = metrics.histogram(metrics::Metric::collect_dispatch_duration),
                 .stalls = metrics.counter(metrics::Metric::collect_dispatch_backpressure),
                 .most_versions = 10,
                 .rows_changed = [this] { ++wakes; },
                 .failures_changed = [](Lane&) {}} {
    lane.setup = setup();
    lane.rows = rows.with([&](store::RowStore& store) {
      return &store.add_target({store::Origin::target, "team", "t"},
                               {"", "v1", "ConfigMap", lane.setup->profile()->schema()});
    });
    plan.add(lane.setup->profile());
    lanes["shop"] = {.facts = assumed_namespace("shop"), .lanes = {&lane}};
  }

  metrics::Counter counter() {
    return metrics.counter(metrics::Metric::reconcile_errors, {.values = {"KollectTarget", "x"}});
  }
  static std::string object(const std::string& name, const std::string& x) {
    return R"({"metadata":{"namespace":"shop","name":")" + name + R"(","uid":"u-)" + name +
           R"("},"data":{"x":")" + x + R"("}})";
  }
  std::string take(std::string_view bytes, ObjectChange change = ObjectChange::changed) {
    const Status done = writer.take({.change = change, .bytes = bytes});
    return done ? "" : done.error().text();
  }
  size_t count() {
    return rows.read([](const store::RowStore& store) { return store.counts().rows; });
  }

  metrics::Registry metrics;
  Guarded<store::RowStore> rows;
  size_t wakes = 0;
  RowWorkshop workshop;
  Lane lane;
  LaneIndex lanes;
  extract::Plan plan{{"", "v1", "ConfigMap"}};
  RowWriter writer{workshop, lanes, [this] { return &plan; }};
};

TEST_F(RowWriterTest, an_object_that_is_no_utf8_is_named_and_loses_its_row) {
  EXPECT_EQ(take(object("bad", "good so far")), "");
  EXPECT_EQ(take(object("other", "1")), "");
  EXPECT_THAT(take(object("bad", "\xff\xfe")), HasSubstr("shop/bad"));
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(lane.failures.size(), 1U);
  EXPECT_THAT(lane.failures.last_message(), HasSubstr("shop/bad"));
  EXPECT_EQ(take(object("bad", "healed")), "");
  EXPECT_EQ(count(), 2U);
  EXPECT_EQ(lane.failures.size(), 0U);
}

TEST_F(RowWriterTest, what_tells_no_name_is_an_error_and_the_next_one_is_read) {
  for (const char* bytes : {"{\"metadata\":", "[]", "{}", "{\"metadata\":{\"name\":\"no-uid\"}}"})
    EXPECT_NE(take(bytes), "") << bytes;
  EXPECT_EQ(take(object("good", "1")), "");
  EXPECT_EQ(count(), 1U);
}

TEST_F(RowWriterTest, an_object_of_ten_mebibytes_is_a_row_like_any_other) {
  std::string large = object("large", "small value");
  large.insert(1, R"("binaryData":{"blob":")" + std::string(size_t{10} << 20, 'A') + "\"},");
  EXPECT_EQ(take(large), "");
  EXPECT_EQ(count(), 1U);
}

TEST_F(RowWriterTest, the_error_shows_nothing_of_the_object) {
  EXPECT_THAT(take(object("bad", "hunter2\xff")), ::testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(lane.failures.last_message(), ::testing::Not(HasSubstr("hunter2")));
}

TEST_F(RowWriterTest, a_list_that_is_late_brings_nothing_back_while_another_namespace_is_due) {
  const std::string listed = object("gone", "1");
  writer.versions().begin();
  EXPECT_EQ(take(listed), "");
  EXPECT_EQ(take(listed, ObjectChange::erased), "");
  lane.hears_namespace_since["bank"] = writer.versions().now();
  EXPECT_EQ(take(listed, ObjectChange::listed), "");
  EXPECT_EQ(count(), 0U);
  lane.hears_namespace_since["shop"] = writer.versions().now();
  EXPECT_EQ(take(listed, ObjectChange::listed), "");
  EXPECT_EQ(count(), 1U) << "what was said before the lane came says nothing";
}

TEST_F(RowWriterTest, only_what_changes_a_row_wakes_somebody) {
  take(object("one", "1"), ObjectChange::added);
  const size_t before = wakes;
  take(object("one", "1"));
  EXPECT_EQ(wakes, before);
  take(object("one", "2"));
  EXPECT_EQ(wakes, before + 1);
  take(object("absent", "2"), ObjectChange::erased);
  EXPECT_EQ(wakes, before + 1);
}

TEST_F(RowWriterTest, an_object_recreated_as_an_update_leaves_no_row_of_its_former_self) {
  take(object("one", "1"));
  std::string again = object("one", "2");
  again.replace(again.find("u-one"), 5, "u-two");
  take(again);
  EXPECT_EQ(count(), 1U);
}

}  // namespace
}  // namespace kollect::control
