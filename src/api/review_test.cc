#include "api/review.h"

#include <gtest/gtest.h>

#include "api/testing/rule_table.h"
#include "base/yaml.h"

namespace kollect::api {
namespace {

json::Value yaml_object(const std::string& text, json::Arena& arena) {
  return *yaml::parse(text, arena);
}

std::string broken_object(const Kind& kind, const std::string& metadata) {
  return "{apiVersion: kollect.dev/v1alpha1, kind: " + std::string(kind.name) +
         ", metadata: {name: a, namespace: b" + metadata +
         "}, spec: {type: nonsense, minExportInterval: -1s, exportMinInterval: -1s, watchMode: x}}";
}

constexpr const char* kDeleting = ", deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [x]";

TEST(Review, admits_every_update_of_an_object_that_is_being_deleted) {
  RuleWorld world;
  world.cluster.scopes_fail = true;
  world.policy.tenant_mode = true;
  for (const Kind* kind : kinds()) {
    json::Arena arena;
    const json::Value object = yaml_object(broken_object(*kind, kDeleting), arena);
    const Reviewed reviewed = review(*kind, object, Operation::update, world.context());
    EXPECT_TRUE(reviewed.findings.ok() && reviewed.decoding == Decoding::fine) << kind->name;
  }
}

TEST(Review, refuses_the_same_object_when_it_is_not_being_deleted) {
  const RuleWorld world;
  for (const Kind* kind : kinds()) {
    json::Arena arena;
    const json::Value object = yaml_object(broken_object(*kind, ""), arena);
    EXPECT_FALSE(review(*kind, object, Operation::update, world.context()).findings.ok())
        << kind->name;
  }
}

TEST(Review, a_create_with_a_deletion_time_is_no_way_around) {
  const RuleWorld world;
  json::Arena arena;
  const Kind& kind = kind_of<Scope>();
  const json::Value object = yaml_object(broken_object(kind, kDeleting), arena);
  EXPECT_FALSE(review(kind, object, Operation::create, world.context()).findings.ok());
}

TEST(Review, an_object_that_does_not_decode_is_broken_and_not_checked) {
  const RuleWorld world;
  json::Arena arena;
  const json::Value object = yaml_object(
      "{apiVersion: kollect.dev/v1alpha1, kind: KollectInventory, spec: {exportMinInterval: soon, "
      "maxExportBytes: 0}}",
      arena);
  const Reviewed reviewed =
      review(kind_of<Inventory>(), object, Operation::create, world.context());
  EXPECT_EQ(reviewed.decoding, Decoding::broken);
  ASSERT_EQ(reviewed.findings.errors().size(), 1u);
  EXPECT_EQ(reviewed.findings.errors()[0].path, "spec.exportMinInterval");
}

TEST(Findings, frame_the_errors_of_one_object) {
  Findings findings;
  findings.required(Path("spec") / "a", "why");
  findings.duplicate((Path("spec") / "b")[2], "x");
  findings.too_many(Path("spec") / "c", 6, 5);
  EXPECT_EQ(findings.message("KollectProfile", "p"),
            "KollectProfile \"p\" is invalid: spec.a: Required value: why; spec.b[2]: Duplicate "
            "value: \"x\"; "
            "spec.c: Too many: 6: must have at most 5 items");
}

TEST(Findings, do_not_repeat_themselves) {
  Findings findings;
  findings.forbidden(Path("spec"), "no");
  findings.forbidden(Path("spec"), "no");
  EXPECT_EQ(findings.errors().size(), 1u);
}

TEST(Findings, show_the_start_of_a_long_value) {
  Findings findings;
  findings.invalid(Path("spec"), std::string(100000, 'x'), "too much");
  EXPECT_LT(findings.message("A", "b").size(), 400u);
}

}  // namespace
}  // namespace kollect::api
