#include "api/testing/rule_table.h"

namespace kollect::api {
namespace {

using enum ErrorType;

const Subject kSubject{kind_of<Inventory>(), "{snapshotSinkRefs: [{name: git}]}"};

#define REF(text) "{databaseSinkRefs: [{name: pg, " text "}]}"
#define SEVEN "{name: a1}, {name: a2}, {name: a3}, {name: a4}, {name: a5}, {name: a6}, {name: a7}"

void with_failing_scopes(RuleWorld& world) { world.cluster.scopes_fail = true; }
void with_floor(RuleWorld& world) {
  world.cluster.scopes["team-a"] = scope_from("{minExportInterval: 1m}");
}
void with_low_floor(RuleWorld& world) {
  world.cluster.scopes["team-a"] = scope_from("{minExportInterval: 20s}");
}
void with_allow_list(RuleWorld& world) {
  world.cluster.scopes["team-a"] = scope_from("{snapshotSinkRefs: [git], eventSinkRefs: [bus]}");
}

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

class InventoryRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(InventoryRefused, with_path_type_and_gist) { expect_refused(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, InventoryRefused, testing::ValuesIn(kRefused), case_name<RuleCase>);

const WarningCase kWarned[] = {
    {"http_endpoint", "{httpEndpoint: {enabled: true, port: 80}}",
     "spec.httpEndpoint has no effect"},
    {"namespace_cluster", "{}", "namespace \"cluster\"", nullptr, "{namespace: cluster}"},
};

class InventoryWarned : public testing::TestWithParam<WarningCase> {};
TEST_P(InventoryWarned, and_admitted) { expect_warned(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, InventoryWarned, testing::ValuesIn(kWarned),
                         case_name<WarningCase>);

const SoundCase kSound[] = {
    {"as_it_is", "{}"},
    {"without_sinks", "{snapshotSinkRefs: null}"},
    {"one_name_in_two_families", "{databaseSinkRefs: [{name: git}]}"},
    {"exactly_twenty",
     "{snapshotSinkRefs: [" SEVEN "], databaseSinkRefs: [" SEVEN
     "], eventSinkRefs: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, {name: f}]}"},
    {"interval_zero", "{exportMinInterval: 0s}"},
    {"interval_of_a_day", "{exportMinInterval: 24h}"},
    {"bytes_at_the_cap", "{maxExportBytes: 1572864}"},
    {"ref_above_the_inventory", REF("maxExportBytes: 1000") /* replaces, up or down */},
    {"interval_at_the_floor", "{exportMinInterval: 60s}", &with_floor},
    {"permitted_sink", "{eventSinkRefs: [{name: bus}], databaseSinkRefs: [{name: any}]}",
     &with_allow_list},
    {"names_as_text", "{snapshotSinkRefs: [git, s3]}"},
};

class InventorySound : public testing::TestWithParam<SoundCase> {};
TEST_P(InventorySound, draws_nothing) { expect_sound(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, InventorySound, testing::ValuesIn(kSound), case_name<SoundCase>);

TEST(InventoryFindings, of_two_refs_come_together) {
  const Findings findings =
      review_case(kSubject, "{snapshotSinkRefs: [{name: ''}], eventSinkRefs: [{name: a/b}]}", "{}",
                  RuleWorld())
          .findings;
  EXPECT_EQ(findings.errors().size(), 2u);
}

}  // namespace
}  // namespace kollect::api
