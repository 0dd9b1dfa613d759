#include "extract/plan.h"

#include "base/testing/allocation_count.h"

namespace kollect::extract {
namespace {

constexpr std::string_view kDeployment =
    R"({"metadata":{"name":"cart","namespace":"shop","uid":"7d1f0c9e-0001","labels":{"tier":"web"},"managedFields":[{"a":1}]},)"
    R"("spec":{"replicas":4,"template":{"spec":{"containers":[)"
    R"({"name":"app","image":"registry.local/cart:3.4","env":[{"name":"DB_PASSWORD","value":"hunter2"},{"name":"MODE","value":"fast"}]},)"
    R"({"name":"proxy","image":"registry.local/proxy:1.9"}]}}},)"
    R"("status":{"readyReplicas":4,"conditions":[{"type":"Ready"}]}})";

api::Gvk deployment() { return {.group = "apps", .version = "v1", .kind = "Deployment"}; }

api::Attribute attribute(std::string name, std::string path, bool optional = false) {
  api::Attribute made;
  made.name = std::move(name);
  made.path = std::move(path);
  if (optional) made.optional = true;
  return made;
}

api::ProfileSpec spec_of(std::vector<api::Attribute> attributes) {
  api::ProfileSpec spec;
  spec.target_gvk = deployment();
  spec.attributes = std::move(attributes);
  return spec;
}

// The attributes of the one object as `name=text` lines, or the failure.
std::string rows(const api::ProfileSpec& spec, std::string_view object = kDeployment,
                 const CompileOptions& options = {}) {
  const auto profile = compile_profile(spec, options);
  if (!profile) return "compile: " + profile.error().message;
  Plan plan(spec.target_gvk);
  plan.add(*profile);
  Extractor extractor;
  const auto loaded = extractor.load(plan, object);
  if (!loaded) return "load: " + loaded.error().message;
  const ExtractionOutput& output = extractor.extract(plan, 0);
  if (output.failure()) return "failed: " + output.failure()->message;
  std::string text;
  for (size_t i = 0; i < output.values().size(); ++i) {
    if (!output.values()[i].empty())
      text += (*profile)->schema()[i] + "=" + std::string(output.values()[i]) + "\n";
  }
  return text;
}

TEST(Plan, the_sample_deployment_images_gives_its_table) {
  EXPECT_EQ(
      rows(spec_of({attribute("image", "$.spec.template.spec.containers[0].image"),
                    attribute("images", "$.spec.template.spec.containers[*].image"),
                    attribute("containerCount", "cel:size(object.spec.template.spec.containers)"),
                    attribute("labels", "$.metadata.labels", true),
                    attribute("replicas", "$.spec.replicas", true)})),
      "containerCount=2\nimage=\"registry.local/cart:3.4\"\n"
      "images=[\"registry.local/cart:3.4\",\"registry.local/"
      "proxy:1.9\"]\nlabels={\"tier\":\"web\"}\nreplicas=4\n");
}

TEST(Plan, edge_50_missing_is_null_when_required_and_absent_when_optional) {
  EXPECT_EQ(rows(spec_of({attribute("a", "$.spec.nope"), attribute("b", "$.spec.nope", true),
                          attribute("c", "cel:null"), attribute("d", "cel:null", true)})),
            "a=null\nc=null\n");
}

TEST(Plan, edge_64_a_failing_optional_expression_leaves_its_siblings) {
  EXPECT_EQ(rows(spec_of(
                {attribute("a", "cel:object.spec.nope", true), attribute("b", "$.spec.replicas")})),
            "b=4\n");
}

TEST(Plan, the_first_required_failure_fails_the_object_and_names_the_attribute) {
  EXPECT_EQ(
      rows(spec_of({attribute("ok", "$.spec.replicas"), attribute("bad", "cel:object.spec.nope"),
                    attribute("worse", "cel:1/0")})),
      "failed: attribute \"bad\": no such key: 'nope'");
}

TEST(Plan, all_expressions_that_do_not_compile_are_named_at_once) {
  const std::string text =
      rows(spec_of({attribute("one", "cel:1 +"), attribute("two", "metadata.name"),
                    attribute("three", "object.metadata.name"), attribute("four", " ")}));
  for (const char* name : {"\"one\"", "\"two\"", "\"three\"", "\"four\"", "cel:"}) {
    EXPECT_NE(text.find(name), std::string::npos) << name << " in " << text;
  }
}

TEST(Plan, the_kind_is_known_though_items_of_a_list_do_not_say_it) {
  EXPECT_EQ(rows(spec_of({attribute("k", "$.kind"), attribute("v", "cel:object.apiVersion")})),
            "k=\"Deployment\"\nv=\"apps/v1\"\n");
}

TEST(Plan, metadata_alone_has_the_kind_of_its_object) {
  Plan plan(deployment());
  Extractor extractor;
  const auto loaded = extractor.load(
      plan, R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{}})");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->text("kind"), "Deployment");
  EXPECT_EQ(loaded->text("apiVersion"), "apps/v1");
}

TEST(Plan, values_selected_through_a_sensitive_key_are_the_marker) {
  const std::string object =
      R"({"metadata":{"name":"x"},"spec":{"values":{"password":"p","db":{"token":"t","host":"h"}}}})";
  constexpr std::string_view kMarker = R"({"reason":"sensitive-key","redacted":true})";
  EXPECT_EQ(
      rows(spec_of({attribute("a", "$.spec.values.password"),
                    attribute("b", "cel:object.spec.values.password"),
                    attribute("c", "$.spec.values.db"), attribute("d", "cel:{'password': 'x'}")}),
           object),
      "a=" + std::string(kMarker) + "\nb=" + std::string(kMarker) +
          "\nc={\"host\":\"h\",\"token\":" + std::string(kMarker) +
          "}\nd={\"password\":" + std::string(kMarker) + "}\n");
}

TEST(Plan, the_value_of_a_sensitive_name_is_the_marker_however_it_is_selected) {
  constexpr std::string_view kMarker = R"({"reason":"sensitive-key","redacted":true})";
  const std::string text =
      rows(spec_of({attribute("a", "$.spec.template.spec.containers[0].env[0].value"),
                    attribute("b", "cel:object.spec.template.spec.containers[0].env[0].value"),
                    attribute("c", "cel:object.spec.template.spec.containers[0].env[1].value")}));
  EXPECT_EQ(text, "a=" + std::string(kMarker) + "\nb=" + std::string(kMarker) + "\nc=\"fast\"\n");
}

TEST(Plan, an_attribute_can_ask_to_be_redacted) {
  api::ProfileSpec spec = spec_of({attribute("image", "$.spec.template.spec.containers[0].image"),
                                   attribute("none", "$.spec.x")});
  spec.attributes[0].redact = spec.attributes[1].redact = true;
  EXPECT_EQ(rows(spec), "image={\"reason\":\"sensitive-key\",\"redacted\":true}\nnone=null\n");
}

TEST(Plan, a_type_gives_lists_and_keeps_what_does_not_fit) {
  api::ProfileSpec spec = spec_of(
      {attribute("one", "$.spec.template.spec.containers[0].image"), attribute("none", "$.spec.x"),
       attribute("gone", "$.spec.x", true), attribute("odd", "$.metadata.name")});
  for (size_t i = 0; i < 3; ++i) spec.attributes[i].type = "list";
  spec.attributes[3].type = "int";
  EXPECT_EQ(rows(spec), "none=[]\nodd=\"cart\"\none=[\"registry.local/cart:3.4\"]\n");
}

TEST(Plan, resource_mode_embeds_the_pruned_and_redacted_object) {
  api::ProfileSpec spec =
      spec_of({attribute("containerCount", "cel:size(object.spec.template.spec.containers)")});
  spec.resource_export.emplace();
  spec.resource_export->mode = "Resource";
  spec.resource_export->prune.emplace();
  spec.resource_export->prune->json_pointers = {"/status/conditions", "/spec/template"};
  EXPECT_EQ(rows(spec),
            "containerCount=2\nresource={\"apiVersion\":\"apps/"
            "v1\",\"kind\":\"Deployment\",\"spec\":{\"replicas\":4},"
            "\"status\":{\"readyReplicas\":4}}\n");
}

TEST(Plan, edge_74_nothing_finds_the_data_of_a_secret) {
  api::ProfileSpec spec = spec_of({attribute("all", "cel:object"), attribute("data", "$.data"),
                                   attribute("deep", "{..pw}", true)});
  spec.target_gvk = {.group = "", .version = "v1", .kind = "Secret"};
  const std::string secret =
      R"({"metadata":{"name":"s"},"data":{"pw":"aHVudGVyMg=="},"stringData":{"pw":"x"},"type":"Opaque"})";
  const std::string hidden = rows(spec, secret);
  EXPECT_EQ(hidden.find("aHVudGVyMg"), std::string::npos) << hidden;
  EXPECT_NE(hidden.find("data=null"), std::string::npos) << hidden;
  const std::string shown = rows(spec, secret, {.may_read_secrets = true});
  EXPECT_NE(shown.find("data={\"pw\":\"aHVudGVyMg==\"}"), std::string::npos) << shown;
}

TEST(Plan, edge_82_a_secret_is_embedded_only_with_consent_and_then_without_its_data) {
  api::ProfileSpec spec = spec_of({});
  spec.target_gvk = {.group = "", .version = "v1", .kind = "Secret"};
  spec.resource_export.emplace();
  spec.resource_export->mode = "Resource";
  spec.resource_export->include = "All";
  const std::string secret = R"({"metadata":{"name":"s"},"data":{"pw":"aHVudGVyMg=="}})";
  EXPECT_NE(rows(spec, secret).find("allow-full-resource-export"), std::string::npos);
  EXPECT_EQ(rows(spec, secret, {.may_export_secrets = true}),
            "resource={\"apiVersion\":\"v1\",\"data\":{\"reason\":\"secret-data\",\"redacted\":"
            "true},\"kind\":\"Secret\",\"metadata\":{}}\n");
}

TEST(Plan, several_profiles_are_served_by_one_pass) {
  Plan plan(deployment());
  plan.add(*compile_profile(
      spec_of({attribute("image", "$.spec.template.spec.containers[0].image")}), {}));
  plan.add(*compile_profile(spec_of({attribute("n", "cel:object.spec.replicas + 1")}), {}));
  Extractor extractor;
  ASSERT_TRUE(extractor.load(plan, kDeployment).has_value());
  EXPECT_EQ(extractor.extract(plan, 0).values()[0], "\"registry.local/cart:3.4\"");
  EXPECT_EQ(extractor.extract(plan, 1).values()[0], "5");
}

TEST(Plan, an_expression_is_compiled_once_however_many_objects_come) {
  int compiled = 0;
  CompileOptions options;
  options.on_compile = [&](std::string_view) { ++compiled; };
  const auto profile = compile_profile(
      spec_of({attribute("a", "$.spec.replicas"), attribute("b", "cel:object.spec.replicas")}),
      options);
  Plan plan(deployment());
  plan.add(*profile);
  Extractor extractor;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(extractor.load(plan, kDeployment).has_value());
    extractor.extract(plan, 0);
  }
  EXPECT_EQ(compiled, 2);
}

