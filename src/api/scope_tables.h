// Rows that both scopes share.
#pragma once

#include "api/scope.h"
#include "api/tables.h"

namespace kollect::api {

inline constexpr Field kCeilingFields[] = {
    {.name = "allowedGVKs",
     .type = FieldType::object,
     .member = at<&Ceiling::allowed_gvks>,
     .fields = kGvkFields,
     .list = ListType::atomic,
     .help = "Kinds that may be collected.",
     .absent = "any",
     .example = R"([{"group": "apps", "version": "v1", "kind": "Deployment"}])"},
    {.name = "allowedNamespaces",
     .member = at<&Ceiling::allowed_namespaces>,
     .list = ListType::set,
     .help = "Namespaces that may be collected from.",
     .absent = "any"},
    {.name = "deniedNamespaces",
     .member = at<&Ceiling::denied_namespaces>,
     .list = ListType::set,
     .help = "Namespaces that are never collected from.",
     .example = R"(["kube-system"])"},
    {.name = "minExportInterval",
     .type = FieldType::duration,
     .member = at<&Ceiling::min_export_interval>,
     .help = "Lower bound of export intervals, 0 to 24h.",
     .absent = "no bound",
     .example = R"("30s")"},
};

inline constexpr Field kSinkAllowFields[] = {
    {.name = "snapshotSinkRefs",
     .member = at<&SinkAllowLists::snapshot>,
     .list = ListType::set,
     .help = "Names of the snapshot sinks that may be used.",
     .absent = "any"},
    {.name = "databaseSinkRefs",
     .member = at<&SinkAllowLists::database>,
     .list = ListType::set,
     .help = "Names of the database sinks that may be used.",
     .absent = "any"},
    {.name = "eventSinkRefs",
     .member = at<&SinkAllowLists::event>,
     .list = ListType::set,
     .help = "Names of the event sinks that may be used.",
     .absent = "any"},
};

}  // namespace kollect::api
