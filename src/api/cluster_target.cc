#include "api/kind.h"
#include "api/tables.h"
#include "api/target.h"

namespace kollect::api {
namespace {

constexpr Field kProfileRefFields[] = {
    {.name = "name",
     .member = at<&ObjectRef::name>,
     .required = true,
     .help = "Name of the profile.",
     .example = R"("deployments")"},
    {.name = "namespace",
     .member = at<&ObjectRef::namespace_name>,
     .help = "Namespace of the profile; admission asks for it.",
     .example = R"("kollect-system")"},
};

constexpr Field kSpecFields[] = {
    {.name = "profileRef",
     .type = FieldType::object,
     .member = at<&ClusterTargetSpec::profile_ref>,
     .fields = kProfileRefFields,
     .required = true,
     .help = "KollectProfile by name and namespace."},
    {.type = FieldType::object,
     .member = at<&ClusterTargetSpec::filter>,
     .fields = kCollectionFilterFields},
    {.name = "suspend",
     .type = FieldType::boolean,
     .member = at<&ClusterTargetSpec::suspend>,
     .help = "Stops collecting and drops the rows of this target.",
     .absent = "false"},
};

constexpr Field kStatusFields[] = {
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&ClusterTargetStatus::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "`Ready`, `Synced`, `Degraded`."},
    {.name = "observedGeneration",
     .type = FieldType::int64,
     .member = at<&ClusterTargetStatus::observed_generation>,
     .help = "Generation last processed."},
    {.name = "matchedNamespaces",
     .member = at<&ClusterTargetStatus::matched_namespaces>,
     .list = ListType::set,
     .help = "Namespaces that the filter names, before the scope's ceiling."},
    {.name = "effectiveNamespaces",
     .member = at<&ClusterTargetStatus::effective_namespaces>,
     .list = ListType::set,
     .help = "Namespaces collected from."},
    {.name = "activeResourceRules",
     .type = FieldType::integer,
     .member = at<&ClusterTargetStatus::active_resource_rules>,
     .help = "Rules in force."},
};

constexpr Field kRootFields[] = {
    metadata_row<ClusterTarget>(),
    spec_row<ClusterTarget>(kSpecFields, "What to collect."),
    status_row<ClusterTarget>(kStatusFields, "What is collected."),
};

constexpr Column kColumns[] = {
    {"Ready", "string", R"(.status.conditions[?(@.type=="Ready")].status)"},
    {"Synced", "string", R"(.status.conditions[?(@.type=="Synced")].status)"},
    {"Profile", "string", ".spec.profileRef.name"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {{.suffix = "platform", .name = "platform"}};

constexpr Kind kKind{
    .name = "KollectClusterTarget",
    .plural = "kollectclustertargets",
    .short_name = "kctgt",
    .help = "Which objects to collect across namespaces.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
    .is_cluster_scoped = true,
};

}  // namespace

template <>
const Kind& kind_of<ClusterTarget>() {
  return kKind;
}

}  // namespace kollect::api
