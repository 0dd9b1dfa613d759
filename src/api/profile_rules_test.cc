#include "api/testing/rule_table.h"

namespace kollect::api {
namespace {

using enum ErrorType;

const Subject kSubject{kind_of<Profile>(),
                       "{targetGVK: {group: apps, version: v1, kind: Deployment},"
                       " attributes: [{name: a, path: '{.a}'}, {name: b, path: '{.b}'}]}"};

void with_expressions(RuleWorld& world) {
  world.expressions.broken["object.("] = "1:8: unexpected (";
  world.expressions.broken["{.a"] = "unclosed brace";
  world.expressions.broken["jsonpath:$["] = "unclosed bracket";
  for (const char* text :
       {"object", "object['da' + 'ta']", "{$['d'+'ata']}", "{..x}", "jsonpath:$..*"}) {
    world.expressions.reads_secret_data.insert(text);
  }
}

#define SECRET(path) \
  "{targetGVK: {version: v1, kind: Secret}, attributes: [{name: a, path: " path "}]}"
#define ATTRIBUTE(path) "{attributes: [{name: a, path: " path "}]}"
#define METRIC(text) "{metrics: [" text "]}"
#define EXPORT(text) "{export: {" text "}}"

const RuleCase kRefused[] = {
    {"gvk_without_version", "{targetGVK: {version: '', kind: Pod}}", "spec.targetGVK.version",
     required, ""},
    {"gvk_without_kind", "{targetGVK: {version: v1, kind: ''}}", "spec.targetGVK.kind", required,
     ""},
    {"name_empty", "{attributes: [{name: '', path: '{.a}'}]}", "spec.attributes[0].name", required,
     ""},
    {"name_repeated", "{attributes: [{name: a, path: '{.a}'}, {name: a, path: '{.b}'}]}",
     "spec.attributes[1].name", duplicate, "\"a\""},
    {"path_empty", ATTRIBUTE("''"), "spec.attributes[0].path", required, ""},
    {"path_blank", ATTRIBUTE("'  '"), "spec.attributes[0].path", invalid, "empty"},
    {"cel_empty", ATTRIBUTE("'cel: '"), "spec.attributes[0].path", invalid,
     "CEL expression is empty"},
    {"cel_broken", ATTRIBUTE("'cel:object.('"), "spec.attributes[0].path", invalid,
     "1:8: unexpected (", &with_expressions},
    {"json_path_broken", ATTRIBUTE("'{.a'"), "spec.attributes[0].path", invalid, "unclosed brace",
     &with_expressions},
    {"rfc_path_broken", ATTRIBUTE("'jsonpath:$['"), "spec.attributes[0].path", invalid,
     "unclosed bracket", &with_expressions},
    {"cel_without_prefix", ATTRIBUTE("object.metadata.name"), "spec.attributes[0].path", invalid,
     "cel:"},
    {"cel_index_without_prefix", ATTRIBUTE("'object[0]'"), "spec.attributes[0].path", invalid,
     "cel:"},
    {"helm_other_word", ATTRIBUTE("'helm:chart'"), "spec.attributes[0].path", invalid,
     "helm:release."},
    {"helm_field_empty", ATTRIBUTE("'helm:release.'"), "spec.attributes[0].path", invalid, "empty"},
    {"helm_empty_segment", ATTRIBUTE("'helm:release.chart..x'"), "spec.attributes[0].path", invalid,
     "segment"},
    {"helm_manifest", ATTRIBUTE("'helm:release.manifest'"), "spec.attributes[0].path", invalid,
     "never exported"},
    {"helm_hooks", ATTRIBUTE("'helm:release.hooks.x'"), "spec.attributes[0].path", invalid,
     "never exported"},
    {"helm_templates", ATTRIBUTE("'helm:release.chart.templates'"), "spec.attributes[0].path",
     invalid, "never exported"},
    {"helm_files", ATTRIBUTE("'helm:release.chart.files.a'"), "spec.attributes[0].path", invalid,
     "never exported"},
    {"helm_values", ATTRIBUTE("'helm:release.chart.values.a'"), "spec.attributes[0].path", invalid,
     "never exported"},
    {"helm_raw", ATTRIBUTE("'helm:release.chart.raw'"), "spec.attributes[0].path", invalid,
     "never exported"},
    {"metric_name_empty", METRIC("{name: '', path: a}"), "spec.metrics[0].name", required, ""},
    {"metric_name_repeated", METRIC("{name: m, path: a}, {name: m, path: b}"),
     "spec.metrics[1].name", duplicate, "\"m\""},
    {"metric_path_empty", METRIC("{name: m, path: ''}"), "spec.metrics[0].path", required, ""},
    {"metric_path_unknown", METRIC("{name: m, path: zz}"), "spec.metrics[0].path", invalid,
     "attribute"},
    {"metric_label_empty", METRIC("{name: m, path: a, labels: [a, '']}"),
     "spec.metrics[0].labels[1]", required, ""},
    {"metric_label_unknown", METRIC("{name: m, path: a, labels: [zz]}"),
     "spec.metrics[0].labels[0]", invalid, "attribute"},
    {"metric_label_reserved",
     "{attributes: [{name: series, path: '{.a}'}], metrics: [{name: m, path: series, labels: "
     "[series]}]}",
     "spec.metrics[0].labels[0]", invalid, "already"},
    {"metric_label_no_label_name",
     "{attributes: [{name: a-b, path: '{.a}'}], metrics: [{name: m, path: a-b, labels: [a-b]}]}",
     "spec.metrics[0].labels[0]", invalid, "Prometheus"},
    {"metric_label_digit_first",
     "{attributes: [{name: 1a, path: '{.a}'}], metrics: [{name: m, path: 1a, labels: [1a]}]}",
     "spec.metrics[0].labels[0]", invalid, "Prometheus"},
    {"metric_labels_six",
     "{attributes: [{name: a, path: x}, {name: b, path: x}, {name: c, path: x}, {name: d, path: x},"
     " {name: e, path: x}, {name: f, path: x}], metrics: [{name: m, path: a, labels: [a, b, c, d, "
     "e, f]}]}",
     "spec.metrics[0].labels", too_many, "6: must have at most 5"},
    {"secret_data_path", SECRET("'{.data.password}'"), "spec.attributes[0].path", forbidden,
     "kollect.dev/allow-secret-extraction"},
    {"secret_data_upper_case", SECRET("'{.Data.x}'"), "spec.attributes[0].path", forbidden,
     "annotation"},
    {"secret_data_in_brackets", SECRET("\"{['data']['x']}\""), "spec.attributes[0].path", forbidden,
     "annotation"},
    {"secret_data_after_dollar", SECRET("\"$['data']\""), "spec.attributes[0].path", forbidden,
     "annotation"},
    {"secret_data_cel", SECRET("'cel:object.data.x'"), "spec.attributes[0].path", forbidden,
     "annotation"},
    {"secret_data_cel_index", SECRET("'cel:object[\"data\"]'"), "spec.attributes[0].path",
     forbidden, "annotation"},
    {"secret_whole_object", SECRET("'cel:object'"), "spec.attributes[0].path", forbidden,
     "annotation", &with_expressions},
    {"secret_computed_key", SECRET("\"cel:object['da' + 'ta']\""), "spec.attributes[0].path",
     forbidden, "annotation", &with_expressions},
    {"secret_recursion", SECRET("'{..x}'"), "spec.attributes[0].path", forbidden, "annotation",
     &with_expressions},
    {"secret_rfc_recursion", SECRET("'jsonpath:$..*'"), "spec.attributes[0].path", forbidden,
     "annotation", &with_expressions},
    {"secret_helm_config", SECRET("'helm:release.config'"), "spec.attributes[0].path", forbidden,
     "annotation"},
    {"secret_helm_config_below", SECRET("'helm:release.config.db'"), "spec.attributes[0].path",
     forbidden, "annotation"},
    {"secret_by_the_name_core",
     "{targetGVK: {group: core, version: v1, kind: Secret}, attributes: [{name: a, path: "
     "'{.data}'}]}",
     "spec.attributes[0].path", forbidden, "annotation"},
    {"secret_consent_in_other_words", SECRET("'{.data.x}'"), "spec.attributes[0].path", forbidden,
     "annotation", nullptr, "{annotations: {kollect.dev/allow-secret-extraction: 'True'}}"},
    {"export_without_attributes", "{attributes: null, export: {}}", "spec.attributes", required,
     "Attributes mode"},
    {"export_key_taken", EXPORT("mode: Resource, as: a"), "spec.export.as", duplicate, "\"a\""},
    {"export_key_blank", EXPORT("mode: Resource, as: '  '"), "spec.export.as", invalid, "blank"},
    {"export_key_with_slash", EXPORT("mode: Resource, as: a/b"), "spec.export.as", invalid,
     "slash"},
    {"export_key_with_control", EXPORT("mode: Resource, as: \"a\\tb\""), "spec.export.as", invalid,
     "control"},
    {"pointer_blank", EXPORT("prune: {jsonPointers: ['/a', ' ']}"),
     "spec.export.prune.jsonPointers[1]", invalid, "RFC 6901"},
    {"pointer_relative", EXPORT("prune: {jsonPointers: ['relative']}"),
     "spec.export.prune.jsonPointers[0]", invalid, "RFC 6901"},
    {"pointer_tilde_two", EXPORT("prune: {jsonPointers: ['/a~2b']}"),
     "spec.export.prune.jsonPointers[0]", invalid, "~0 or ~1"},
    {"pointer_tilde_at_the_end", EXPORT("prune: {jsonPointers: ['/a~']}"),
     "spec.export.prune.jsonPointers[0]", invalid, "~0 or ~1"},
    {"whole_secret",
     "{targetGVK: {version: v1, kind: Secret}, attributes: null, export: {mode: Resource}}",
     "spec.export.mode", forbidden, "kollect.dev/allow-full-resource-export"},
    {"whole_secret_with_the_other_consent",
     "{targetGVK: {version: v1, kind: Secret}, attributes: null, export: {mode: Resource}}",
     "spec.export.mode", forbidden, "annotation", nullptr,
     "{annotations: {kollect.dev/allow-secret-extraction: 'true'}}"},
};

class ProfileRefused : public testing::TestWithParam<RuleCase> {};
TEST_P(ProfileRefused, with_path_type_and_gist) { expect_refused(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ProfileRefused, testing::ValuesIn(kRefused), case_name<RuleCase>);

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
TEST_P(ProfileWarned, and_admitted) { expect_warned(kSubject, GetParam()); }
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
TEST_P(ProfileSound, draws_nothing) { expect_sound(kSubject, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Rules, ProfileSound, testing::ValuesIn(kSound), case_name<SoundCase>);

TEST(ProfileFindings, come_all_at_once) {
  const Reviewed reviewed = review_case(kSubject,
                                        "{targetGVK: {version: '', kind: ''}, attributes: [{name: "
                                        "'', path: ''}, {name: b, path: object.x}]}",
                                        "{}", RuleWorld());
  EXPECT_EQ(reviewed.findings.errors().size(), 5u);
}

}  // namespace
}  // namespace kollect::api
