#include "api/codec.h"

#include <gtest/gtest.h>

#include "api/rules.h"
#include "api/schema_check.h"
#include "api/testing/manifest_generator.h"
#include "base/json_write.h"
#include "base/yaml.h"

namespace kollect::api {
namespace {

std::string errors_of(const Findings& findings) {
  std::string out;
  for (const FieldError& error : findings.errors()) out += error.text() + "\n";
  return out;
}

template <typename Object>
class RoundTrip : public testing::Test {};

using Objects =
    testing::Types<Profile, Target, Inventory, SnapshotSink, DatabaseSink, EventSink, Scope,
                   ConnectionTest, ClusterTarget, ClusterInventory, ClusterScope>;
TYPED_TEST_SUITE(RoundTrip, Objects);

// Eleven kinds times 50: more than 500 manifests.
constexpr uint32_t kSeeds = 50;

TYPED_TEST(RoundTrip, what_was_given_comes_back_byte_for_byte) {
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    json::Arena arena;
    Findings findings;
    const json::Value given = random_manifest(kind_of<TypeParam>(), seed, arena);
    const TypeParam object = decode<TypeParam>(given, findings, Unknown::report);
    ASSERT_EQ(errors_of(findings), "") << json::to_text(given);
    ASSERT_EQ(json::to_text(encode(object, arena)), json::to_text(given));
  }
}

TYPED_TEST(RoundTrip, decode_encode_decode_is_identity) {
  for (uint32_t seed = 1000; seed < 1000 + kSeeds; ++seed) {
    json::Arena arena;
    Findings findings;
    const TypeParam once =
        decode<TypeParam>(random_manifest(kind_of<TypeParam>(), seed, arena), findings);
    const TypeParam twice = decode<TypeParam>(encode(once, arena), findings);
    ASSERT_EQ(errors_of(findings), "");
    ASSERT_TRUE(once == twice) << seed;
  }
}

TYPED_TEST(RoundTrip, generated_manifests_pass_the_schema) {
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    json::Arena arena;
    Findings findings;
    check_schema(kind_of<TypeParam>(), random_manifest(kind_of<TypeParam>(), seed, arena),
                 findings);
    ASSERT_EQ(errors_of(findings), "") << seed;
  }
}

TYPED_TEST(RoundTrip, defaults_are_filled_once) {
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    json::Arena arena;
    const Kind& kind = kind_of<TypeParam>();
    const json::Value once = with_defaults(kind, random_manifest(kind, seed, arena), arena);
    ASSERT_EQ(json::to_text(with_defaults(kind, once, arena)), json::to_text(once));
  }
}

template <typename Object>
std::string decode_errors(const std::string& spec, Unknown unknown = Unknown::drop) {
  json::Arena arena;
  const std::string text =
      "{apiVersion: kollect.dev/v1alpha1, kind: " + std::string(kind_of<Object>().name) +
      ", metadata: {name: a}, spec: " + spec + "}";
  Findings findings;
  decode<Object>(*yaml::parse(text, arena), findings, unknown);
  return errors_of(findings);
}

TEST(Reader, names_every_broken_field_with_its_path) {
  EXPECT_EQ(
      decode_errors<Profile>("{targetGVK: [], attributes: [{name: 1, path: a}, 7], metrics: {}}"),
      "spec.targetGVK: Invalid value: \"array\": must be an object\n"
      "spec.attributes[0].name: Invalid value: \"integer\": must be a string\n"
      "spec.attributes[1]: Invalid value: \"integer\": must be an object\n"
      "spec.metrics: Invalid value: \"object\": must be a list\n");
}

TEST(Reader, shows_no_value_of_the_wrong_type) {
  EXPECT_EQ(decode_errors<DatabaseSink>(
                "{type: postgres, postgres: {databaseRef: 'postgres://u:hunter2@db/x'}}"),
            "spec.postgres.databaseRef: Invalid value: \"string\": must be an object\n");
}

TEST(Reader, refuses_numbers_that_do_not_fit) {
  EXPECT_EQ(decode_errors<ConnectionTest>("{sinkRef: {}, ttlSecondsAfterFinished: 3000000000}"),
            "spec.ttlSecondsAfterFinished: Invalid value: 3000000000: must fit 32 bits\n");
  EXPECT_EQ(decode_errors<Inventory>("{maxExportBytes: 1.5}"),
            "spec.maxExportBytes: Invalid value: \"number\": must be an integer\n");
  EXPECT_EQ(decode_errors<Inventory>("{maxExportBytes: 5.0}"), "");
}

