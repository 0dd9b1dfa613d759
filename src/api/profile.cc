#include "api/profile.h"

#include "api/kind.h"
#include "api/tables.h"

namespace kollect::api {
namespace {

constexpr Field kAttributeFields[] = {
    {.name = "name",
     .member = at<&Attribute::name>,
     .required = true,
     .help = "Key in the exported row."},
    {.name = "path",
     .member = at<&Attribute::path>,
     .required = true,
     .help = "What to read: kubectl JSONPath (`{.spec.replicas}`, `$.spec.replicas`), RFC 9535 "
             "JSONPath with "
             "the prefix `jsonpath:`, CEL with the prefix `cel:`, or a field of a Helm release "
             "with the prefix "
             "`helm:release.`."},
    {.name = "type",
     .member = at<&Attribute::type>,
     .help =
         "Shape of the value: `list`, `int`, `float`, `bool`, `string`, `timestamp`, `duration`, "
         "`bytes`, `object` or `map`. `list` always yields an array; a value that does not fit is "
         "kept as "
         "it is and counted.",
     .absent = "the value as found"},
    {.name = "optional",
     .type = FieldType::boolean,
     .member = at<&Attribute::optional>,
     .help = "Failure or absence leaves the key out instead of failing the object.",
     .absent = "false"},
    {.name = "redact",
     .type = FieldType::boolean,
     .member = at<&Attribute::redact>,
     .help = "Replaces the value by the redaction marker.",
     .absent = "false"},
};

constexpr Field kPruneFields[] = {
    {.name = "defaults",
     .type = FieldType::boolean,
     .member = at<&Prune::defaults>,
     .help = "Removes managed fields, resource version, generation and the annotations of "
             "deployment tools.",
     .absent = "true"},
    {.name = "jsonPointers",
     .member = at<&Prune::json_pointers>,
     .list = ListType::plain,
     .help = "RFC 6901 pointers to remove.",
     .example = R"(["/spec/template/metadata/annotations"])"},
    {.name = "jsonPaths",
     .member = at<&Prune::json_paths>,
     .list = ListType::plain,
     .help = "Dotted or bracketed paths to remove; filters and wildcards are ignored."},
    {.name = "scrubKeys",
     .member = at<&Prune::scrub_keys>,
     .list = ListType::plain,
     .help = "Key names redacted at any depth, besides those of the operator."},
    {.name = "cel",
     .member = at<&Prune::cel>,
     .list = ListType::plain,
     .help = "Reserved.",
     .inert = "is reserved and not enforced yet"},
};

constexpr Field kExportFields[] = {
    {.name = "mode",
     .member = at<&ResourceExport::mode>,
     .fallback = R"("Attributes")",
     .values = "Attributes Resource",
     .help = "`Resource` embeds a pruned copy of the object in the row."},
    {.name = "as",
     .member = at<&ResourceExport::as>,
     .fallback = R"("resource")",
     .help = "Attribute key that holds the embedded object."},
    {.name = "include",
     .member = at<&ResourceExport::include>,
     .fallback = R"("SpecAndStatus")",
     .values = "MetadataOnly SpecOnly StatusOnly SpecAndStatus All",
     .help = "Sections of the object that are kept."},
    {.name = "dedupeIdentity",
     .type = FieldType::boolean,
     .member = at<&ResourceExport::dedupe_identity>,
     .help = "Drops name, namespace and uid from the embedded metadata, since the row has them.",
     .absent = "true"},
    {.name = "prune",
     .type = FieldType::object,
     .member = at<&ResourceExport::prune>,
     .fields = kPruneFields,
     .help = "What to remove from the embedded object."},
};

constexpr Field kMetricFields[] = {
    {.name = "name",
     .member = at<&SeriesSpec::name>,
     .required = true,
     .help = "Name of the series inside the profile."},
    {.name = "path",
     .member = at<&SeriesSpec::path>,
     .required = true,
     .help = "Attribute whose numeric values are summed."},
    {.name = "labels",
     .member = at<&SeriesSpec::labels>,
     .list = ListType::set,
     .help = "Attributes copied as labels, at most five."},
};

constexpr Field kSpecFields[] = {
    {.name = "targetGVK",
     .type = FieldType::object,
     .member = at<&ProfileSpec::target_gvk>,
     .fields = kGvkFields,
     .required = true,
     .help = "Resource kind that this profile reads."},
    {.name = "attributes",
     .type = FieldType::object,
     .member = at<&ProfileSpec::attributes>,
     .fields = kAttributeFields,
     .list = ListType::map,
     .list_key = "name",
     .help = "Values to extract from each object; needed in `Attributes` mode when `export` is "
             "present.",
     .example = R"([{"name": "replicas", "path": "$.spec.replicas", "type": "int"},
       {"name": "images", "path": "{.spec.template.spec.containers[*].image}", "type": "list"},
       {"name": "ready", "path": "cel:has(object.status.readyReplicas) ? object.status.readyReplicas : 0"},
       {"name": "owner", "path": "{.metadata.labels['app\\.kubernetes\\.io/managed-by']}", "optional": true}])"},
    {.name = "export",
     .type = FieldType::object,
     .member = at<&ProfileSpec::resource_export>,
     .fields = kExportFields,
     .help = "Whole-object export.",
     .absent = "attributes only"},
    {.name = "metrics",
     .type = FieldType::object,
     .member = at<&ProfileSpec::metrics>,
     .fields = kMetricFields,
     .list = ListType::map,
     .list_key = "name",
     .help = "Prometheus series made from attributes.",
     .example = R"([{"name": "replicas", "path": "replicas", "labels": ["owner"]}])"},
};

constexpr Field kStatusFields[] = {
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&ProfileStatus::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "Declared, never written."},
};

constexpr Field kRootFields[] = {
    metadata_row<Profile>(),
    spec_row<Profile>(kSpecFields, "What to extract."),
    status_row<Profile>(kStatusFields, "Nothing is reported for a profile."),
};

constexpr Column kColumns[] = {
    {"Kind", "string", ".spec.targetGVK.kind"},
    {"Mode", "string", ".spec.export.mode"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample::Value kResourceValues[] = {
    {"attributes", "null"},
    {"metrics", "null"},
    {"export.mode", R"("Resource")"},
    {"export.include", R"("SpecOnly")"},
};

constexpr Sample kSamples[] = {
    {.suffix = "deployments", .name = "deployments"},
    {.suffix = "resource", .name = "deployment-manifests", .values = kResourceValues},
};

constexpr Kind kKind{
    .name = "KollectProfile",
    .plural = "kollectprofiles",
    .short_name = "kprof",
    .help = "What to extract from one resource kind.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
};

}  // namespace

template <>
const Kind& kind_of<Profile>() {
  return kKind;
}

bool has_consent(const Profile& profile, std::string_view annotation) {
  return profile.metadata.annotation(annotation) == "true";
}

}  // namespace kollect::api
