// The names that Kollect reads and writes on objects: labels, annotations, finalizers, condition
// types.
#pragma once

#include <string_view>

namespace kollect::api {

// Label of a collected object or of a Namespace: `enabled` or `disabled`, exactly. As an annotation
// of a Namespace it is an alias of kNamespaceWatch.
inline constexpr std::string_view kWatch = "kollect.dev/watch";
// Annotation of a Namespace, same values.
inline constexpr std::string_view kNamespaceWatch = "kollect.dev/namespace-watch";

// Annotations of sinks: `true` in any case.
inline constexpr std::string_view kTestConnection = "kollect.dev/test-connection";
inline constexpr std::string_view kPreview = "kollect.dev/preview";
// Annotation of reconciled kinds; any new value asks for one run.
inline constexpr std::string_view kRequestedAt = "kollect.dev/requestedAt";
// Annotations of a profile: exactly `true`.
inline constexpr std::string_view kAllowSecretExtraction = "kollect.dev/allow-secret-extraction";
inline constexpr std::string_view kAllowFullResourceExport =
    "kollect.dev/allow-full-resource-export";

inline constexpr std::string_view kTargetCleanup = "kollect.dev/target-cleanup";
inline constexpr std::string_view kClusterTargetCleanup = "kollect.dev/cluster-target-cleanup";
inline constexpr std::string_view kInventoryCleanup = "kollect.dev/inventory-cleanup";
inline constexpr std::string_view kClusterInventoryCleanup =
    "kollect.dev/cluster-inventory-cleanup";

inline constexpr std::string_view kReady = "Ready";
inline constexpr std::string_view kSynced = "Synced";
inline constexpr std::string_view kDegraded = "Degraded";
inline constexpr std::string_view kSinkReachable = "SinkReachable";
inline constexpr std::string_view kConnectionVerified = "ConnectionVerified";
inline constexpr std::string_view kTlsInsecure = "TLSInsecure";
inline constexpr std::string_view kExportSucceeded = "ExportSucceeded";
inline constexpr std::string_view kExportShardWarning = "ExportShardWarning";

}  // namespace kollect::api
