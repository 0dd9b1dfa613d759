#include "api/testing/rule_table.h"

namespace kollect::api {
namespace {

using enum ErrorType;

void with_failing_scopes(RuleWorld& world) { world.cluster.scopes_fail = true; }
void with_failing_cluster_scope(RuleWorld& world) { world.cluster.cluster_scope_fails = true; }
void with_floor(RuleWorld& world) {
  world.cluster.scopes["team-a"] = scope_from("{minExportInterval: 1m}");
}
void with_static_namespaces(RuleWorld& world) {
  world.cluster.one_cluster_scope = cluster_scope_from("{allowedStaticRefNamespaces: [vault]}");
}
void with_open_cluster_scope(RuleWorld& world) {
  world.cluster.one_cluster_scope = cluster_scope_from("{}");
}
void with_tenant_mode(RuleWorld& world) {
  with_static_namespaces(world);
  world.policy.tenant_mode = true;
}
void with_private_sinks(RuleWorld& world) { world.policy.endpoints.allow_private = true; }
void with_loopback_sinks(RuleWorld& world) { world.policy.endpoints.allow_loopback = true; }

const Subject kGit{
    kind_of<SnapshotSink>(),
    "{type: git, endpoint: 'https://git.example.com/a.git', serialization: {format: json}}"};
const Subject kS3{kind_of<SnapshotSink>(), "{type: s3, endpoint: 's3://bucket/prefix'}"};
const Subject kPostgres{kind_of<DatabaseSink>(),
                        "{type: postgres, postgres: {databaseRef: {name: dsn}, table: items}}"};
const Subject kKafka{kind_of<EventSink>(),
                     "{type: kafka, kafka: {brokers: ['kafka.example.com:9093'], topic: t}}"};
const Subject kNats{kind_of<EventSink>(),
                    "{type: nats, nats: {url: 'tls://nats.example.com:4222', subject: s}}"};

#define TEMPLATE(text) "{pathTemplate: " text "}"
#define LAYOUT(text) "{layout: {" text "}}"
#define GIT(text) "{git: {" text "}}"
#define ENDPOINT(text) "{endpoint: '" text "'}"

const RuleCase kGitRefused[] = {
    {"type_blank", "{type: ' '}", "spec.type", required, "git gitlab s3 gcs"},
    {"type_unknown", "{type: azureblob}", "spec.type", unsupported,
     "\"git\", \"gitlab\", \"s3\", \"gcs\""},
    {"type_http", "{type: http}", "spec.type", unsupported, "\"http\""},
    {"type_unknown_hides_the_rest", "{type: http, pathTemplate: /x}", "spec.type", unsupported,
     "\"http\""},
    {"path_absolute", TEMPLATE("'/{namespace}/{name}'"), "spec.pathTemplate", invalid, "relative"},
    {"path_climbs", TEMPLATE("'{namespace}/../{name}'"), "spec.pathTemplate", invalid, ".."},
    {"path_without_namespace", TEMPLATE("'{name}'"), "spec.pathTemplate", invalid, "{namespace}"},
    {"path_without_name", TEMPLATE("'{namespace}'"), "spec.pathTemplate", invalid, "{name}"},
    {"path_unknown_word", TEMPLATE("'{namespace}/{name}/{kind}'"), "spec.pathTemplate", invalid,
     "unknown placeholder {kind}"},
    {"interval_negative", "{exportMinInterval: -1s}", "spec.exportMinInterval", invalid,
     "negative"},
    {"interval_above_a_day", "{exportMinInterval: 25h}", "spec.exportMinInterval", invalid, "24h"},
    {"format_unknown", "{serialization: {format: xml}}", "spec.serialization.format", unsupported,
     "\"xml\""},
    {"format_parquet", "{serialization: {format: parquet}}", "spec.serialization.format",
     unsupported, "\"yaml\", \"json\", \"ndjson\""},
    {"format_csv", "{serialization: {format: csv}}", "spec.serialization.format", unsupported,
     "\"csv\""},
    {"compression_unknown", "{serialization: {format: json, compression: lzma}}",
     "spec.serialization.compression", unsupported, "\"lzma\""},
    {"provisioning_unknown", "{provisioning: {mode: create}}", "spec.provisioning.mode",
     unsupported, "\"ensure\", \"existing\""},
    {"naming_without_name", "{provisioning: {naming: {template: '{namespace}'}}}",
     "spec.provisioning.naming.template", invalid, "{name}"},
    {"option_password", "{options: {dbPassword: x}}", "spec.options[dbPassword]", forbidden,
     "Secret"},
    {"option_token", "{options: {API_TOKEN: x}}", "spec.options[API_TOKEN]", forbidden, "Secret"},
    {"option_access_key", "{options: {accessKeyId: x}}", "spec.options[accessKeyId]", forbidden,
     "Secret"},
    {"option_private_key", "{options: {private_key_file: x}}", "spec.options[private_key_file]",
     forbidden, "Secret"},
    {"option_credential", "{options: {credentialsFile: x}}", "spec.options[credentialsFile]",
     forbidden, "Secret"},
    {"gitlab_block", "{gitlab: {}}", "spec.gitlab", forbidden, "not allowed for sink type git"},
    {"object_store_block", "{objectStore: {}}", "spec.objectStore", forbidden, "sink type git"},
    {"http_block", "{http: {}}", "spec.http", forbidden, "sink type git"},
    {"branch_dash", GIT("branch: '-x'"), "spec.git.branch", invalid, "start with"},
    {"branch_dot", GIT("branch: .x"), "spec.git.branch", invalid, "start with"},
    {"branch_dots", GIT("branch: a..b"), "spec.git.branch", invalid, ".."},
    {"branch_reflog", GIT("branch: 'a@{1}'"), "spec.git.branch", invalid, "@{"},
    {"branch_at", GIT("branch: '@'"), "spec.git.branch", invalid, "@"},
    {"branch_ends_with_dot", GIT("branch: a."), "spec.git.branch", invalid, "end with"},
    {"branch_lock", GIT("branch: a.lock"), "spec.git.branch", invalid, ".lock"},
    {"branch_full_ref", GIT("branch: refs/heads/a"), "spec.git.branch", invalid, "full ref"},
    {"branch_blank_inside", GIT("branch: a b"), "spec.git.branch", invalid, "must match"},
    {"branch_underscore_first", GIT("branch: _a"), "spec.git.branch", invalid, "must match"},
    {"push_policy", GIT("pushPolicy: Rebase"), "spec.git.pushPolicy", unsupported,
     "\"Commit\", \"ForcePush\""},
    {"auth_type", GIT("auth: {type: basic}"), "spec.git.auth.type", unsupported,
     "\"token\", \"ssh\""},
    {"engine", GIT("engine: libgit2"), "spec.git.engine", unsupported, "\"go-git\", \"cli\""},
    {"auth_secret_blank", GIT("auth: {secretRef: {name: ' '}}"), "spec.git.auth.secretRef.name",
     required, "named"},
    {"clone_depth", GIT("cloneDepth: 0"), "spec.git.cloneDepth", invalid, "at least 1"},
    {"layout_mode", LAYOUT("mode: tree"), "spec.layout.mode", unsupported, "\"perResource\""},
    {"layout_content", LAYOUT("content: all"), "spec.layout.content", unsupported, "\"manifest\""},
    {"layout_group", LAYOUT("filename: {groupInPath: maybe}"), "spec.layout.filename.groupInPath",
     unsupported, "\"auto\""},
    {"layout_path_climbs", LAYOUT("pathTemplate: '../{name}'"), "spec.layout.pathTemplate", invalid,
     ".."},
    {"layout_path_unknown_word", LAYOUT("pathTemplate: '{name}/{owner}'"),
     "spec.layout.pathTemplate", invalid, "{owner}"},
    {"layout_path_without_name", LAYOUT("pathTemplate: '{kind}'"), "spec.layout.pathTemplate",
     invalid, "{sourceName}, {name} or {uid}"},
    {"layout_index_path", LAYOUT("index: {pathTemplate: '/x/{namespace}/{name}'}"),
     "spec.layout.index.pathTemplate", invalid, "relative"},
    {"layout_segment", LAYOUT("filename: {maxSegmentLength: 0}"),
     "spec.layout.filename.maxSegmentLength", invalid, "at least 1"},
    {"ca_too_long", nullptr, "spec.tls.caBundle", too_long, "65536 bytes"},
    {"ca_no_pem", "{tls: {caBundle: aGVsbG8=}}", "spec.tls.caBundle", invalid, "PEM"},
    {"ca_secret_unnamed", "{tls: {caSecretRef: {name: ''}}}", "spec.tls.caSecretRef.name", required,
     "named"},
    {"scope_look_up", "{}", "spec", internal, "connection refused", &with_failing_scopes},
    {"floor", "{exportMinInterval: 59s}", "spec.exportMinInterval", invalid, "at least 1m0s",
     &with_floor},
    {"floor_above_zero", "{exportMinInterval: 0s}", "spec.exportMinInterval", invalid, "\"0s\"",
     &with_floor},
    {"secret_elsewhere", "{secretRef: {name: a, namespace: other}}", "spec.secretRef.namespace",
     forbidden, "allowedStaticRefNamespaces"},
    {"secret_elsewhere_open_scope", "{secretRef: {name: a, namespace: other}}",
     "spec.secretRef.namespace", forbidden, "allowedStaticRefNamespaces", &with_open_cluster_scope},
    {"secret_elsewhere_tenant_mode", "{secretRef: {name: a, namespace: vault}}",
     "spec.secretRef.namespace", forbidden, "another namespace", &with_tenant_mode},
    {"git_secret_elsewhere", GIT("auth: {secretRef: {name: a, namespace: other}}"),
     "spec.git.auth.secretRef.namespace", forbidden, "another namespace", &with_static_namespaces},
    {"ca_secret_elsewhere", "{tls: {caSecretRef: {name: a, namespace: other}}}",
     "spec.tls.caSecretRef.namespace", forbidden, "another namespace"},
    {"secret_scope_look_up", "{secretRef: {name: a, namespace: other}}", "spec", internal,
     "connection refused", &with_failing_cluster_scope},
    {"endpoint_file", ENDPOINT("file:///srv/a.git"), "spec.endpoint", forbidden, "scheme file"},
    {"endpoint_file_upper_case", ENDPOINT("FILE:///srv/a.git"), "spec.endpoint", forbidden,
     "scheme file"},
    {"endpoint_file_with_private_sinks", ENDPOINT("file:///x"), "spec.endpoint", forbidden,
     "scheme file", &with_private_sinks},
    {"endpoint_localhost", ENDPOINT("https://localhost/a.git"), "spec.endpoint", forbidden,
     "localhost"},
    {"endpoint_localhost_dot", ENDPOINT("https://LOCALHOST./a.git"), "spec.endpoint", forbidden,
     "LOCALHOST"},
    {"endpoint_below_localhost", ENDPOINT("https://x.localhost:8443/a"), "spec.endpoint", forbidden,
     "localhost"},
    {"endpoint_metadata_name", ENDPOINT("http://metadata.google.internal/a"), "spec.endpoint",
     forbidden, "metadata.google.internal"},
    {"endpoint_instance_data", ENDPOINT("http://instance-data/a"), "spec.endpoint", forbidden,
     "instance-data"},
    {"endpoint_loopback", ENDPOINT("https://127.0.0.1/a"), "spec.endpoint", forbidden, "127.0.0.1"},
    {"endpoint_link_local", ENDPOINT("https://169.254.169.254/a"), "spec.endpoint", forbidden,
     "169.254.169.254"},
    {"endpoint_carrier", ENDPOINT("https://100.64.0.1/a"), "spec.endpoint", forbidden,
     "100.64.0.1"},
    {"endpoint_benchmark", ENDPOINT("https://198.18.0.1/a"), "spec.endpoint", forbidden,
     "198.18.0.1"},
    {"endpoint_unspecified", ENDPOINT("https://0.0.0.0/a"), "spec.endpoint", forbidden, "0.0.0.0"},
    {"endpoint_v6_loopback", ENDPOINT("https://[::1]:8443/a"), "spec.endpoint", forbidden, "::1"},
    {"endpoint_v6_link_local", ENDPOINT("https://[fe80::1%25eth0]/a"), "spec.endpoint", forbidden,
     "fe80::1"},
    {"endpoint_v6_metadata", ENDPOINT("https://[fd00:ec2::254]/a"), "spec.endpoint", forbidden,
     "fd00:ec2::254", &with_private_sinks},
    {"endpoint_mapped", ENDPOINT("https://[::ffff:10.0.0.1]/a"), "spec.endpoint", forbidden,
     "private"},
    {"endpoint_private", ENDPOINT("https://10.1.2.3/a"), "spec.endpoint", forbidden, "private"},
    {"endpoint_private_192", ENDPOINT("https://192.168.0.1/a"), "spec.endpoint", forbidden,
     "private"},
    {"endpoint_unique_local", ENDPOINT("https://[fc00::1]/a"), "spec.endpoint", forbidden,
     "private"},
    {"endpoint_metadata_with_private_sinks", ENDPOINT("https://169.254.169.254/a"), "spec.endpoint",
     forbidden, "169.254.169.254", &with_private_sinks},
    {"endpoint_loopback_with_private_sinks", ENDPOINT("https://127.0.0.1/a"), "spec.endpoint",
     forbidden, "127.0.0.1", &with_private_sinks},
    {"endpoint_metadata_with_loopback_sinks", ENDPOINT("http://metadata/a"), "spec.endpoint",
     forbidden, "metadata", &with_loopback_sinks},
    {"endpoint_with_user", ENDPOINT("https://user:pw@127.0.0.1/a"), "spec.endpoint", forbidden,
     "127.0.0.1"},
    {"endpoint_with_two_users", ENDPOINT("https://a@good.example@127.0.0.1/a"), "spec.endpoint",
     forbidden, "127.0.0.1"},
    {"endpoint_percent", ENDPOINT("https://127.0.0.%31/a"), "spec.endpoint", forbidden,
     "127.0.0.1"},
    {"endpoint_scp", ENDPOINT("git@127.0.0.1:a/b.git"), "spec.endpoint", forbidden, "127.0.0.1"},
    {"endpoint_scp_name", ENDPOINT("localhost:a/b.git"), "spec.endpoint", forbidden, "localhost"},
    {"endpoint_dash", ENDPOINT("--upload-pack=x"), "spec.endpoint", forbidden, "start with -"},
};

class GitRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(GitRefused, with_path_type_and_gist) {
  RuleCase one = GetParam();
  const std::string long_ca = "{tls: {caBundle: " + std::string(88000, 'A') + "}}";
  if (one.spec == nullptr) one.spec = long_ca.c_str();
  expect_refused(kGit, one);
}
INSTANTIATE_TEST_SUITE_P(Rules, GitRefused, testing::ValuesIn(kGitRefused), case_name<RuleCase>);

const RuleCase kS3Refused[] = {
    {"yaml", "{serialization: {format: yaml}}", "spec.serialization.format", unsupported,
     "\"json\", \"parquet\", \"csv\""},
    {"git_block", "{git: {}}", "spec.git", forbidden, "sink type s3"},
    {"gitlab_block", "{gitlab: {}}", "spec.gitlab", forbidden, "sink type s3"},
    {"http_block", "{http: {method: POST}}", "spec.http", forbidden, "sink type s3"},
    {"layout", "{layout: {mode: split}}", "spec.layout", forbidden, "sink type s3"},
    {"gcs_git_block", "{type: gcs, git: {}}", "spec.git", forbidden, "sink type gcs"},
    {"gitlab_git_block", "{type: gitlab, git: {}}", "spec.git", forbidden, "sink type gitlab"},
    {"gitlab_object_store", "{type: gitlab, objectStore: {format: json}}", "spec.objectStore",
     forbidden, "gitlab"},
    {"custom_endpoint", ENDPOINT("http://127.0.0.1:9000/bucket"), "spec.endpoint", forbidden,
     "127.0.0.1"},
    {"file", ENDPOINT("file:///bucket"), "spec.endpoint", forbidden, "scheme file"},
};

class S3Refused : public testing::TestWithParam<RuleCase> {};
TEST_P(S3Refused, with_path_type_and_gist) { expect_refused(kS3, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, S3Refused, testing::ValuesIn(kS3Refused), case_name<RuleCase>);

const RuleCase kDatabaseRefused[] = {
    {"type_unknown", "{type: sqlite}", "spec.type", unsupported,
     "\"postgres\", \"bigquery\", \"mongodb\""},
    {"type_blank", "{type: ''}", "spec.type", required, "postgres"},
    {"postgres_missing", "{postgres: null}", "spec.postgres", required, "block"},
    {"bigquery_missing", "{type: bigquery, postgres: null}", "spec.bigquery", required, "block"},
    {"mongodb_missing", "{type: mongodb, postgres: null}", "spec.mongodb", required, "block"},
    {"other_block", "{mongodb: {databaseRef: {name: a}, database: d, collection: c}}",
     "spec.mongodb", forbidden, "sink type postgres"},
    {"layout", "{layout: {}}", "spec.layout", forbidden, "sink type postgres"},
    {"format", "{serialization: {format: yaml}}", "spec.serialization.format", unsupported,
     "\"json\""},
    {"path", TEMPLATE("'{name}'"), "spec.pathTemplate", invalid, "{namespace}"},
    {"option", "{options: {sslPassword: x}}", "spec.options[sslPassword]", forbidden, "Secret"},
    {"floor", "{exportMinInterval: 1s}", "spec.exportMinInterval", invalid, "1m0s", &with_floor},
    {"scope_look_up", "{}", "spec", internal, "connection refused", &with_failing_scopes},
    {"dsn_elsewhere", "{postgres: {databaseRef: {name: a, namespace: other}, table: t}}",
     "spec.postgres.databaseRef.namespace", forbidden, "another namespace"},
    {"bigquery_project",
     "{type: bigquery, postgres: null, bigquery: {project: ' ', dataset: d, table: t}}",
     "spec.bigquery.project", required, "blank"},
    {"bigquery_dataset",
     "{type: bigquery, postgres: null, bigquery: {project: p, dataset: '', table: t}}",
     "spec.bigquery.dataset", required, "blank"},
    {"bigquery_table",
     "{type: bigquery, postgres: null, bigquery: {project: p, dataset: d, table: ''}}",
     "spec.bigquery.table", required, "blank"},
    {"bigquery_secret",
     "{type: bigquery, postgres: null, bigquery: {project: p, dataset: d, table: t, secretRef: "
     "{name: ''}}}",
     "spec.bigquery.secretRef.name", required, "blank"},
};

class DatabaseRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(DatabaseRefused, with_path_type_and_gist) { expect_refused(kPostgres, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, DatabaseRefused, testing::ValuesIn(kDatabaseRefused),
                         case_name<RuleCase>);

const RuleCase kKafkaRefused[] = {
    {"type_unknown", "{type: prometheus}", "spec.type", unsupported, "\"nats\", \"kafka\""},
    {"kafka_missing", "{kafka: null}", "spec.kafka", required, "block"},
    {"other_block", "{nats: {subject: s}}", "spec.nats", forbidden, "sink type kafka"},
    {"layout", "{layout: {}}", "spec.layout", forbidden, "sink type kafka"},
    {"csv", "{serialization: {format: csv}}", "spec.serialization.format", unsupported, "\"csv\""},
    {"broker", "{kafka: {brokers: ['ok.example:9092', '127.0.0.1:9092'], topic: t}}",
     "spec.kafka.brokers[1]", forbidden, "127.0.0.1"},
    {"broker_v6", "{kafka: {brokers: ['[::1]:9092'], topic: t}}", "spec.kafka.brokers[0]",
     forbidden, "::1"},
    {"broker_bare_v6", "{kafka: {brokers: ['fe80::1'], topic: t}}", "spec.kafka.brokers[0]",
     forbidden, "fe80::1"},
    {"broker_bare_address", "{kafka: {brokers: ['10.0.0.1'], topic: t}}", "spec.kafka.brokers[0]",
     forbidden, "private"},
    {"broker_url", "{kafka: {brokers: ['SASL_SSL://169.254.169.254:9092'], topic: t}}",
     "spec.kafka.brokers[0]", forbidden, "169.254.169.254"},
    {"broker_file", "{kafka: {brokers: ['file:///x'], topic: t}}", "spec.kafka.brokers[0]",
     forbidden, "scheme file"},
};

class KafkaRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(KafkaRefused, with_path_type_and_gist) { expect_refused(kKafka, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, KafkaRefused, testing::ValuesIn(kKafkaRefused),
                         case_name<RuleCase>);

const RuleCase kNatsRefused[] = {
    {"nats_missing", "{nats: null}", "spec.nats", required, "block"},
    {"url", "{nats: {url: 'nats://localhost:4222', subject: s}}", "spec.nats.url", forbidden,
     "localhost"},
    {"second_url", "{nats: {url: 'nats://a.example:4222, nats://127.0.0.1:4222', subject: s}}",
     "spec.nats.url", forbidden, "127.0.0.1"},
    {"endpoint_instead", "{endpoint: 'nats://127.0.0.1:4222', nats: {subject: s}}", "spec.endpoint",
     forbidden, "127.0.0.1"},
    {"subject_star", "{nats: {subject: 'a.*'}}", "spec.nats.subject", invalid, "wildcards"},
    {"subject_arrow", "{nats: {subject: 'a.>'}}", "spec.nats.subject", invalid, "wildcards"},
    {"secret_elsewhere", "{nats: {subject: s, secretRef: {name: a, namespace: other}}}",
     "spec.nats.secretRef.namespace", forbidden, "another namespace"},
};

class NatsRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(NatsRefused, with_path_type_and_gist) { expect_refused(kNats, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, NatsRefused, testing::ValuesIn(kNatsRefused), case_name<RuleCase>);

}  // namespace
}  // namespace kollect::api
