#include "api/schema_check.h"

#include <gtest/gtest.h>

#include "base/json_write.h"
#include "base/yaml.h"

namespace kollect::api {
namespace {

std::string schema_errors(std::string_view kind, const std::string& text) {
  json::Arena arena;
  Findings findings;
  check_schema(*find_kind(kind), *yaml::parse(text, arena), findings);
  std::string out;
  for (const FieldError& error : findings.errors()) out += error.text() + "\n";
  return out;
}

struct SchemaCase {
  const char* name;
  const char* kind;
  const char* text;
  const char* expected;
};

void PrintTo(const SchemaCase& one, std::ostream* out) { *out << one.name; }

const SchemaCase kCases[] = {
    {"spec_missing", "KollectTarget", "{}", "spec: Required value\n"},
    {"required_inside", "KollectProfile", "{spec: {attributes: [{name: a}]}}",
     "spec.targetGVK: Required value\nspec.attributes[0].path: Required value\n"},
    {"required_in_an_absent_block", "KollectDatabaseSink", "{spec: {type: postgres}}", ""},
    {"required_in_a_present_block", "KollectDatabaseSink",
     "{spec: {type: postgres, postgres: {table: t}}}",
     "spec.postgres.databaseRef: Required value\n"},
    {"enum", "KollectTarget", "{spec: {profileRef: a, watchMode: Any}}",
     "spec.watchMode: Unsupported value: \"Any\": supported values: \"All\", \"OptIn\"\n"},
    {"enum_with_case", "KollectSnapshotSink", "{spec: {type: Git}}",
     "spec.type: Unsupported value: \"Git\": supported values: \"git\", \"gitlab\", \"s3\", "
     "\"gcs\"\n"},
    {"minimum", "KollectConnectionTest", "{spec: {sinkRef: {}, ttlSecondsAfterFinished: -1}}",
     "spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0\n"},
    {"maximum", "KollectInventory", "{spec: {httpEndpoint: {port: 65536}}}",
     "spec.httpEndpoint.port: Invalid value: 65536: must be less than or equal to 65535\n"},
    {"pattern", "KollectClusterInventory", "{spec: {namespaces: [A]}}",
     "spec.namespaces[0]: Invalid value: \"A\": must match ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$\n"},
    {"length", "KollectClusterInventory",
     "{spec: {namespaces: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]}}",
     "spec.namespaces[0]: Too long: may not be more than 63 bytes\n"},
    {"set", "KollectTarget", "{spec: {profileRef: a, includedNamespaces: [a, b, a]}}",
     "spec.includedNamespaces[2]: Duplicate value: \"a\"\n"},
    {"map_keys", "KollectProfile",
     "{spec: {targetGVK: {version: v1, kind: A}, attributes: [{name: a, path: x}, {name: a, path: "
     "z}]}}",
     "spec.attributes[1]: Duplicate value: \"a\"\n"},
    {"plain_lists_may_repeat", "KollectTarget", "{spec: {profileRef: a, names: [a, a]}}", ""},
    {"types", "KollectTarget", "{spec: {profileRef: 1, suspend: x, resourceRules: {}}}",
     "spec.profileRef: Invalid value: \"integer\": must be a string\n"
     "spec.resourceRules: Invalid value: \"object\": must be a list\n"
     "spec.suspend: Invalid value: \"string\": must be true or false\n"},
    {"open_operator", "KollectTarget",
     "{spec: {profileRef: a, labelSelector: {matchExpressions: [{key: a, operator: Anything}]}}}",
     ""},
    {"open_duration", "KollectInventory", "{spec: {exportMinInterval: whatever}}", ""},
    {"null_is_absent", "KollectTarget", "{spec: {profileRef: null}}",
     "spec.profileRef: Required value\n"},
    {"names_are_objects", "KollectInventory", "{spec: {eventSinkRefs: [a]}}",
     "spec.eventSinkRefs[0]: Invalid value: \"string\": must be an object\n"},
    {"a_misplaced_secret", "KollectDatabaseSink", "{spec: {type: postgres, secretRef: hunter2}}",
     "spec.secretRef: Invalid value: \"string\": must be an object\n"},
    {"condition", "KollectTarget",
     "{spec: {profileRef: a}, status: {conditions: [{type: 'a b', status: Yes, reason: '', "
     "message: '',"
     " lastTransitionTime: '2026-01-01T00:00:00Z'}]}}",
     "status.conditions[0].type: Invalid value: \"a b\": must match "
     "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
     ")?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$\n"},
};

class Schema : public testing::TestWithParam<SchemaCase> {};

TEST_P(Schema, says) {
  const std::string actual = schema_errors(GetParam().kind, GetParam().text);
  if (std::string_view(GetParam().name) == "condition") {
    EXPECT_NE(actual.find("status.conditions[0].type: Invalid value"), std::string::npos) << actual;
    EXPECT_NE(actual.find("status.conditions[0].reason: Invalid value"), std::string::npos)
        << actual;
  } else {
    EXPECT_EQ(actual, GetParam().expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Schema, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

std::string defaulted(std::string_view kind, const std::string& text) {
  json::Arena arena;
  return json::to_text(with_defaults(*find_kind(kind), *yaml::parse(text, arena), arena));
}

TEST(Defaults, are_filled_where_their_parent_is_present) {
  EXPECT_EQ(defaulted("KollectTarget", "{spec: {profileRef: a}}"),
            R"({"spec":{"profileRef":"a","watchMode":"All"}})");
  EXPECT_EQ(defaulted("KollectProfile", "{spec: {}}"), R"({"spec":{}})");
  EXPECT_EQ(
      defaulted("KollectProfile", "{spec: {export: {}}}"),
      R"({"spec":{"export":{"as":"resource","include":"SpecAndStatus","mode":"Attributes"}}})");
  EXPECT_EQ(defaulted("KollectConnectionTest", "{spec: {}}"),
            R"({"spec":{"ttlSecondsAfterFinished":300}})");
}

TEST(Defaults, replace_a_null_and_leave_what_was_given) {
  EXPECT_EQ(defaulted("KollectClusterInventory",
                      "{spec: {dedupe: null, sinkNamespace: x, suspend: null}}"),
            R"({"spec":{"dedupe":"keepAll","exportMinInterval":"30s","sinkNamespace":"x"}})");
}

TEST(Defaults, leave_an_absent_spec_absent) { EXPECT_EQ(defaulted("KollectTarget", "{}"), "{}"); }

}  // namespace
}  // namespace kollect::api
