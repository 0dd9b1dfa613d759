#include "sandbox/edit.h"

#include <gtest/gtest.h>

#include "base/json_write.h"

namespace kollect::sandbox {
namespace {

struct PatchCase {
  const char* name;
  Merge how;
  const char* target;
  const char* patch;
  const char* expected;
};

constexpr PatchCase kCases[] = {
    {"merge_sets_and_removes", Merge::plain, R"({"a":{"b":1,"c":2}})", R"({"a":{"b":null,"d":3}})",
     R"({"a":{"c":2,"d":3}})"},
    {"merge_replaces_lists", Merge::plain, R"({"a":[1,2]})", R"({"a":[3]})", R"({"a":[3]})"},
    {"merge_makes_objects_of_scalars", Merge::plain, R"({"a":1})", R"({"a":{"b":{"c":null}}})",
     R"({"a":{"b":{}}})"},
    {"merge_knows_no_directives", Merge::plain, R"({"a":{"x":1}})", R"({"a":{"$patch":"delete"}})",
     R"({"a":{"$patch":"delete","x":1}})"},
    {"strategic_merges_containers_by_name", Merge::strategic,
     R"({"spec":{"containers":[{"image":"x:1","name":"x"},{"image":"y:1","name":"y"}]}})",
     R"({"spec":{"containers":[{"name":"y","image":"y:2"},{"name":"z"}]}})",
     R"({"spec":{"containers":[{"image":"x:1","name":"x"},{"image":"y:2","name":"y"},{"name":"z"}]}})"},
    {"strategic_deletes_items", Merge::strategic, R"({"containers":[{"name":"x"},{"name":"y"}]})",
     R"({"containers":[{"$patch":"delete","name":"x"}]})", R"({"containers":[{"name":"y"}]})"},
    {"strategic_replaces_lists_and_maps", Merge::strategic,
     R"({"containers":[{"name":"x"}],"m":{"a":1}})",
     R"({"containers":[{"$patch":"replace"},{"name":"y"}],"m":{"$patch":"replace","b":2}})",
     R"({"containers":[{"name":"y"}],"m":{"b":2}})"},
    {"strategic_keeps_only_retained_keys", Merge::strategic,
     R"({"strategy":{"rollingUpdate":{},"type":"RollingUpdate"}})",
     R"({"strategy":{"$retainKeys":["type"],"type":"Recreate"}})",
     R"({"strategy":{"type":"Recreate"}})"},
    {"strategic_sets_merge_and_shrink", Merge::strategic, R"({"finalizers":["a","b"]})",
     R"({"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["b","c"]})",
     R"({"finalizers":["b","c"]})"},
    {"strategic_replaces_lists_without_key", Merge::strategic, R"({"args":["a"]})",
     R"({"args":["b"]})", R"({"args":["b"]})"},
};

class Patch : public testing::TestWithParam<PatchCase> {};

TEST_P(Patch, gives_the_expected_object) {
  const PatchCase& sample = GetParam();
  Arena arena;
  const Value target = *json::parse(sample.target, arena);
  const Value patch = *json::parse(sample.patch, arena);
  const Value result = merged(arena, target, patch, sample.how);
  EXPECT_EQ(json::to_text(result), sample.expected);
}

INSTANTIATE_TEST_SUITE_P(Edit, Patch, testing::ValuesIn(kCases),
                         [](const auto& sample) { return sample.param.name; });

TEST(Pruned, loses_what_was_said_before_and_is_not_said_now) {
  Arena arena;
  const Value target = *json::parse(R"({"a":{"b":1,"c":2,"d":3},"e":4})", arena);
  const Value before = *json::parse(R"({"a":{"b":1,"c":2},"e":4,"gone":1})", arena);
  const Value wanted = *json::parse(R"({"a":{"b":7}})", arena);
  EXPECT_EQ(json::to_text(pruned(arena, target, before, wanted)), R"({"a":{"b":1,"d":3}})");
}

TEST(MergeKey, depends_on_the_list_that_holds_the_field) {
  struct Row {
    const char *parent, *field, *key;
  };
  constexpr Row kRows[] = {{"containers", "ports", "containerPort"},
                           {"spec", "ports", "port"},
                           {"ingress", "ports", ""},
                           {"spec", "containers", "name"},
                           {"containers", "env", "name"},
                           {"containers", "volumeMounts", "mountPath"},
                           {"spec", "tolerations", ""},
                           {"status", "conditions", "type"},
                           {"metadata", "ownerReferences", "uid"},
                           {"metadata", "finalizers", "*"}};
  for (const Row& row : kRows) EXPECT_EQ(merge_key(row.parent, row.field), row.key) << row.field;
}

}  // namespace
}  // namespace kollect::sandbox
