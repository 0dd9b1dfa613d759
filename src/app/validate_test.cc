#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "app/testing/terminal.h"
#include "base/testing/golden.h"

namespace kollect::app {
namespace {

constexpr const char* kProfile = R"(apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {name: pods, namespace: team-a}
spec:
  targetGVK: {version: v1, kind: Pod}
  attributes:
    - {name: phase, path: '{.status.phase}'}
    - {name: host, path: 'cel:object.status.hostIP +'}
    - {name: node, path: $.spec.nodeName, typ: string}
)";

constexpr const char* kRest = R"(apiVersion: kollect.dev/v1alpha1
kind: KollectScope
metadata: {name: ceiling, namespace: team-a}
spec: {minExportInterval: 1m}
---
apiVersion: v1
kind: Namespace
metadata: {name: team-a}
---
apiVersion: kollect.dev/v1alpha1
kind: KollectInventory
metadata: {name: all, namespace: team-a}
spec:
  exportMinInterval: 30s
  snapshotSinkRefs:
    - name: git
---
apiVersion: kollect.dev/v1alpha1
kind: KollectClusterInventory
metadata: {name: all}
spec: {namespaceSelector: {matchLabels: {team: a}}}
---
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {name: everything, namespace: team-a}
spec: {profileRef: pods}
)";

Terminal terminal() { return {.files = {{"profile.yaml", kProfile}, {"-", kRest}}}; }

TEST(Validate, tells_every_finding_with_its_place) {
  Terminal one = terminal();
  EXPECT_EQ(one.run({"validate", "-f", "profile.yaml", "-f", "-"}), kIncomplete);
  EXPECT_TRUE(
      ::kollect::testing::is_golden(one.out + one.err, "src/app/testdata/validate_findings.txt"));
}

TEST(Validate, knows_the_flags_that_change_rules) {
  Terminal one = terminal();
  EXPECT_EQ(
      one.run({"validate", "-f", "-", "--tenant-mode", "--default-included-namespaces=team-a"}),
      kIncomplete);
  EXPECT_NE(one.out.find("KollectClusterInventory all: "), std::string::npos) << one.out;
  EXPECT_EQ(one.out.find("warning"), std::string::npos) << one.out;
}

TEST(Validate, warnings_alone_are_no_failure) {
  Terminal one{.files = {{"a.yaml", std::string(kRest).substr(std::string(kRest).rfind("---"))}}};
  EXPECT_EQ(one.run({"validate", "-f", "a.yaml"}), kDone) << one.out;
  EXPECT_NE(one.out.find("a.yaml:5: warning: KollectTarget team-a/everything"), std::string::npos)
      << one.out;
  EXPECT_EQ(one.err, "1 object in 1 file: 0 errors, 1 warning\n");
}

TEST(Validate, says_when_there_is_nothing_to_check) {
  Terminal one{.files = {{"a.yaml", "# nothing\n"}}};
  EXPECT_EQ(one.run({"validate", "-f", "a.yaml"}), kBadInput);
  EXPECT_NE(one.err.find("no manifest in 1 file"), std::string::npos) << one.err;
  Terminal other{.files = {{"a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"}}};
  EXPECT_EQ(other.run({"validate", "-f", "a.yaml"}), kDone);
  EXPECT_NE(other.err.find("1 object of other groups passed over\n"), std::string::npos);
}

TEST(Validate, refuses_a_file_beyond_64_mib) {
  Terminal one{.files = {{"a.yaml", std::string((size_t{64} << 20) + 1, ' ')}}};
  EXPECT_EQ(one.run({"validate", "-f", "a.yaml"}), kBadInput);
  EXPECT_NE(one.err.find("a.yaml is larger than 64 MiB"), std::string::npos) << one.err;
}

TEST(Validate, a_hidden_folder_is_not_looked_into) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / fmt::format("kollect-hidden-{}", ::getpid());
  fs::create_directories(folder / ".git");
  std::ofstream(folder / ".git" / "a.yaml") << "a: [";
  const auto none = manifest_files({folder.string()});
  std::ofstream(folder / "b.yaml") << "a: b";
  const auto one = manifest_files({folder.string()});
  fs::remove_all(folder);
  ASSERT_FALSE(none);
  ASSERT_TRUE(one);
  EXPECT_EQ(*one, std::vector<std::string>{(folder / "b.yaml").string()});
}

TEST(Validate, the_generated_samples_are_sound) {
  Terminal one;
  Console console = one.console();
  console.read = process_console().read;
  EXPECT_EQ(run({"validate", "-f", KOLLECT_SOURCE_DIR "/deploy/samples"}, console), kDone)
      << one.out;
  EXPECT_EQ(one.err.find("0 objects"), std::string::npos) << one.err;
}