TEST(Reader, refuses_texts_of_the_wrong_form) {
  EXPECT_EQ(
      decode_errors<Inventory>("{exportMinInterval: soon, suspend: 'yes'}"),
      "spec.exportMinInterval: Invalid value: \"soon\": must be a duration such as 30s or 1h30m\n"
      "spec.suspend: Invalid value: \"string\": must be true or false\n");
  EXPECT_EQ(decode_errors<SnapshotSink>("{type: git, tls: {caBundle: '***'}}"),
            "spec.tls.caBundle: Invalid value: \"***\": must be base64\n");
  EXPECT_EQ(decode_errors<SnapshotSink>("{type: git, options: {a: 1, b: x}}"),
            "spec.options[a]: Invalid value: \"integer\": must be a string\n");
}

TEST(Reader, takes_null_as_absent) {
  EXPECT_EQ(decode_errors<Inventory>("{snapshotSinkRefs: null, suspend: null, httpEndpoint: null}"),
            "");
}

TEST(Reader, drops_unknown_fields_unless_it_is_strict) {
  const std::string spec =
      "{profileRef: a, filters: [], resourceRules: [{gvk: {version: v1, kind: A, x: 1}}]}";
  EXPECT_EQ(decode_errors<Target>(spec), "");
  EXPECT_EQ(decode_errors<Target>(spec, Unknown::report),
            "spec.filters: Forbidden: unknown field\n"
            "spec.resourceRules[0].gvk.x: Forbidden: unknown field\n");
}

TEST(Reader, reads_sink_references_written_as_names) {
  json::Arena arena;
  Findings findings;
  const auto value = yaml::parse(
      "{apiVersion: kollect.dev/v1alpha1, kind: KollectInventory, spec: {eventSinkRefs: [a, b]}}",
      arena);
  const Inventory inventory = decode<Inventory>(*value, findings);
  ASSERT_EQ(inventory.spec.sink_refs.event.size(), 2u);
  EXPECT_EQ(inventory.spec.sink_refs.event[1].name, "b");
  EXPECT_EQ(decode_errors<Inventory>("{eventSinkRefs: [a, {name: b}]}"),
            "spec.eventSinkRefs: Invalid value: \"array\": must be all objects or "
            "all names\n");
}

TEST(Reader, refuses_another_kind_or_version) {
  json::Arena arena;
  Findings findings;
  decode<Scope>(*yaml::parse("{apiVersion: kollect.dev/v2, kind: KollectTarget}", arena), findings);
  EXPECT_EQ(errors_of(findings),
            "apiVersion: Unsupported value: \"kollect.dev/v2\": supported values: "
            "\"kollect.dev/v1alpha1\"\n"
            "kind: Unsupported value: \"KollectTarget\": supported values: \"KollectScope\"\n");
}

TEST(Reader, survives_an_object_that_is_none) {
  Findings findings;
  decode<Scope>(json::Value::integer(3), findings);
  EXPECT_EQ(errors_of(findings), "a KollectScope must be a JSON object\n");
}

TEST(Writer, keeps_defaults_apart_from_what_was_given) {
  json::Arena arena;
  Findings findings;
  const auto given = yaml::parse(
      "{apiVersion: kollect.dev/v1alpha1, kind: KollectTarget, metadata: {name: a}, spec: "
      "{profileRef: p}}",
      arena);
  EXPECT_EQ(json::to_text(encode(decode<Target>(*given, findings), arena)), json::to_text(*given));
}

TEST(Writer, an_empty_optional_block_is_kept) {
  json::Arena arena;
  Findings findings;
  const auto given = yaml::parse(
      "{apiVersion: kollect.dev/v1alpha1, kind: KollectSnapshotSink, spec: {type: git, git: {}}}",
      arena);
  EXPECT_EQ(json::to_text(encode(decode<SnapshotSink>(*given, findings), arena)),
            json::to_text(*given));
}

}  // namespace
}  // namespace kollect::api
