#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

const WarningCase kGitWarned[] = {
    {"force_push", "{git: {pushPolicy: ForcePush}}", "overwrites the remote history"},
    {"existing", "{provisioning: {mode: existing}}", "nothing is created"},
    {"yaml_by_default", "{serialization: null}", "defaults to yaml"},
    {"json_path_for_yaml",
     "{serialization: {format: yaml}, pathTemplate: '{namespace}/{name}.json'}",
     "ends in .json and the format is yaml"},
    {"manifest", "{layout: {content: manifest}}", "export.mode Resource"},
    {"per_resource", "{layout: {mode: perResource}}", "removes stale files"},
    {"split", "{layout: {mode: split}}", "removes stale files"},
    {"shared_default_path", "{cluster: a}", "has no {cluster}"},
    {"shared_path", "{cluster: a, pathTemplate: '{namespace}/{name}{extension}'}",
     "has no {cluster}"},
    {"compression", "{serialization: {format: json, compression: gzip}}",
     "spec.serialization.compression has no effect"},
    {"options", "{options: {region: x}}", "spec.options has no effect"},
    {"naming", "{provisioning: {naming: {template: '{namespace}-{name}'}}}",
     "spec.provisioning.naming.template has no effect"},
    {"permitted_secret", "{secretRef: {name: a, namespace: vault}}", "for cluster inventories only",
     &with_vault},
    {"auto_merge", "{type: gitlab, gitlab: {mergeRequest: {autoMerge: true}}}",
     "spec.gitlab.mergeRequest.autoMerge has no effect"},
    {"merge_request_without_target",
     "{type: gitlab, gitlab: {mergeRequest: {mode: merge_request}}}", "targetBranch is missing"},
};

class GitWarned : public testing::TestWithParam<WarningCase> {};
TEST_P(GitWarned, and_admitted) { expect_warned(kSoundGit, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, GitWarned, testing::ValuesIn(kGitWarned), case_name<WarningCase>);

const WarningCase kS3Warned[] = {
    {"parquet", "{serialization: {format: parquet}}", "typed columns"},
    {"parquet_the_old_way", "{objectStore: {format: parquet}}", "typed columns"},
    {"two_formats", "{serialization: {format: json}, objectStore: {format: json}}", "wins over"},
    {"shared_path", "{cluster: a}", "has no {cluster}"},
};

class S3Warned : public testing::TestWithParam<WarningCase> {};
TEST_P(S3Warned, and_admitted) { expect_warned(kSoundS3, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, S3Warned, testing::ValuesIn(kS3Warned), case_name<WarningCase>);

const SoundCase kGitSound[] = {
    {"as_it_is", "{}"},
    {"without_block", "{git: null}"},
    {"empty_block", "{git: {}}"},
    {"without_endpoint", "{endpoint: null}"},
    {"branch_with_slashes", "{git: {branch: kollect/team-a/api}}"},
    {"mixed_case_word_stays_literal", "{pathTemplate: '{namespace}/{name}/{sourceName}'}"},
    {"format_in_upper_case", "{serialization: {format: JSON}}"},
    {"own_namespace_written_out", "{secretRef: {name: a, namespace: team-a}}"},
    {"cluster_in_the_path", "{cluster: a, pathTemplate: '{cluster}/{namespace}/{name}'}"},
    {"private_when_permitted", "{endpoint: 'https://10.1.2.3/a'}", &with_private_sinks},
    {"unique_local_when_permitted", "{endpoint: 'https://[fc00::1]/a'}", &with_private_sinks},
    {"loopback_when_permitted", "{endpoint: 'http://127.0.0.1:3000/a'}", &with_loopback_sinks},
    {"localhost_when_permitted", "{endpoint: 'http://localhost:3000/a'}", &with_loopback_sinks},
    {"scp_form", "{endpoint: 'git@git.example.com:a/b.git'}"},
    {"public_address", "{endpoint: 'https://8.8.8.8/a'}"},
    {"host_in_the_path", "{endpoint: 'https://git.example.com/127.0.0.1'}"},
    {"nothing_to_parse", "{endpoint: 'https://'}"},
};

class GitSound : public testing::TestWithParam<SoundCase> {};
TEST_P(GitSound, draws_nothing) { expect_sound(kSoundGit, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, GitSound, testing::ValuesIn(kGitSound), case_name<SoundCase>);

const SoundCase kS3Sound[] = {
    {"as_it_is", "{}"},
    {"bucket_and_prefix", "{endpoint: 'localhost/prefix'}"},
    {"gs_bucket", "{type: gcs, endpoint: 'gs://127.0.0.1/x'}"},
    {"csv", "{serialization: {format: csv}}"},
    {"parquet_partitions_by_cluster_hot_attributes", "{objectStore: {hotAttributes: [a]}}"},
};

class S3Sound : public testing::TestWithParam<SoundCase> {};
TEST_P(S3Sound, draws_nothing) { expect_sound(kSoundS3, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, S3Sound, testing::ValuesIn(kS3Sound), case_name<SoundCase>);

constexpr const char* kCertificate =
    "{tls: {caBundle: "
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1BTUNBUUU9Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K";

TEST(SinkTls, a_pem_bundle_is_taken) {
  expect_sound(kSoundPostgres, {"", (std::string(kCertificate) + "}}").c_str()});
}

TEST(SinkTls, both_forms_together_are_refused) {
  const std::string spec = std::string(kCertificate) + ", caSecretRef: {name: ca}}}";
  expect_refused(kSoundPostgres,
                 {"", spec.c_str(), "spec.tls.caSecretRef", ErrorType::forbidden, "together"});
}

}  // namespace
}  // namespace kollect::api
