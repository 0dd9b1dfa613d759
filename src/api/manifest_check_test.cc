#include "api/manifest_check.h"

#include <gtest/gtest.h>

#include "api/generate/files.h"
#include "api/testing/fake_rules.h"

namespace kollect::api {
namespace {

std::string checked(const std::map<std::string, std::string>& files) {
  const AdmissionPolicy policy;
  const FakeExpressions expressions;
  ManifestCheck check(policy, expressions);
  for (const auto& [file, text] : files) check.add(file, text);
  std::string out;
  for (const ManifestFinding& finding : check.findings()) out += finding.text() + "\n";
  return out;
}

constexpr const char* kTarget = R"(apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata:
  name: api
  namespace: team-a
spec:
  profileRef: deployments
  includedNamespaces:
  - team-a
  - ''
  watchmode: All
)";

TEST(ManifestCheck, names_file_line_object_and_field) {
  EXPECT_EQ(checked({{"a.yaml", kTarget}}),
            "a.yaml:10: KollectTarget team-a/api: spec.includedNamespaces[1]: Invalid value: \"\": "
            "must not be empty\n"
            "a.yaml:11: KollectTarget team-a/api: spec.watchmode: Forbidden: unknown field\n");
}

TEST(ManifestCheck, takes_lists_apart) {
  EXPECT_EQ(checked({{"a.yaml",
                      "apiVersion: v1\nkind: List\nitems:\n"
                      "- apiVersion: v1\n  kind: Secret\n"
                      "- apiVersion: kollect.dev/v1alpha1\n  kind: KollectScope\n"
                      "  metadata: {name: a}\n  spec:\n    minExportInterval: 25h\n"}}),
            "a.yaml:10: KollectScope default/a: spec.minExportInterval: Invalid value: "
            "\"25h0m0s\": must be at most 24h\n");
}

TEST(ManifestCheck, an_absent_field_stands_where_its_parent_stands) {
  EXPECT_EQ(
      checked({{"a.yaml",
                "apiVersion: kollect.dev/v1alpha1\nkind: KollectScope\nmetadata: {name: a}\n"}}),
      "a.yaml:1: KollectScope default/a: spec: Required value\n");
}

TEST(ManifestCheck, manifests_of_the_run_are_the_cluster) {
  const std::string scope =
      "apiVersion: kollect.dev/v1alpha1\nkind: KollectScope\nmetadata: {name: s, namespace: "
      "team-a}\n"
      "spec: {allowedNamespaces: [team-b]}\n";
  const std::string target =
      "apiVersion: kollect.dev/v1alpha1\nkind: KollectTarget\nmetadata: {name: t, namespace: "
      "team-a}\n"
      "spec: {profileRef: p, includedNamespaces: [team-c]}\n";
  EXPECT_EQ(checked({{"a.yaml", target}}), "");
  EXPECT_EQ(checked({{"a.yaml", target}, {"b.yaml", scope}}),
            "a.yaml:4: KollectTarget team-a/t: namespace \"team-c\" is not in allowedNamespaces of "
            "KollectScope "
            "\"s\"\n");
}

TEST(ManifestCheck, a_file_has_many_documents_and_other_kinds_are_passed_over) {
  const std::string text =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n# nothing\n---\n"
      "apiVersion: kollect.dev/v1alpha1\nkind: KollectThing\n---\n"
      "apiVersion: kollect.dev/v1\nkind: KollectScope\n---\n- a list\n";
  EXPECT_EQ(checked({{"a.yaml", text}}),
            "a.yaml:7: no kind \"KollectThing\" in kollect.dev/v1alpha1\n"
            "a.yaml:10: no kind \"KollectScope\" in kollect.dev/v1\n"
            "a.yaml:13: not a Kubernetes object\n");
}

TEST(ManifestCheck, broken_yaml_is_one_error) {
  const std::string text = checked({{"a.yaml", "a: [b\n"}});
  EXPECT_EQ(text.substr(0, 9), "a.yaml:2:");
}

TEST(ManifestCheck, broken_text_is_named_with_its_line) {
  EXPECT_EQ(checked({{"a.yaml", "a: 1\nb: 2\nc: d: e\n"}}).substr(0, 9), "a.yaml:3:");
  EXPECT_EQ(checked({{"a.json", "{\n\"a\": 1,\n\"b\": [2,}\n}\n"}}).substr(0, 9), "a.json:3:");
}

TEST(ManifestCheck, keys_with_slashes_have_their_line) {
  EXPECT_EQ(checked({{"a.yaml",
                      "apiVersion: kollect.dev/v1alpha1\nkind: KollectTarget\nmetadata: {name: t}\n"
                      "spec:\n  profileRef: p\n  namespaceSelector:\n    matchLabels:\n"
                      "      a: b\n      example.com/c: d e\n"}})
                .substr(0, 9),
            "a.yaml:9:");
}

TEST(ManifestCheck, metadata_is_checked_too) {
  EXPECT_EQ(
      checked({{"a.yaml",
                "apiVersion: kollect.dev/v1alpha1\nkind: KollectScope\nmetadata:\n"
                "  name: A_b\n  namespace: a.b\n  label: {a: b}\n  labels: {a: b}\nspec: {}\n"}}),
      "a.yaml:4: KollectScope a.b/A_b: metadata.name: Invalid value: \"A_b\": must be a "
      "DNS-1123 subdomain\n"
      "a.yaml:5: KollectScope a.b/A_b: metadata.namespace: Invalid value: \"a.b\": must be a "
      "DNS-1123 label\n"
      "a.yaml:6: KollectScope a.b/A_b: metadata.label: Forbidden: unknown field\n");
}

TEST(ManifestCheck, type_errors_come_once) {
  EXPECT_EQ(checked({{"a.yaml",
                      "apiVersion: kollect.dev/v1alpha1\nkind: KollectTarget\nmetadata: {name: t}\n"
                      "spec:\n  profileRef: 7\n"}}),
            "a.yaml:5: KollectTarget default/t: spec.profileRef: Invalid value: \"integer\": must "
            "be a string\n");
}

TEST(ManifestCheck, every_generated_sample_is_sound) {
  const AdmissionPolicy policy;
  const FakeExpressions expressions;
  ManifestCheck check(policy, expressions);
  for (const auto& [path, text] : generated_files()) {
    if (path.rfind("deploy/samples/", 0) == 0) check.add(path, text);
  }
  EXPECT_GE(check.objects(), 11u);
  for (const ManifestFinding& finding : check.findings()) {
    EXPECT_EQ(finding.severity, Severity::warning) << finding.text();
  }
}

}  // namespace
}  // namespace kollect::api
