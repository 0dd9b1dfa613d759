#include "api/inventory.h"

#include "api/kind.h"
#include "api/tables.h"

namespace kollect::api {
namespace {

constexpr std::string_view kNoEndpoint =
    "has no effect; the operator's inventory HTTP flags decide";

constexpr Field kHttpEndpointFields[] = {
    {.name = "enabled",
     .type = FieldType::boolean,
     .member = at<&HttpEndpoint::enabled>,
     .help = "Reserved.",
     .absent = "false",
     .inert = kNoEndpoint},
    {.name = "port",
     .type = FieldType::int32,
     .member = at<&HttpEndpoint::port>,
     .min = 1,
     .max = 65535,
     .help = "Reserved.",
     .absent = "8082",
     .inert = kNoEndpoint},
};

constexpr Field kSpecFields[] = {
    {.type = FieldType::object, .member = at<&InventorySpec::sink_refs>, .fields = kSinkRefsFields},
    {.name = "exportMinInterval",
     .type = FieldType::duration,
     .member = at<&InventorySpec::export_min_interval>,
     .fallback = R"("30s")",
     .help = "Shortest time between exports of unchanged content, 0 to 24h."},
    {.name = "maxExportBytes",
     .type = FieldType::int64,
     .member = at<&InventorySpec::max_export_bytes>,
     .help = "Size above which an export is split.",
     .absent = "the operator's cap"},
    {.name = "suspend",
     .type = FieldType::boolean,
     .member = at<&InventorySpec::suspend>,
     .help = "Stops exporting.",
     .absent = "false"},
    {.name = "httpEndpoint",
     .type = FieldType::object,
     .member = at<&InventorySpec::http_endpoint>,
     .fields = kHttpEndpointFields,
     .help = "Reserved.",
     .inert = kNoEndpoint},
};

constexpr Field kStatusFields[] = {
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&InventoryStatus::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "`Ready`, `Synced`, `SinkReachable`, `Degraded`, `ExportShardWarning`."},
    {.name = "observedGeneration",
     .type = FieldType::int64,
     .member = at<&InventoryStatus::observed_generation>,
     .help = "Generation last processed."},
    {.name = "itemCount",
     .type = FieldType::integer,
     .member = at<&InventoryStatus::item_count>,
     .help = "Rows of the namespace."},
    {.name = "lastExportTime",
     .type = FieldType::time,
     .member = at<&InventoryStatus::last_export_time>,
     .help = "Latest accepted export of any sink."},
    {.name = "sinkExports",
     .type = FieldType::object,
     .member = at<&InventoryStatus::sink_exports>,
     .fields = kSinkExportFields,
     .list = ListType::map,
     .list_key = "name",
     .max_items = 20,
     .help = "One record per sink."},
};

constexpr Field kRootFields[] = {
    metadata_row<Inventory>(),
    spec_row<Inventory>(kSpecFields, "Where to export to."),
    status_row<Inventory>(kStatusFields, "What was exported; never rows."),
};

constexpr Column kColumns[] = {
    {"Ready", "string", R"(.status.conditions[?(@.type=="Ready")].status)"},
    {"Synced", "string", R"(.status.conditions[?(@.type=="Synced")].status)"},
    {"Rows", "integer", ".status.itemCount"},
    {"Last Export", "date", ".status.lastExportTime"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {{.suffix = "team", .name = "team-a"}};

constexpr Kind kKind{
    .name = "KollectInventory",
    .plural = "kollectinventories",
    .short_name = "kinv",
    .help = "Collects the rows of its namespace and exports them.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
};

}  // namespace

template <>
const Kind& kind_of<Inventory>() {
  return kKind;
}

}  // namespace kollect::api
