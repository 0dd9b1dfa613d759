// Rows that several kinds share, for the tables of this module only.
#pragma once

#include "api/field.h"
#include "api/scalar.h"
#include "api/types.h"

namespace kollect::api {

inline constexpr Pattern kDnsLabelPattern{"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", &is_dns_label_text};
inline constexpr Pattern kConditionTypePattern{
    R"(^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$)",
    &is_condition_type};
inline constexpr Pattern kConditionReasonPattern{"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
                                                 &is_condition_reason};

inline constexpr Field kMetadataFields[] = {
    {.name = "name", .member = at<&Metadata::name>},
    {.name = "generateName", .member = at<&Metadata::generate_name>},
    {.name = "namespace", .member = at<&Metadata::namespace_name>},
    {.name = "uid", .member = at<&Metadata::uid>},
    {.name = "resourceVersion", .member = at<&Metadata::resource_version>},
    {.name = "generation", .type = FieldType::int64, .member = at<&Metadata::generation>},
    {.name = "creationTimestamp",
     .type = FieldType::time,
     .member = at<&Metadata::creation_timestamp>},
    {.name = "deletionTimestamp",
     .type = FieldType::time,
     .member = at<&Metadata::deletion_timestamp>},
    {.name = "labels", .type = FieldType::text_map, .member = at<&Metadata::labels>},
    {.name = "annotations", .type = FieldType::text_map, .member = at<&Metadata::annotations>},
    {.name = "finalizers", .member = at<&Metadata::finalizers>, .list = ListType::set},
};

// The rows at the root of a kind.
template <typename Object>
constexpr Field metadata_row() {
  return {.name = "metadata",
          .type = FieldType::object,
          .member = at<&Object::metadata>,
          .fields = kMetadataFields};
}
template <typename Object>
constexpr Field spec_row(std::span<const Field> fields, std::string_view help) {
  return {.name = "spec",
          .type = FieldType::object,
          .member = at<&Object::spec>,
          .fields = fields,
          .required = true,
          .help = help};
}
template <typename Object>
constexpr Field status_row(std::span<const Field> fields, std::string_view help) {
  return {.name = "status",
          .type = FieldType::object,
          .member = at<&Object::status>,
          .fields = fields,
          .help = help};
}

inline constexpr Field kGvkFields[] = {
    {.name = "group",
     .member = at<&Gvk::group>,
     .help = "API group.",
     .absent = "the core group",
     .example = R"("apps")"},
    {.name = "version",
     .member = at<&Gvk::version>,
     .required = true,
     .help = "API version.",
     .example = R"("v1")"},
    {.name = "kind",
     .member = at<&Gvk::kind>,
     .required = true,
     .help = "Kind.",
     .example = R"("Deployment")"},
};

inline constexpr std::string_view kOperatorHelp = "`In`, `NotIn`, `Exists` or `DoesNotExist`.";

inline constexpr Field kRequirementFields[] = {
    {.name = "key", .member = at<&LabelRequirement::key>, .required = true, .help = "Label key."},
    {.name = "operator",
     .member = at<&LabelRequirement::op>,
     .required = true,
     .help = kOperatorHelp},
    {.name = "values",
     .member = at<&LabelRequirement::values>,
     .list = ListType::atomic,
     .help = "Operands of `In` and `NotIn`."},
};

inline constexpr Field kSelectorFields[] = {
    {.name = "matchLabels",
     .type = FieldType::text_map,
     .member = at<&LabelSelector::match_labels>,
     .help = "Labels that must have these values."},
    {.name = "matchExpressions",
     .type = FieldType::object,
     .member = at<&LabelSelector::match_expressions>,
     .fields = kRequirementFields,
     .list = ListType::atomic,
     .help = "Requirements that must all hold."},
};

inline constexpr Field kSecretRefFields[] = {
    {.name = "name",
     .member = at<&ObjectRef::name>,
     .required = true,
     .help = "Name of the Secret.",
     .example = R"("inventory-credentials")"},
    {.name = "namespace",
     .member = at<&ObjectRef::namespace_name>,
     .help = "Namespace of the Secret. Another than the sink's own needs the consent of a "
             "KollectClusterScope.",
     .absent = "the namespace of the sink"},
};

inline constexpr Field kConditionFields[] = {
    {.name = "type",
     .member = at<&Condition::type>,
     .required = true,
     .pattern = &kConditionTypePattern,
     .max_length = 316,
     .help = "What this condition is about."},
    {.name = "status",
     .member = at<&Condition::status>,
     .required = true,
     .values = "True False Unknown",
     .help = "Whether it holds."},
    {.name = "reason",
     .member = at<&Condition::reason>,
     .required = true,
     .pattern = &kConditionReasonPattern,
     .min_length = 1,
     .max_length = 1024,
     .help = "Why, as one word for programs."},
    {.name = "message",
     .member = at<&Condition::message>,
     .required = true,
     .max_length = 32768,
     .help = "Why, for people."},
    {.name = "lastTransitionTime",
     .type = FieldType::time,
     .member = at<&Condition::last_transition_time>,
     .required = true,
     .help = "When the status last changed."},
    {.name = "observedGeneration",
     .type = FieldType::int64,
     .member = at<&Condition::observed_generation>,
     .min = 0,
     .help = "Generation of the object that this condition was set for."},
};

inline constexpr Field kSinkRefFields[] = {
    {.name = "name", .member = at<&SinkRef::name>, .required = true, .help = "Name of the sink."},
    {.name = "namespace",
     .member = at<&SinkRef::namespace_name>,
     .help = "Namespace of the sink; only in a KollectClusterInventory.",
     .absent = "`spec.sinkNamespace`"},
    {.name = "exportMinInterval",
     .type = FieldType::duration,
     .member = at<&SinkRef::export_min_interval>,
     .help = "Shortest time between exports of unchanged content, 0 to 24h.",
     .absent = "that of the sink, then that of the inventory"},
    {.name = "maxExportBytes",
     .type = FieldType::int64,
     .member = at<&SinkRef::max_export_bytes>,
     .help = "Size above which an export is split; at most the operator's cap.",
     .absent = "that of the inventory"},
};

inline constexpr Field kSinkRefsFields[] = {
    {.name = "snapshotSinkRefs",
     .type = FieldType::object,
     .member = at<&SinkRefs::snapshot>,
     .fields = kSinkRefFields,
     .list = ListType::plain,
     .help = "Snapshot sinks to export to.",
     .text_item = "name",
     .example = R"([{"name": "inventory-git"}])"},
    {.name = "databaseSinkRefs",
     .type = FieldType::object,
     .member = at<&SinkRefs::database>,
     .fields = kSinkRefFields,
     .list = ListType::plain,
     .help = "Database sinks to export to.",
     .text_item = "name",
     .example = R"([{"name": "inventory-postgres", "exportMinInterval": "1m0s"}])"},
    {.name = "eventSinkRefs",
     .type = FieldType::object,
     .member = at<&SinkRefs::event>,
     .fields = kSinkRefFields,
     .list = ListType::plain,
     .help = "Event sinks to export to; the three lists hold at most 20 together.",
     .text_item = "name"},
};

inline constexpr Field kSinkExportFields[] = {
    {.name = "name",
     .member = at<&SinkExport::name>,
     .required = true,
     .help = "`snapshot/<sink>`, `database/<sink>` or `event/<sink>`."},
    {.name = "namespace",
     .member = at<&SinkExport::namespace_name>,
     .help = "Namespace of the sink; set by cluster inventories."},
    {.name = "lastExportTime",
     .type = FieldType::time,
     .member = at<&SinkExport::last_export_time>,
     .help = "Last accepted export."},
    {.name = "lastChecksum",
     .member = at<&SinkExport::last_checksum>,
     .help = "Fingerprint of what was last exported."},
    {.name = "conditions",
     .type = FieldType::object,
     .member = at<&SinkExport::conditions>,
     .fields = kConditionFields,
     .list = ListType::map,
     .list_key = "type",
     .help = "`Synced` of this sink."},
};

inline constexpr Field kResourceRuleFields[] = {
    {.name = "gvk",
     .type = FieldType::object,
     .member = at<&ResourceRule::gvk>,
     .fields = kGvkFields,
     .required = true,
     .help = "Kind that the rule matches; only the kind of the profile is collected."},
    {.name = "namespaceSelector",
     .type = FieldType::object,
     .member = at<&ResourceRule::namespace_selector>,
     .fields = kSelectorFields,
     .atomic_object = true,
     .help = "Labels of the namespace."},
    {.name = "matchLabels",
     .type = FieldType::text_map,
     .member = at<&ResourceRule::match_labels>,
     .help = "Labels that the object must have."},
    {.name = "matchExpressions",
     .type = FieldType::object,
     .member = at<&ResourceRule::match_expressions>,
     .fields = kRequirementFields,
     .list = ListType::plain,
     .help = "Label requirements of the object, besides `matchLabels`."},
    {.name = "matchPolicy",
     .member = at<&ResourceRule::match_policy>,
     .help = "CEL expression over `object` that must be true; an error counts as no match."},
};

inline constexpr Field kCollectionFilterFields[] = {
    {.name = "namespaceSelector",
     .type = FieldType::object,
     .member = at<&CollectionFilter::namespace_selector>,
     .fields = kSelectorFields,
     .atomic_object = true,
     .help = "Labels of the namespaces to collect from.",
     .absent = "all namespaces",
     .example = R"({"matchLabels": {"kollect.dev/tenant": "team-a"}})"},
    {.name = "includedNamespaces",
     .member = at<&CollectionFilter::included_namespaces>,
     .list = ListType::set,
     .help = "Namespaces to collect from, narrowed by the selector.",
     .absent = "the operator's default list, else all"},
    {.name = "excludedNamespaces",
     .member = at<&CollectionFilter::excluded_namespaces>,
     .list = ListType::set,
     .help = "Namespaces never collected from.",
     .example = R"(["kube-system"])"},
    {.name = "namespaceExcludeSelector",
     .type = FieldType::object,
     .member = at<&CollectionFilter::namespace_exclude_selector>,
     .fields = kSelectorFields,
     .atomic_object = true,
     .help = "Labels of namespaces to leave out."},
    {.name = "resourceRules",
     .type = FieldType::object,
     .member = at<&CollectionFilter::resource_rules>,
     .fields = kResourceRuleFields,
     .list = ListType::atomic,
     .help = "Rules of which one must match an object. With rules, `labelSelector` and `names` are "
             "not used."},
};

}  // namespace kollect::api
