#include <gtest/gtest.h>

#include "kube/detail/backoff.h"
#include "kube/detail/list_turn.h"
#include "kube/detail/watch_frame.h"

namespace kollect::kube {
namespace {

using std::chrono::milliseconds;

TEST(ListTurn, comes_to_everybody_in_the_order_of_asking) {
  ListTurn turn;
  EXPECT_TRUE(turn.ask(1));
  EXPECT_FALSE(turn.ask(2));
  EXPECT_FALSE(turn.ask(3));
  EXPECT_FALSE(turn.ask(2)) << "asking again keeps the place";
  EXPECT_EQ(turn.leave(1), 2U);
  EXPECT_EQ(turn.leave(2), 3U);
  EXPECT_EQ(turn.leave(3), std::nullopt);
  EXPECT_TRUE(turn.ask(1));
}

TEST(ListTurn, is_not_given_to_who_left_the_queue) {
  ListTurn turn;
  turn.ask(1);
  turn.ask(2);
  turn.ask(3);
  EXPECT_EQ(turn.leave(2), std::nullopt);
  EXPECT_EQ(turn.leave(9), std::nullopt);
  EXPECT_EQ(turn.leave(1), 3U);
}

TEST(Backoff, starts_over_for_another_cause) {
  const BackoffRange one{milliseconds(1000), milliseconds(8000)};
  const BackoffRange other{milliseconds(100), milliseconds(8000)};
  Backoff backoff(7);
  for (int i = 0; i < 3; ++i) backoff.next(one);
  EXPECT_GE(backoff.next(one), milliseconds(6000));
  EXPECT_LE(backoff.next(other), milliseconds(100));
  EXPECT_EQ(backoff.failures(), 1);
}

TEST(Backoff, of_two_seeds_differs) {
  const BackoffRange range{milliseconds(10'000), milliseconds(10'000)};
  Backoff a(1);
  Backoff b(2);
  EXPECT_NE(a.next(range), b.next(range));
}

struct FrameCase {
  const char* name;
  const char* bytes;
  std::optional<WatchFrame::Type> type;
  std::string_view object = {};
};

class CutFrame : public ::testing::TestWithParam<FrameCase> {};

TEST_P(CutFrame, finds_type_and_object_or_nothing) {
  const auto frame = cut_frame(GetParam().bytes);
  ASSERT_EQ(frame.has_value(), GetParam().type.has_value());
  if (!frame) return;
  EXPECT_EQ(frame->type, *GetParam().type);
  EXPECT_EQ(frame->object, GetParam().object);
}

using Type = WatchFrame::Type;
INSTANTIATE_TEST_SUITE_P(
    Frames, CutFrame,
    ::testing::Values(FrameCase{"added", R"({"type":"ADDED","object":{"a":{}}})", Type::added,
                                R"({"a":{}})"},
                      FrameCase{"erased", R"({"type":"DELETED","object":{}})", Type::erased, "{}"},
                      FrameCase{"error", R"({"type":"ERROR","object":{"code":410}})", Type::error,
                                R"({"code":410})"},
                      FrameCase{"spaced", R"({ "type": "BOOKMARK", "object": {"a":1} })",
                                Type::bookmark, R"({"a":1})"},
                      FrameCase{"object_first", R"({"object":{"a":1},"type":"MODIFIED"})",
                                Type::modified, R"({"a":1})"},
                      FrameCase{"unknown_type", R"({"type":"NEW","object":{}})", std::nullopt},
                      FrameCase{"lower_case", R"({"type":"added","object":{}})", std::nullopt},
                      FrameCase{"no_object", R"({"type":"ADDED"})", std::nullopt},
                      FrameCase{"null_object", R"({"type":"ADDED","object":null})", std::nullopt},
                      FrameCase{"no_type", R"({"object":{}})", std::nullopt},
                      FrameCase{"number_type", R"({"type":1,"object":{}})", std::nullopt},
                      FrameCase{"a_list", "[]", std::nullopt},
                      FrameCase{"a_word", "null", std::nullopt},
                      FrameCase{"nothing", "", std::nullopt}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(VersionReader, reads_versions_and_the_end_of_initial_events) {
  VersionReader reader;
  const auto plain = reader.read(R"({"metadata":{"resourceVersion":"7"},"spec":{"x":[1]}})");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->resource_version, "7");
  EXPECT_FALSE(plain->ends_initial_events);
  const auto end = reader.read(
      R"({"metadata":{"annotations":{"k8s.io/initial-events-end":"true"},"resourceVersion":"8"}})");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->resource_version, "8");
  EXPECT_TRUE(end->ends_initial_events);
  EXPECT_FALSE(reader.read(R"({"metadata":)"));
  EXPECT_EQ(reader.read(R"({"metadata":{"resourceVersion":7}})")->resource_version, "");
}

struct VersionCase {
  const char* object;
  const char* version;
};

TEST(VersionReader, finds_a_version_wherever_it_stands) {
  constexpr VersionCase kCases[] = {
      {R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","resourceVersion":"7"}})", "7"},
      {R"({"metadata":{"generation":3,"resourceVersion":"8"}})", "8"},
      {R"({ "metadata": {"resourceVersion": "9"}})", "9"},
      {R"({"metadata":{"labels":{"resourceVersion":"1"},"resourceVersion":"10"}})", "10"},
      {R"({"spec":{"resourceVersion":"1"},"metadata":{"resourceVersion":"11"}})", "11"},
      {R"({"resourceVersion":"1","metadata":{"name":"\"","resourceVersion":"12"}})", "12"},
      {R"({"resourceVersion":"1","metadata":{"name":"a"}})", ""},
      {R"({"metadata":"text","spec":{"metadata":{"resourceVersion":"1"}}})", ""},
  };
  VersionReader reader;
  for (const VersionCase& one : kCases) {
    const auto version = reader.resource_version(one.object);
    ASSERT_TRUE(version) << one.object;
    EXPECT_EQ(*version, one.version) << one.object;
  }
  EXPECT_FALSE(reader.resource_version(R"({"metadata":{"name":"a)"));
}

}  // namespace
}  // namespace kollect::kube
