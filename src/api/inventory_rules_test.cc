#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

#define REF(text) "{databaseSinkRefs: [{name: pg, " text "}]}"
#define SEVEN "{name: a1}, {name: a2}, {name: a3}, {name: a4}, {name: a5}, {name: a6}, {name: a7}"

const WarningCase kWarned[] = {
    {"http_endpoint", "{httpEndpoint: {enabled: true, port: 80}}",
     "spec.httpEndpoint has no effect"},
    {"namespace_cluster", "{}", "namespace \"cluster\"", nullptr, "{namespace: cluster}"},
};

class InventoryWarned : public testing::TestWithParam<WarningCase> {};
TEST_P(InventoryWarned, and_admitted) { expect_warned(kSoundInventory, GetParam()); }
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
TEST_P(InventorySound, draws_nothing) { expect_sound(kSoundInventory, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, InventorySound, testing::ValuesIn(kSound), case_name<SoundCase>);

TEST(InventoryFindings, of_two_refs_come_together) {
  const Findings findings =
      review_case(kSoundInventory, "{snapshotSinkRefs: [{name: ''}], eventSinkRefs: [{name: a/b}]}",
                  "{}", RuleWorld())
          .findings;
  EXPECT_EQ(findings.errors().size(), 2u);
}

}  // namespace
}  // namespace kollect::api
