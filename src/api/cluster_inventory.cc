#include "api/inventory.h"
#include "api/kind.h"
#include "api/tables.h"

namespace kollect::api {
namespace {

constexpr Field kProfileRefFields[] = {
    {.name = "name",
     .member = at<&ObjectRef::name>,
     .required = true,
     .help = "Name of the profile."},
    {.name = "namespace",
     .member = at<&ObjectRef::namespace_name>,
     .help = "Namespace of the profile; admission asks for it."},
};

constexpr Field kSpecFields[] = {
    {.name = "profileRef",
     .type = FieldType::object,
     .member = at<&ClusterInventorySpec::profile_ref>,
     .fields = kProfileRefFields,
     .help = "Reserved for another schema of the rollup.",
     .inert = "is checked and has no effect yet"},
    {.name = "targetRefs",
     .member = at<&ClusterInventorySpec::target_refs>,
     .list = ListType::plain,
     .help = "Names of the cluster targets to include.",
     .absent = "all"},
    {.name = "targetSelector",
     .type = FieldType::object,
     .member = at<&ClusterInventorySpec::target_selector>,
     .fields = kSelectorFields,
     .atomic_object = true,
     .help = "Labels of the cluster targets; not used with `targetRefs`."},
    {.name = "namespaceSelector",
     .type = FieldType::object,
     .member = at<&ClusterInventorySpec::namespace_selector>,
     .fields = kSelectorFields,
     .atomic_object = true,
     .help = "Labels of the namespaces to roll up.",
     .example = R"({"matchLabels": {"kollect.dev/tenant": "team-a"}})"},
    {.name = "namespaces",
     .member = at<&ClusterInventorySpec::namespaces>,
     .list = ListType::set,
     .pattern = &kDnsLabelPattern,
     .max_length = 63,
     .help = "Names of the namespaces to roll up, narrowed by the selector."},
    {.type = FieldType::object,
     .member = at<&ClusterInventorySpec::sink_refs>,
     .fields = kSinkRefsFields},
    {.name = "sinkNamespace",
     .member = at<&ClusterInventorySpec::sink_namespace>,
     .fallback = R"("kollect-system")",
     .help = "Namespace of sinks that a reference names without one."},
    {.name = "exportMinInterval",
     .type = FieldType::duration,
     .member = at<&ClusterInventorySpec::export_min_interval>,
     .fallback = R"("30s")",
     .help = "Shortest time between exports of unchanged content, 0 to 24h."},
    {.name = "dedupe",
     .member = at<&ClusterInventorySpec::dedupe>,
     .fallback = R"("keepAll")",
     .values = "keepAll byResourceUID",
     .help = "`byResourceUID` keeps the last row of each object."},
    {.name = "suspend",
     .type = FieldType::boolean,
     .member = at<&ClusterInventorySpec::suspend>,
     .help = "Stops exporting.",
     .absent = "false"},
};

constexpr Field kShardFields[] = {
    {.name = "namespace",
     .member = at<&NamespaceShard::namespace_name>,
     .required = true,
     .help = "Namespace."},
    {.name = "itemCount",
     .type = FieldType::integer,
     .member = at<&NamespaceShard::item_count>,
     .help = "Rows after removing duplicates."},
    {.name = "targetCount",
     .type = FieldType::integer,
     .member = at<&NamespaceShard::target_count>,
     .help = "Targets that contribute."},
    {.name = "checksum",
     .member = at<&NamespaceShard::checksum>,
     .help = "SHA-256 of the rows, in hex."},
};

constexpr Field kStatusFields[] = {
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&ClusterInventoryStatus::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "`Ready`, `Synced`, `SinkReachable`, `ExportSucceeded`, `Degraded`."},
    {.name = "observedGeneration",
     .type = FieldType::int64,
     .member = at<&ClusterInventoryStatus::observed_generation>,
     .help = "Generation last processed."},
    {.name = "itemCount",
     .type = FieldType::integer,
     .member = at<&ClusterInventoryStatus::item_count>,
     .help = "Rows of the rollup."},
    {.name = "targetCount",
     .type = FieldType::integer,
     .member = at<&ClusterInventoryStatus::target_count>,
     .help = "Cluster targets included."},
    {.name = "namespaceShardCount",
     .type = FieldType::integer,
     .member = at<&ClusterInventoryStatus::namespace_shard_count>,
     .help = "Number of `namespaceShards`."},
    {.name = "namespaceShards",
     .type = FieldType::object,
     .member = at<&ClusterInventoryStatus::namespace_shards>,
     .fields = kShardFields,
     .list = ListType::map,
     .list_key = "namespace",
     .help = "One entry per contributing namespace, in the order of their names."},
    {.name = "lastExportTime",
     .type = FieldType::time,
     .member = at<&ClusterInventoryStatus::last_export_time>,
     .help = "Latest accepted export of any sink."},
    {.name = "sinkExports",
     .type = FieldType::object,
     .member = at<&ClusterInventoryStatus::sink_exports>,
     .fields = kSinkExportFields,
     .list = ListType::map,
     .list_key = "name",
     .max_items = 20,
     .help = "One record per sink."},
};

constexpr Field kRootFields[] = {
    metadata_row<ClusterInventory>(),
    spec_row<ClusterInventory>(kSpecFields, "What to roll up and where to export to."),
    status_row<ClusterInventory>(kStatusFields, "What was exported; never rows."),
};

constexpr Column kColumns[] = {
    {"Ready", "string", R"(.status.conditions[?(@.type=="Ready")].status)"},
    {"Synced", "string", R"(.status.conditions[?(@.type=="Synced")].status)"},
    {"Rows", "integer", ".status.itemCount"},
    {"Targets", "integer", ".status.targetCount"},
    {"Last Export", "date", ".status.lastExportTime"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {{.suffix = "platform", .name = "platform"}};

constexpr Kind kKind{
    .name = "KollectClusterInventory",
    .plural = "kollectclusterinventories",
    .short_name = "kcinv",
    .help = "Rolls the rows of cluster targets up and exports them.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
    .is_cluster_scoped = true,
};

}  // namespace

template <>
const Kind& kind_of<ClusterInventory>() {
  return kKind;
}

std::string_view sink_namespace(const ClusterInventorySpec& spec) {
  return spec.sink_namespace.empty() ? kDefaultSinkNamespace
                                     : std::string_view(spec.sink_namespace);
}

}  // namespace kollect::api
