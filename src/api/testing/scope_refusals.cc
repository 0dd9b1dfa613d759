#include "api/testing/refusals.h"
#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

using enum ErrorType;

const RuleCase kRefused[] = {
    {"kind_without_version", "{allowedGVKs: [{version: '', kind: Pod}]}", "spec.allowedGVKs[0]",
     required, "version and kind"},
    {"kind_without_kind", "{allowedGVKs: [{version: v1, kind: Pod}, {version: v1, kind: ''}]}",
     "spec.allowedGVKs[1]", required, "version and kind"},
    {"allowed_empty", "{allowedNamespaces: ['']}", "spec.allowedNamespaces[0]", invalid, "empty"},
    {"allowed_repeated", "{allowedNamespaces: [a, a]}", "spec.allowedNamespaces[1]", invalid,
     "duplicate"},
    {"denied_empty", "{deniedNamespaces: [' ']}", "spec.deniedNamespaces[0]", invalid, "empty"},
    {"denied_repeated", "{deniedNamespaces: [a, b, b]}", "spec.deniedNamespaces[2]", invalid,
     "\"b\""},
    {"interval_negative", "{minExportInterval: -1s}", "spec.minExportInterval", invalid,
     "negative"},
    {"interval_above_a_day", "{minExportInterval: 48h}", "spec.minExportInterval", invalid, "24h"},
    {"sink_name_empty", "{snapshotSinkRefs: [a, '']}", "spec.snapshotSinkRefs[1]", plain,
     "spec.snapshotSinkRefs[1]: \"\" must not be empty"},
    {"sink_name_repeated", "{eventSinkRefs: [a, a]}", "spec.eventSinkRefs[1]", plain, "duplicate"},
    {"only_the_first_sink_problem", "{databaseSinkRefs: ['', a, a], eventSinkRefs: ['']}",
     "spec.databaseSinkRefs[0]", plain, "must not be empty"},
};

const RuleCase kProbeRefused[] = {
    {"no_sink", "{sinkRef: {}}", "spec.sinkRef", required, "exactly one"},
    {"two_sinks", "{sinkRef: {snapshotSinkRef: a, eventSinkRef: b}}", "spec.sinkRef", invalid,
     "exactly one"},
    {"three_sinks", "{sinkRef: {snapshotSinkRef: a, databaseSinkRef: c, eventSinkRef: b}}",
     "spec.sinkRef", invalid, "exactly one"},
    {"snapshot_blank", "{sinkRef: {snapshotSinkRef: ' '}}", "spec.sinkRef.snapshotSinkRef",
     required, ""},
    {"database_elsewhere", "{sinkRef: {databaseSinkRef: a/b}}", "spec.sinkRef.databaseSinkRef",
     invalid, "bare name"},
    {"event_elsewhere", "{sinkRef: {eventSinkRef: a/b}}", "spec.sinkRef.eventSinkRef", invalid,
     "bare name"},
    {"profile_elsewhere", "{profileRef: a/b}", "spec.profileRef", invalid, "bare name"},
    {"profile_blank", "{profileRef: ' '}", "spec.profileRef", required, ""},
};

}  // namespace

RefusalTable scope_refusals() { return {"scope", kSoundScope, {kRefused}}; }
RefusalTable cluster_scope_refusals() { return {"cluster_scope", kSoundClusterScope, {kRefused}}; }
RefusalTable probe_refusals() { return {"connection_test", kSoundProbe, {kProbeRefused}}; }

}  // namespace kollect::api
