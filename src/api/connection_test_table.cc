#include "api/connection_test.h"
#include "api/kind.h"
#include "api/tables.h"

namespace kollect::api {
namespace {

constexpr Field kSinkRefMemberFields[] = {
    {.name = "snapshotSinkRef",
     .member = at<&TestedSink::snapshot>,
     .help = "Name of a KollectSnapshotSink in this namespace.",
     .example = R"("inventory-git")"},
    {.name = "databaseSinkRef",
     .member = at<&TestedSink::database>,
     .help = "Name of a KollectDatabaseSink in this namespace."},
    {.name = "eventSinkRef",
     .member = at<&TestedSink::event>,
     .help = "Name of a KollectEventSink in this namespace."},
};

constexpr Field kSpecFields[] = {
    {.name = "sinkRef",
     .type = FieldType::object,
     .member = at<&ConnectionTestSpec::sink_ref>,
     .fields = kSinkRefMemberFields,
     .required = true,
     .help = "Sink to probe; exactly one member is set."},
    {.name = "profileRef",
     .member = at<&ConnectionTestSpec::profile_ref>,
     .help = "Reserved for probes of a profile together with a sink.",
     .inert = "is checked and has no effect yet"},
    {.name = "ownerSink",
     .type = FieldType::boolean,
     .member = at<&ConnectionTestSpec::owner_sink>,
     .help = "Makes the sink the owner of this object, so that both go together.",
     .absent = "true"},
    {.name = "ttlSecondsAfterFinished",
     .type = FieldType::int32,
     .member = at<&ConnectionTestSpec::ttl_seconds_after_finished>,
     .fallback = "300",
     .min = 0,
     .help = "Seconds that this object is kept after the probe."},
};

constexpr Field kStatusFields[] = {
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&ConnectionTestStatus::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "`ConnectionVerified`, `Ready`."},
    {.name = "observedGeneration",
     .type = FieldType::int64,
     .member = at<&ConnectionTestStatus::observed_generation>,
     .help = "Generation probed."},
    {.name = "latencyMs",
     .type = FieldType::int64,
     .member = at<&ConnectionTestStatus::latency_ms>,
     .help = "Duration of the probe in milliseconds.",
     .absent = "nothing was probed"},
    {.name = "completed",
     .type = FieldType::boolean,
     .member = at<&ConnectionTestStatus::completed>,
     .help = "The probe has ended, well or not."},
    {.name = "completedAt",
     .type = FieldType::time,
     .member = at<&ConnectionTestStatus::completed_at>,
     .help = "When it ended."},
};

constexpr Field kRootFields[] = {
    metadata_row<ConnectionTest>(),
    spec_row<ConnectionTest>(kSpecFields, "What to probe."),
    status_row<ConnectionTest>(kStatusFields, "How the probe went."),
};

constexpr Column kColumns[] = {
    {"Sink", "string", ".spec.sinkRef"},
    {"Verified", "string", R"(.status.conditions[?(@.type=="ConnectionVerified")].status)"},
    {"Completed", "boolean", ".status.completed"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {{.suffix = "git", .name = "inventory-git"}};

constexpr Kind kKind{
    .name = "KollectConnectionTest",
    .plural = "kollectconnectiontests",
    .short_name = "kconntest",
    .help = "One probe of one sink.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
    .requires_metadata = true,
};

}  // namespace

template <>
const Kind& kind_of<ConnectionTest>() {
  return kKind;
}

}  // namespace kollect::api
