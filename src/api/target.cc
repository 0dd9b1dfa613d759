#include "api/target.h"

#include "api/kind.h"
#include "api/tables.h"

namespace kollect::api {
namespace {

constexpr Field kSpecFields[] = {
    {.name = "profileRef",
     .member = at<&TargetSpec::profile_ref>,
     .required = true,
     .help = "Name of a KollectProfile in this namespace.",
     .example = R"("deployments")"},
    {.type = FieldType::object,
     .member = at<&TargetSpec::filter>,
     .fields = kCollectionFilterFields},
    {.name = "labelSelector",
     .type = FieldType::object,
     .member = at<&TargetSpec::label_selector>,
     .fields = kSelectorFields,
     .atomic_object = true,
     .help = "Labels of the objects; not used with `resourceRules`."},
    {.name = "names",
     .member = at<&TargetSpec::names>,
     .list = ListType::plain,
     .help = "Names of the objects; not used with `resourceRules`."},
    {.name = "suspend",
     .type = FieldType::boolean,
     .member = at<&TargetSpec::suspend>,
     .help = "Stops collecting and drops the rows of this target.",
     .absent = "false"},
    {.name = "watchMode",
     .member = at<&TargetSpec::watch_mode>,
     .fallback = R"("All")",
     .values = "All OptIn",
     .help = "`OptIn` collects only where the label `kollect.dev/watch: enabled` consents."},
};

constexpr Field kStatusFields[] = {
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&TargetStatus::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "`Ready`, `Synced`, `SinkReachable`, `Degraded`."},
    {.name = "observedGeneration",
     .type = FieldType::int64,
     .member = at<&TargetStatus::observed_generation>,
     .help = "Generation last processed."},
    {.name = "extractionFailures",
     .type = FieldType::integer,
     .member = at<&TargetStatus::extraction_failures>,
     .help = "Objects whose extraction fails now."},
    {.name = "lastExtractionError",
     .member = at<&TargetStatus::last_extraction_error>,
     .help = "Most recent extraction error."},
    {.name = "collectedCount",
     .type = FieldType::int64,
     .member = at<&TargetStatus::collected_count>,
     .help = "Objects collected now; 0 is a count.",
     .absent = "never counted"},
    {.name = "collectedCountUpdatedAt",
     .type = FieldType::time,
     .member = at<&TargetStatus::collected_count_updated_at>,
     .help = "When the count last changed."},
    {.name = "matchedNamespaces",
     .member = at<&TargetStatus::matched_namespaces>,
     .list = ListType::set,
     .help = "Namespaces that the filter names, before the scope's ceiling."},
    {.name = "effectiveNamespaces",
     .member = at<&TargetStatus::effective_namespaces>,
     .list = ListType::set,
     .help = "Namespaces collected from."},
    {.name = "activeResourceRules",
     .type = FieldType::integer,
     .member = at<&TargetStatus::active_resource_rules>,
     .help = "Rules in force."},
};

constexpr Field kRootFields[] = {
    metadata_row<Target>(),
    spec_row<Target>(kSpecFields, "What to collect."),
    status_row<Target>(kStatusFields, "What is collected."),
};

constexpr Column kColumns[] = {
    {"Collected", "integer", ".status.collectedCount"},
    {"Updated", "date", ".status.collectedCountUpdatedAt"},
    {"Ready", "string", R"(.status.conditions[?(@.type=="Ready")].status)"},
    {"Synced", "string", R"(.status.conditions[?(@.type=="Synced")].status)"},
    {"Profile", "string", ".spec.profileRef"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {{.suffix = "team", .name = "deployments"}};

constexpr Kind kKind{
    .name = "KollectTarget",
    .plural = "kollecttargets",
    .short_name = "ktgt",
    .help = "Which objects to collect with a profile of the same namespace.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
};

}  // namespace

template <>
const Kind& kind_of<Target>() {
  return kKind;
}

}  // namespace kollect::api