TEST(Plan, the_steady_state_allocates_nothing) {
  Plan plan(deployment());
  plan.add(
      *compile_profile(spec_of({attribute("image", "$.spec.template.spec.containers[0].image"),
                                attribute("images", "$.spec.template.spec.containers[*].image"),
                                attribute("labels", "$.metadata.labels"),
                                attribute("env", "$.spec.template.spec.containers[0].env"),
                                attribute("big",
                                          "cel:object.spec.template.spec.containers.exists(c, "
                                          "c.image.startsWith('registry'))")}),
                       {}));
  Extractor extractor;
  const auto once = [&] {
    ASSERT_TRUE(extractor.load(plan, kDeployment).has_value());
    ASSERT_FALSE(extractor.extract(plan, 0).failure().has_value());
  };
  for (int warm = 0; warm < 3; ++warm) once();
  const size_t before = allocation_count();
  for (int i = 0; i < 100; ++i) once();
  EXPECT_EQ(allocation_count() - before, 0U);
}

TEST(Plan, metadata_alone_is_recognised) {
  Plan plan(deployment());
  plan.add(*compile_profile(spec_of({attribute("l", "$.metadata.labels")}), {}));
  EXPECT_TRUE(plan.is_metadata_only());
  plan.add(*compile_profile(spec_of({attribute("r", "$.spec.replicas")}), {}));
  EXPECT_FALSE(plan.is_metadata_only());
}

