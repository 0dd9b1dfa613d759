// Rows that the three sink kinds share.
#pragma once

#include "api/sink.h"
#include "api/tables.h"

namespace kollect::api {

inline constexpr Field kTlsFields[] = {
    {.name = "insecureSkipVerify",
     .type = FieldType::boolean,
     .member = at<&Tls::insecure_skip_verify>,
     .help = "Accepts any server certificate; reported as `TLSInsecure`.",
     .absent = "false"},
    {.name = "caBundle",
     .type = FieldType::bytes,
     .member = at<&Tls::ca_bundle>,
     .help = "PEM certificates to trust instead of the system's, at most 64 KiB."},
    {.name = "caSecretRef",
     .type = FieldType::object,
     .member = at<&Tls::ca_secret_ref>,
     .fields = kSecretRefFields,
     .help =
         "Secret with the PEM under `tls.crt`, `ca.crt` or `ca.pem`; not together with `caBundle`.",
     .secret_ref = true},
};

inline constexpr Field kSerializationFields[] = {
    {.name = "format",
     .member = at<&Serialization::format>,
     .values = "json yaml parquet csv ndjson",
     .help = "Format of what is written.",
     .absent = "the default of the type"},
    {.name = "compression",
     .member = at<&Serialization::compression>,
     .values = "none gzip snappy zstd",
     .help = "Compression of what is written.",
     .absent = "none",
     .inert = "has no effect yet"},
};

inline constexpr Field kLayoutIndexFields[] = {
    {.name = "enabled",
     .type = FieldType::boolean,
     .member = at<&LayoutIndex::enabled>,
     .help = "Writes the index.",
     .absent = "true in `split`, else false"},
    {.name = "pathTemplate",
     .member = at<&LayoutIndex::path_template>,
     .help = "Path of the index.",
     .absent = "`inventory/{namespace}/{name}{extension}`"},
};

inline constexpr Field kLayoutFilenameFields[] = {
    {.name = "groupInPath",
     .member = at<&LayoutFilename::group_in_path>,
     .values = "auto always never",
     .help = "Whether `{group}` is written; empty segments vanish.",
     .absent = "auto"},
    {.name = "lowercaseKind",
     .type = FieldType::boolean,
     .member = at<&LayoutFilename::lowercase_kind>,
     .help = "Writes `{kind}` in lower case.",
     .absent = "true"},
    {.name = "maxSegmentLength",
     .type = FieldType::int32,
     .member = at<&LayoutFilename::max_segment_length>,
     .min = 1,
     .help = "Longest path segment in bytes.",
     .absent = "63"},
};

inline constexpr Field kLayoutFields[] = {
    {.name = "mode",
     .member = at<&Layout::mode>,
     .fallback = R"("document")",
     .values = "document perResource split",
     .help = "One file, one file per row, or both an index and files."},
    {.name = "content",
     .member = at<&Layout::content>,
     .fallback = R"("item")",
     .values = "item attributes manifest",
     .help = "The full row, its attributes, or the embedded object."},
    {.name = "pathTemplate",
     .member = at<&Layout::path_template>,
     .help = "Path of a row's file.",
     .absent = "`{cluster}/{sourceNamespace}/{kind}/{sourceName}{extension}`"},
    {.name = "index",
     .type = FieldType::object,
     .member = at<&Layout::index>,
     .fields = kLayoutIndexFields,
     .help = "Index file."},
    {.name = "filename",
     .type = FieldType::object,
     .member = at<&Layout::filename>,
     .fields = kLayoutFilenameFields,
     .help = "How path segments are written."},
};

inline constexpr Field kNamingFields[] = {
    {.name = "template",
     .member = at<&ProvisioningNaming::path_template>,
     .help = "Name of the destination.",
     .inert = "has no effect yet"},
};

inline constexpr Field kProvisioningFields[] = {
    {.name = "mode",
     .member = at<&Provisioning::mode>,
     .values = "ensure existing",
     .help = "Creates the destination when it is absent, or only checks that it is there.",
     .absent = "ensure"},
    {.name = "naming",
     .type = FieldType::object,
     .member = at<&Provisioning::naming>,
     .fields = kNamingFields,
     .help = "Naming of the destination."},
};

inline constexpr Field kSinkCommonFields[] = {
    {.name = "endpoint",
     .member = at<&SinkCommon::endpoint>,
     .help = "Where to write to: a URL, or a bucket with a prefix."},
    {.name = "secretRef",
     .type = FieldType::object,
     .member = at<&SinkCommon::secret_ref>,
     .fields = kSecretRefFields,
     .help = "Secret with the credentials.",
     .example = R"({"name": "inventory-credentials"})",
     .secret_ref = true},
    {.name = "tls",
     .type = FieldType::object,
     .member = at<&SinkCommon::tls>,
     .fields = kTlsFields,
     .help = "Whom to trust."},
    {.name = "connectionTest",
     .type = FieldType::boolean,
     .member = at<&SinkCommon::connection_test>,
     .help = "Probes the destination when this object is created or changed.",
     .absent = "true"},
    {.name = "cluster",
     .member = at<&SinkCommon::cluster>,
     .help = "Name of this cluster, for destinations that several clusters share.",
     .absent = "`default` in paths, empty in rows"},
    {.name = "pathTemplate",
     .member = at<&SinkCommon::path_template>,
     .help =
         "Path of the document, with `{namespace}` and `{name}`; also `{cluster}`, `{generation}`, "
         "`{extension}`. Snapshot sinks only.",
     .absent = "`inventory/{namespace}/{name}` with the extension of the format"},
    {.name = "exportMinInterval",
     .type = FieldType::duration,
     .member = at<&SinkCommon::export_min_interval>,
     .help = "Interval for references that give none, 0 to 24h.",
     .absent = "that of the inventory"},
    {.name = "serialization",
     .type = FieldType::object,
     .member = at<&SinkCommon::serialization>,
     .fields = kSerializationFields,
     .help = "Format and compression."},
    {.name = "layout",
     .type = FieldType::object,
     .member = at<&SinkCommon::layout>,
     .fields = kLayoutFields,
     .help = "Tree of files.",
     .only_types = "git gitlab"},
    {.name = "provisioning",
     .type = FieldType::object,
     .member = at<&SinkCommon::provisioning>,
     .fields = kProvisioningFields,
     .help = "Who creates the destination."},
    {.name = "options",
     .type = FieldType::text_map,
     .member = at<&SinkCommon::options>,
     .help = "Settings of the backend that are no secrets.",
     .inert = "has no effect yet"},
};

inline constexpr Field kPreviewGitFields[] = {
    {.name = "sampleCommitSubject",
     .member = at<&PreviewGit::sample_commit_subject>,
     .help = "Rendered subject."},
    {.name = "sampleCommitBody",
     .member = at<&PreviewGit::sample_commit_body>,
     .help = "Rendered body."},
};

inline constexpr Field kPreviewLayoutFields[] = {
    {.name = "mode", .member = at<&PreviewLayout::mode>, .help = "Mode in force."},
    {.name = "content", .member = at<&PreviewLayout::content>, .help = "Content in force."},
    {.name = "prune",
     .type = FieldType::boolean,
     .member = at<&PreviewLayout::prune>,
     .help = "Stale files are removed."},
    {.name = "samplePaths",
     .member = at<&PreviewLayout::sample_paths>,
     .list = ListType::atomic,
     .help = "Up to three paths."},
};

inline constexpr Field kPreviewPostgresFields[] = {
    {.name = "expectedDDL",
     .member = at<&PreviewPostgres::expected_ddl>,
     .help = "Statement that creates the table."},
};

inline constexpr Field kPreviewMongoFields[] = {
    {.name = "expectedIndexKeys",
     .member = at<&PreviewMongo::expected_index_keys>,
     .list = ListType::atomic,
     .help = "Keys of the unique index."},
};

inline constexpr Field kPreviewKafkaFields[] = {
    {.name = "topic", .member = at<&PreviewKafka::topic>, .help = "Destination topic."},
};

inline constexpr Field kPreviewFields[] = {
    {.name = "renderedAt",
     .type = FieldType::time,
     .member = at<&Preview::rendered_at>,
     .help = "When this was rendered."},
    {.name = "inputSampleSource",
     .member = at<&Preview::input_sample_source>,
     .help = "Always `synthetic`."},
    {.name = "provisioningMode",
     .member = at<&Preview::provisioning_mode>,
     .help = "Mode in force."},
    {.name = "serializationFormat",
     .member = at<&Preview::serialization_format>,
     .help = "Format in force."},
    {.name = "objectPath", .member = at<&Preview::object_path>, .help = "Path of the document."},
    {.name = "git",
     .type = FieldType::object,
     .member = at<&Preview::git>,
     .fields = kPreviewGitFields,
     .help = "Sample commit."},
    {.name = "layout",
     .type = FieldType::object,
     .member = at<&Preview::layout>,
     .fields = kPreviewLayoutFields,
     .help = "Layout in force."},
    {.name = "postgres",
     .type = FieldType::object,
     .member = at<&Preview::postgres>,
     .fields = kPreviewPostgresFields,
     .help = "Table that is expected."},
    {.name = "mongodb",
     .type = FieldType::object,
     .member = at<&Preview::mongodb>,
     .fields = kPreviewMongoFields,
     .help = "Index that is expected."},
    {.name = "kafka",
     .type = FieldType::object,
     .member = at<&Preview::kafka>,
     .fields = kPreviewKafkaFields,
     .help = "Topic."},
    {.name = "warnings",
     .member = at<&Preview::warnings>,
     .list = ListType::atomic,
     .help = "Notes that block nothing."},
};

inline constexpr Field kSinkStatusFields[] = {
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&SinkStatus::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "`ConnectionVerified`, `TLSInsecure`, `Degraded`."},
    {.name = "preview",
     .type = FieldType::object,
     .member = at<&SinkStatus::preview>,
     .fields = kPreviewFields,
     .help =
         "What would be written; present while the annotation `kollect.dev/preview` is `true`."},
};

}  // namespace kollect::api