// The guard on Secrets with the real compilers: what a path reads is analysed, not its text.
struct SecretCase {
  const char* name;
  const char* path;
  bool is_refused;
};

const SecretCase kSecretCases[] = {
    {"data", "'{.data.password}'", true},
    {"data_in_brackets", "\"{['data']['password']}\"", true},
    {"string_data", "'{.stringData.a}'", true},
    {"wildcard", "'{.*}'", true},
    {"recursion", "'{..password}'", true},
    {"rfc_data", "'jsonpath:$[\"data\"].x'", true},
    {"rfc_recursion", "'jsonpath:$..password'", true},
    {"rfc_wildcard", "'jsonpath:$[*]'", true},
    {"cel_whole_object", "'cel:object'", true},
    {"cel_whole_object_in_a_list", "'cel:[object]'", true},
    {"cel_data", "'cel:object.data.password'", true},
    {"cel_quoted_index", "'cel:object[\"data\"]'", true},
    {"cel_computed_key", "\"cel:object['da' + 'ta']\"", true},
    {"cel_key_of_another_field", "'cel:object[object.metadata.name]'", true},
    {"cel_iteration", "'cel:object.map(k, k)'", true},
    {"cel_alias", "'cel:[object].map(o, o.data)'", true},
    {"name", "'{.metadata.name}'", false},
    {"type", "$.type", false},
    {"rfc_name", "'jsonpath:$.metadata.name'", false},
    {"cel_name", "'cel:object.metadata.name + object.type'", false},
    {"cel_presence", "'cel:has(object.metadata.labels)'", false},
};

void PrintTo(const SecretCase& one, std::ostream* out) { *out << one.path; }

class SecretGuard : public ::testing::TestWithParam<SecretCase> {};

TEST_P(SecretGuard, judges_what_the_expression_reads) {
  const auto profile = [](const std::string& metadata) {
    return "{apiVersion: kollect.dev/v1alpha1, kind: KollectProfile, metadata: {name: a" +
           metadata +
           "}, spec: {targetGVK: {version: v1, kind: Secret}, attributes: [{name: a, "
           "path: " +
           GetParam().path + "}]}}";
  };
  Terminal one{.files = {{"a.yaml", profile("")}}};
  EXPECT_EQ(one.run({"validate", "-f", "a.yaml"}), GetParam().is_refused ? kIncomplete : kDone)
      << one.out;
  const bool is_told = one.out.find("allow-secret-extraction") != std::string::npos;
  EXPECT_EQ(is_told, GetParam().is_refused) << one.out;
  Terminal allowed{.files = {{"a.yaml", profile(", annotations: "
                                                "{kollect.dev/allow-secret-extraction: 'true'}")}}};
  EXPECT_EQ(allowed.run({"validate", "-f", "a.yaml"}), kDone) << allowed.out;
}

INSTANTIATE_TEST_SUITE_P(Hazard2, SecretGuard, ::testing::ValuesIn(kSecretCases),
                         [](const auto& row) { return std::string(row.param.name); });

struct BadCase {
  Arguments arguments;
  const char* told;
};

TEST(Validate, what_cannot_be_used_is_exit_2) {
  const BadCase cases[] = {
      {{"validate"}, "give -f FILE"},
      {{"validate", "-f", "nope.yaml"}, "cannot read nope.yaml"},
      {{"validate", "--strict", "-f", "-"}, "unknown flag --strict"},
      {{"validate", "-f", "-", "--tenant-mode=maybe"}, "--tenant-mode is true or false"},
      {{"validate", "-f", "-", "--max-export-bytes=0"}, "--max-export-bytes must be an integer"},
      {{"validate", "-f", "-", "--max-export-bytes=1MiB"}, "--max-export-bytes must be"},
  };
  for (const BadCase& one : cases) {
    Terminal shown = terminal();
    EXPECT_EQ(shown.run(one.arguments), kBadInput) << one.told;
    EXPECT_NE(shown.err.find(one.told), std::string::npos) << shown.err;
  }
}

TEST(Validate, a_file_that_is_no_yaml_is_a_finding) {
  Terminal one{.files = {{"a.yaml", "a: [1\n"}}};
  EXPECT_EQ(one.run({"validate", "-f", "a.yaml"}), kIncomplete);
  EXPECT_EQ(one.out.substr(0, 9), "a.yaml:2:") << one.out;
}

}  // namespace
}  // namespace kollect::app
