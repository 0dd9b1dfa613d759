#include "api/kind.h"
#include "api/scope.h"
#include "api/scope_tables.h"

namespace kollect::api {
namespace {

constexpr Field kSpecFields[] = {
    {.type = FieldType::object, .member = at<&ClusterScopeSpec::ceiling>, .fields = kCeilingFields},
    {.type = FieldType::object, .member = at<&ClusterScopeSpec::sinks>, .fields = kSinkAllowFields},
    {.name = "allowedStaticRefNamespaces",
     .member = at<&ClusterScopeSpec::allowed_static_ref_namespaces>,
     .list = ListType::set,
     .help = "Namespaces whose profiles and sinks cluster kinds may refer to, and whose Secrets "
             "sinks of "
             "other namespaces may use for cluster inventories.",
     .absent = "profiles and sinks of any namespace, Secrets of none",
     .example = R"(["kollect-system"])"},
};

constexpr Field kRootFields[] = {
    metadata_row<ClusterScope>(),
    spec_row<ClusterScope>(kSpecFields, "What cluster kinds may do."),
};

constexpr Column kColumns[] = {
    {"Min Interval", "string", ".spec.minExportInterval"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {{.suffix = "platform", .name = "platform"}};

constexpr Kind kKind{
    .name = "KollectClusterScope",
    .plural = "kollectclusterscopes",
    .short_name = "kcscope",
    .help = "Static ceiling of what cluster targets and cluster inventories may do.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
    .is_cluster_scoped = true,
    .requires_metadata = true,
};

}  // namespace

template <>
const Kind& kind_of<ClusterScope>() {
  return kKind;
}

}  // namespace kollect::api
