// Edge cases of collection.md 8 that no other test names by number.
#include <gtest/gtest.h>

#include "extract/compiled_profile.h"
#include "extract/plan.h"

namespace kollect::extract {
namespace {

api::ProfileSpec spec_of(const std::string& path) {
  api::ProfileSpec spec;
  spec.target_gvk = {"apps", "v1", "Deployment"};
  api::Attribute& attribute = spec.attributes.emplace_back();
  attribute.name = "x";
  attribute.path = path;
  return spec;
}

// The first value, or why there is none.
std::string value(const api::ProfileSpec& spec, const std::string& object) {
  const auto profile = compile_profile(spec, {});
  if (!profile) return "does not compile";
  Plan plan(spec.target_gvk);
  plan.add(*profile);
  Extractor extractor;
  if (!extractor.load(plan, object)) return "does not decode";
  const ExtractionOutput& output = extractor.extract(plan, 0);
  return output.failure() ? "fails" : std::string(output.values()[0]);
}

constexpr const char* kObject =
    R"({"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"big":9007199254740993,)"
    R"("ports":[{"port":80,"password":"p"},{"port":90}],"none":null}})";

std::string cel(const std::string& expression) {
  return value(spec_of("cel:" + expression), kObject);
}

TEST(Edges, edge_63_membership_concatenation_and_size) {
  EXPECT_EQ(cel("'app' in object.metadata.labels"), "true");
  EXPECT_EQ(cel("object.metadata.name + '-x'"), "\"web-x\"");
  EXPECT_EQ(cel("size(object.spec.ports)"), "2");
}

TEST(Edges, edge_65_null_exact_integers_and_no_number) {
  EXPECT_EQ(cel("object.spec.none"), "null");
  EXPECT_EQ(cel("object.spec.big"), "9007199254740993");
  EXPECT_EQ(cel("0.0 / 0.0"), "fails");
}

TEST(Edges, edge_66_what_an_expression_builds_is_json_and_redacted_inside) {
  EXPECT_EQ(cel("object.spec.ports.filter(p, p.port == 80)"),
            R"([{"password":{"reason":"sensitive-key","redacted":true},"port":80}])");
  EXPECT_EQ(cel("{'a': 1}"), R"({"a":1})");
}

TEST(Edges, edge_67_extensions_compile_and_self_does_not) {
  EXPECT_EQ(cel("object.metadata.name.split('e')"), R"(["w","b"])");
  EXPECT_EQ(cel("object.?absent.orValue('none')"), "\"none\"");
  EXPECT_EQ(cel("quantity('1.5Gi')"), "\"1536Mi\"");
  EXPECT_EQ(cel("self.metadata.name"), "does not compile");
}

TEST(Edges, edge_81_scrub_keys_of_a_profile_join_those_built_in) {
  api::ProfileSpec spec;
  spec.target_gvk = {"apps", "v1", "Deployment"};
  spec.resource_export.emplace().mode = "Resource";
  spec.resource_export->prune.emplace().scrub_keys = {"host"};
  const std::string marker = R"({"reason":"sensitive-key","redacted":true})";
  EXPECT_EQ(value(spec, R"({"spec":{"db":{"host":"pg","password":"p","port":1}}})"),
            R"({"apiVersion":"apps/v1","kind":"Deployment","spec":{"db":{"host":)" + marker +
                R"(,"password":)" + marker + R"(,"port":1}}})");
}

}  // namespace
}  // namespace kollect::extract