TEST(Plan, what_is_no_object_is_refused_and_the_next_one_read) {
  Plan plan(deployment());
  plan.add(*compile_profile(spec_of({attribute("r", "$.spec.replicas")}), {}));
  Extractor extractor;
  for (const char* bad : {"", "[]", "7", "{\"metadata\":", "{\"metadata\":{\"name\":\"\xFF\"}}"}) {
    const auto loaded = extractor.load(plan, bad);
    ASSERT_FALSE(loaded.has_value()) << bad;
    EXPECT_EQ(loaded.error().fault, Fault::invalid);
  }
  ASSERT_TRUE(extractor.load(plan, kDeployment).has_value());
  EXPECT_EQ(extractor.extract(plan, 0).values()[0], "4");
}

TEST(MatchPolicy, edge_37_holds_for_true_and_for_text_that_spells_it) {
  json::Arena arena;
  const json::Value object = *json::parse(R"({"metadata":{"name":"x"}})", arena);
  const auto verdict = [&](std::string_view text) {
    return match(*compile_match_policy(text), object, arena);
  };
  EXPECT_TRUE(verdict("object.metadata.name == 'x'").matches);
  EXPECT_TRUE(verdict("\"true\"").matches);
  EXPECT_FALSE(verdict("1 + 1").matches);
  EXPECT_FALSE(verdict("\"truthy\"").matches);
  EXPECT_FALSE(verdict("object.metadata.nope == 1").matches);
  EXPECT_TRUE(verdict("object.metadata.nope == 1").failed);
  EXPECT_FALSE(compile_match_policy("object.").has_value());
}

}  // namespace
}  // namespace kollect::extract
