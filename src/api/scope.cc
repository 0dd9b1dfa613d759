#include "api/scope.h"

#include "api/kind.h"
#include "api/scope_tables.h"

namespace kollect::api {
namespace {

constexpr Field kSpecFields[] = {
    {.type = FieldType::object, .member = at<&ScopeSpec::ceiling>, .fields = kCeilingFields},
    {.type = FieldType::object, .member = at<&ScopeSpec::sinks>, .fields = kSinkAllowFields},
};

constexpr Field kRootFields[] = {
    metadata_row<Scope>(),
    spec_row<Scope>(kSpecFields, "What this namespace may do."),
};

constexpr Column kColumns[] = {
    {"Min Interval", "string", ".spec.minExportInterval"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {{.suffix = "team", .name = "team-a"}};

constexpr Kind kKind{
    .name = "KollectScope",
    .plural = "kollectscopes",
    .short_name = "kscope",
    .help = "Static ceiling of what its namespace may collect and export.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
    .requires_metadata = true,
};

}  // namespace

template <>
const Kind& kind_of<Scope>() {
  return kKind;
}

}  // namespace kollect::api
