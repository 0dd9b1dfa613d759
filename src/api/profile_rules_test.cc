#include "api/testing/rule_worlds.h"

namespace kollect::api {
namespace {

#define SECRET(path) \
  "{targetGVK: {version: v1, kind: Secret}, attributes: [{name: a, path: " path "}]}"
#define ATTRIBUTE(path) "{attributes: [{name: a, path: " path "}]}"
#define EXPORT(text) "{export: {" text "}}"

const WarningCase kWarned[] = {
    {"filter", ATTRIBUTE("'{.items[?(@.x==1)]}'"), "spec.attributes[0].path uses a filter"},
    {"prune_cel", EXPORT("mode: Resource, prune: {cel: ['a', 'b']}"),
     "spec.export.prune.cel[1] is reserved"},
    {"prune_filter", EXPORT("mode: Resource, prune: {jsonPaths: ['$.a[?(@.x)]']}"),
     "spec.export.prune.jsonPaths[0] removes nothing"},
    {"prune_wildcard", EXPORT("mode: Resource, prune: {jsonPaths: ['$.a[*].b']}"),
     "removes nothing"},
    {"prune_recursion", EXPORT("mode: Resource, prune: {jsonPaths: ['$..a']}"), "removes nothing"},
    {"prune_braces", EXPORT("mode: Resource, prune: {jsonPaths: ['{.a}']}"), "removes nothing"},
    {"unknown_type", "{attributes: [{name: a, path: '{.a}', type: integer}]}",
     "spec.attributes[0].type \"integer\" is no known type"},
    {"type_in_other_case", "{attributes: [{name: a, path: '{.a}', type: List}]}", "no known type"},
};

class ProfileWarned : public testing::TestWithParam<WarningCase> {};
TEST_P(ProfileWarned, and_admitted) { expect_warned(kSoundProfile, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ProfileWarned, testing::ValuesIn(kWarned), case_name<WarningCase>);

const SoundCase kSound[] = {
    {"as_it_is", "{}"},
    {"neither_attributes_nor_export", "{attributes: null}"},
    {"every_known_type",
     "{attributes: [{name: a, path: x, type: list}, {name: b, path: x, type: int}, {name: c, path: "
     "x, type: map},"
     " {name: d, path: x, type: object, redact: true, optional: true}]}"},
    {"secret_metadata", SECRET("'{.metadata.name}'")},
    {"secret_key_that_contains_data", SECRET("'{.metadata.annotations.database}'")},
    {"secret_data_with_consent", SECRET("'{.data.x}'"), nullptr,
     "{annotations: {kollect.dev/allow-secret-extraction: 'true'}}"},
    {"whole_object_of_another_kind", ATTRIBUTE("'cel:object'"), &with_expressions},
    {"data_of_another_kind", ATTRIBUTE("'{.data.x}'")},
    {"helm_aliases", SECRET("'helm:release.chartVersion'")},
    {"helm_ancestor", SECRET("'helm:release.chart'")},
    {"whole_secret_with_consent",
     "{targetGVK: {version: v1, kind: Secret}, attributes: null, export: {mode: Resource}}",
     nullptr, "{annotations: {kollect.dev/allow-full-resource-export: 'true'}}"},
    {"pointer_to_the_root_key", EXPORT("prune: {jsonPointers: ['/', '/a~0b~1c']}")},
    {"rfc_filter", ATTRIBUTE("'jsonpath:$.items[?(@.x==1)]'")},
    {"five_labels",
     "{attributes: [{name: a, path: x}, {name: b, path: x}, {name: c, path: x}, {name: d, path: x},"
     " {name: e, path: x}], metrics: [{name: m, path: a, labels: [a, b, c, d, e]}]}"},
};

class ProfileSound : public testing::TestWithParam<SoundCase> {};
TEST_P(ProfileSound, draws_nothing) { expect_sound(kSoundProfile, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ProfileSound, testing::ValuesIn(kSound), case_name<SoundCase>);

TEST(ProfileFindings, come_all_at_once) {
  const Reviewed reviewed = review_case(kSoundProfile,
                                        "{targetGVK: {version: '', kind: ''}, attributes: [{name: "
                                        "'', path: ''}, {name: b, path: object.x}]}",
                                        "{}", RuleWorld());
  EXPECT_EQ(reviewed.findings.errors().size(), 5u);
}

}  // namespace
}  // namespace kollect::api
