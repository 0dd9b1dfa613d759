#include "api/testing/refusals.h"
#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

using enum ErrorType;

#define REF(text) "{databaseSinkRefs: [{name: pg, " text "}]}"
#define SEVEN "{name: a1}, {name: a2}, {name: a3}, {name: a4}, {name: a5}, {name: a6}, {name: a7}"

const RuleCase kRefused[] = {
    {"twenty_one_refs",
     "{snapshotSinkRefs: [" SEVEN "], databaseSinkRefs: [" SEVEN "], eventSinkRefs: [" SEVEN "]}",
     "spec", invalid, "at most 20"},
    {"too_many_hide_the_rest",
     "{snapshotSinkRefs: [" SEVEN "], databaseSinkRefs: [" SEVEN
     "], eventSinkRefs: [{name: ''}, {name: a/b}, " SEVEN "]}",
     "spec", invalid, "23"},
    {"ref_blank", "{eventSinkRefs: [{name: bus}, {name: ' '}]}", "spec.eventSinkRefs[1].name",
     required, ""},
    {"ref_elsewhere", "{snapshotSinkRefs: [{name: other/git}]}", "spec.snapshotSinkRefs[0].name",
     invalid, "bare name"},
    {"ref_repeated", "{databaseSinkRefs: [{name: pg}, {name: pg}]}",
     "spec.databaseSinkRefs[1].name", duplicate, "\"pg\""},
    {"ref_namespace", REF("namespace: other"), "spec.databaseSinkRefs[0].namespace", forbidden,
     "own namespace"},
    {"ref_own_namespace", REF("namespace: team-a"), "spec.databaseSinkRefs[0].namespace", forbidden,
     "own namespace"},
    {"ref_interval_negative", REF("exportMinInterval: -1s"),
     "spec.databaseSinkRefs[0].exportMinInterval", invalid, "must not be negative"},
    {"ref_interval_above_a_day", REF("exportMinInterval: 24h0m1s"),
     "spec.databaseSinkRefs[0].exportMinInterval", invalid, "at most 24h"},
    {"ref_bytes_zero", REF("maxExportBytes: 0"), "spec.databaseSinkRefs[0].maxExportBytes", invalid,
     "1572864"},
    {"ref_bytes_above_the_cap", REF("maxExportBytes: 1572865"),
     "spec.databaseSinkRefs[0].maxExportBytes", invalid,
     "1572865: must be above 0 and at most 1572864"},
    {"interval_negative", "{exportMinInterval: -1ns}", "spec.exportMinInterval", invalid,
     "\"-1ns\""},
    {"interval_above_a_day", "{exportMinInterval: 25h}", "spec.exportMinInterval", invalid,
     "\"25h0m0s\""},
    {"bytes_zero", "{maxExportBytes: 0}", "spec.maxExportBytes", invalid, "above 0"},
    {"bytes_negative", "{maxExportBytes: -5}", "spec.maxExportBytes", invalid, "-5"},
    {"bytes_above_the_cap", "{maxExportBytes: 2000000}", "spec.maxExportBytes", invalid, "1572864"},
    {"scope_look_up", "{}", "spec", internal, "connection refused", &with_failing_scopes},
    {"floor_above_the_default", "{}", "spec.exportMinInterval", invalid, "at least 1m0s",
     &with_floor},
    {"floor_above_the_interval", "{exportMinInterval: 59s}", "spec.exportMinInterval", invalid,
     "\"59s\"", &with_floor},
    {"floor_above_a_ref",
     "{exportMinInterval: 1m, eventSinkRefs: [{name: a}, {name: b, exportMinInterval: 30s}]}",
     "spec.sinkRefs[1].exportMinInterval", invalid, "at least 1m0s", &with_floor},
    {"floor_above_a_zero_ref", "{snapshotSinkRefs: [{name: a, exportMinInterval: 0s}]}",
     "spec.sinkRefs[0].exportMinInterval", invalid, "\"0s\"", &with_low_floor},
    {"sink_not_permitted", "{eventSinkRefs: [{name: bus}, {name: other}]}",
     "spec.eventSinkRefs[1].name", forbidden,
     "\"other\" is not in eventSinkRefs of KollectScope \"ceiling\"", &with_allow_list},
    {"snapshot_sink_not_permitted", "{snapshotSinkRefs: [{name: s3}]}",
     "spec.snapshotSinkRefs[0].name", forbidden, "\"s3\"", &with_allow_list},
};

}  // namespace

RefusalTable inventory_refusals() { return {"inventory", kSoundInventory, {kRefused}}; }

}  // namespace kollect::api
