// The three sink kinds: destinations of exports. Their common fields first, then one block per
// backend.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/types.h"

namespace kollect::api {

struct Tls {
  std::optional<bool> insecure_skip_verify;  // absent: false
  std::string ca_bundle;                     // PEM, decoded
  std::optional<ObjectRef> ca_secret_ref;
  bool operator==(const Tls&) const = default;
};

struct Serialization {
  std::string format;
  std::string compression;
  bool operator==(const Serialization&) const = default;
};

struct LayoutIndex {
  std::optional<bool> enabled;  // absent: true in split
  std::string path_template;
  bool operator==(const LayoutIndex&) const = default;
};

struct LayoutFilename {
  std::string group_in_path;                  // empty: auto
  std::optional<bool> lowercase_kind;         // absent: true
  std::optional<int32_t> max_segment_length;  // absent: 63
  bool operator==(const LayoutFilename&) const = default;
};

struct Layout {
  std::string mode;     // `document`, `perResource`, `split`
  std::string content;  // `item`, `attributes`, `manifest`
  std::string path_template;
  std::optional<LayoutIndex> index;
  std::optional<LayoutFilename> filename;
  bool operator==(const Layout&) const = default;
};

struct ProvisioningNaming {
  std::string path_template;
  bool operator==(const ProvisioningNaming&) const = default;
};

struct Provisioning {
  std::string mode;  // `ensure`, `existing`; empty: ensure
  std::optional<ProvisioningNaming> naming;
  bool operator==(const Provisioning&) const = default;
};

struct SinkCommon {
  std::string endpoint;
  std::optional<ObjectRef> secret_ref;
  std::optional<Tls> tls;
  std::optional<bool> connection_test;  // absent: true
  std::string cluster;
  std::string path_template;
  std::optional<Duration> export_min_interval;
  std::optional<Serialization> serialization;
  std::optional<Layout> layout;
  std::optional<Provisioning> provisioning;
  TextMap options;
  bool operator==(const SinkCommon&) const = default;
};

struct PreviewGit {
  std::string sample_commit_subject;
  std::string sample_commit_body;
  bool operator==(const PreviewGit&) const = default;
};

struct PreviewLayout {
  std::string mode;
  std::string content;
  std::optional<bool> prune;
  std::vector<std::string> sample_paths;
  bool operator==(const PreviewLayout&) const = default;
};

struct PreviewPostgres {
  std::string expected_ddl;
  bool operator==(const PreviewPostgres&) const = default;
};

struct PreviewMongo {
  std::vector<std::string> expected_index_keys;
  bool operator==(const PreviewMongo&) const = default;
};

struct PreviewKafka {
  std::string topic;
  bool operator==(const PreviewKafka&) const = default;
};

struct Preview {
  std::optional<Time> rendered_at;
  std::string input_sample_source;
  std::string provisioning_mode;
  std::string serialization_format;
  std::string object_path;
  std::optional<PreviewGit> git;
  std::optional<PreviewLayout> layout;
  std::optional<PreviewPostgres> postgres;
  std::optional<PreviewMongo> mongodb;
  std::optional<PreviewKafka> kafka;
  std::vector<std::string> warnings;
  bool operator==(const Preview&) const = default;
};

struct SinkStatus {
  std::vector<Condition> conditions;
  std::optional<Preview> preview;
  bool operator==(const SinkStatus&) const = default;
};

struct GitAuth {
  std::string type;  // `token`, `ssh`
  std::optional<ObjectRef> secret_ref;
  bool operator==(const GitAuth&) const = default;
};

struct GitAuthor {
  std::string name;   // empty: kollect
  std::string email;  // empty: kollect@kollect.dev
  bool operator==(const GitAuthor&) const = default;
};

struct GitSpec {
  std::string branch;
  std::string push_policy;  // `Commit`, `ForcePush`; empty: Commit
  std::optional<GitAuth> auth;
  std::string commit_message;
  std::string commit_body;
  std::vector<std::string> commit_trailers;
  std::optional<GitAuthor> author;
  std::optional<int32_t> clone_depth;  // absent: 1
  std::optional<bool> prune;           // absent: false
  std::string engine;                  // `go-git`, `cli`; empty: go-git
  std::optional<bool> force_basic_auth;
  bool operator==(const GitSpec&) const = default;
};

struct MergeRequest {
  std::string mode;  // `direct`, `merge_request`; empty: direct
  std::string target_branch;
  std::string branch_prefix;  // empty: kollect
  std::string title_template;
  std::optional<bool> auto_merge;
  bool operator==(const MergeRequest&) const = default;
};

struct GitlabSpec {
  std::optional<MergeRequest> merge_request;
  bool operator==(const GitlabSpec&) const = default;
};

struct ObjectStoreSpec {
  std::string format;  // `json`, `parquet`
  std::vector<std::string> hot_attributes;
  bool operator==(const ObjectStoreSpec&) const = default;
};

struct HttpSpec {
  std::string method;
  bool operator==(const HttpSpec&) const = default;
};

struct SnapshotSinkSpec {
  std::string type;  // `git`, `gitlab`, `s3`, `gcs`
  SinkCommon common;
  std::optional<GitSpec> git;
  std::optional<GitlabSpec> gitlab;
  std::optional<ObjectStoreSpec> object_store;
  std::optional<HttpSpec> http;
  bool operator==(const SnapshotSinkSpec&) const = default;
};

struct SnapshotSink {
  Metadata metadata;
  SnapshotSinkSpec spec;
  SinkStatus status;
  bool operator==(const SnapshotSink&) const = default;
};

struct PostgresSpec {
  ObjectRef database_ref;
  std::string table;
  std::string schema;  // empty: public
  bool operator==(const PostgresSpec&) const = default;
};

struct BigQuerySpec {
  std::string project;
  std::string dataset;
  std::string table;
  std::string location;
  std::optional<ObjectRef> secret_ref;
  bool operator==(const BigQuerySpec&) const = default;
};

struct MongoSpec {
  ObjectRef database_ref;
  std::string database;
  std::string collection;
  bool operator==(const MongoSpec&) const = default;
};

struct DatabaseSinkSpec {
  std::string type;  // `postgres`, `bigquery`, `mongodb`
  SinkCommon common;
  std::optional<PostgresSpec> postgres;
  std::optional<BigQuerySpec> bigquery;
  std::optional<MongoSpec> mongodb;
  bool operator==(const DatabaseSinkSpec&) const = default;
};

struct DatabaseSink {
  Metadata metadata;
  DatabaseSinkSpec spec;
  SinkStatus status;
  bool operator==(const DatabaseSink&) const = default;
};

struct NatsSpec {
  std::string url;  // empty: spec.endpoint
  std::string subject;
  std::string stream;  // empty: kollect_events
  std::optional<ObjectRef> secret_ref;
  bool operator==(const NatsSpec&) const = default;
};

struct KafkaSpec {
  std::vector<std::string> brokers;
  std::string topic;
  std::optional<ObjectRef> secret_ref;
  bool operator==(const KafkaSpec&) const = default;
};

struct EventSinkSpec {
  std::string type;  // `nats`, `kafka`
  SinkCommon common;
  std::optional<NatsSpec> nats;
  std::optional<KafkaSpec> kafka;
  bool operator==(const EventSinkSpec&) const = default;
};

struct EventSink {
  Metadata metadata;
  EventSinkSpec spec;
  SinkStatus status;
  bool operator==(const EventSink&) const = default;
};

// Formats that a sink type takes, separated by spaces, the default first. Empty for a type that is
// none of ours.
std::string_view formats_of(std::string_view sink_type);
// `serialization.format`, else `objectStore.format`, else the default of the type; lower case.
std::string effective_format(std::string_view sink_type, const SinkCommon& common,
                             const ObjectStoreSpec* object_store);

}  // namespace kollect::api
