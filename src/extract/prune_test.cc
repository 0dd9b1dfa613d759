// The rules P1 to P8 of collection.md 4 and its edge cases 75 to 83, by number.
#include "extract/prune.h"

#include <gtest/gtest.h>

#include "base/json_write.h"

namespace kollect::extract {
namespace {

constexpr std::string_view kObject = R"({"apiVersion":"v1","kind":"K","metadata":{"annotations":{
  "argocd.argoproj.io/tracking-id":"t","kubectl.kubernetes.io/last-applied-configuration":"{}","x":"y"},
  "generation":2,"labels":{"l":"m"},"managedFields":[1],"name":"n","namespace":"s",
  "resourceVersion":"9","uid":"u"},"rules":[1],"spec":{"a":1},"status":{"b":2}})";

std::string pruned(std::string_view text, const PruneSpec& spec) {
  const Result<json::Document> object = json::Document::parse(text);
  json::Arena arena;
  std::string out = json::to_text(Pruner(spec).prune(object->root(), arena));
  EXPECT_EQ(json::to_text(object->root()), json::to_text(json::Document::parse(text)->root()));
  return out;
}

struct Section {
  const char* name;
  Include include;
  const char* expected;
};

class SectionCase : public ::testing::TestWithParam<Section> {};

TEST_P(SectionCase, keeps_exactly_its_keys) {
  PruneSpec spec;
  spec.include = GetParam().include;
  spec.defaults = true;
  EXPECT_EQ(pruned(kObject, spec), GetParam().expected);
}

constexpr const char* kMetadata = R"("metadata":{"annotations":{"x":"y"},"labels":{"l":"m"}})";
const std::string kMetadataOnly =
    R"({"apiVersion":"v1","kind":"K",)" + std::string(kMetadata) + "}";
const std::string kAll = R"({"apiVersion":"v1","kind":"K",)" + std::string(kMetadata) +
                         R"(,"rules":[1],"spec":{"a":1},"status":{"b":2}})";

const Section kSections[] = {
    {"edge_75_spec", Include::spec_only, R"({"apiVersion":"v1","kind":"K","spec":{"a":1}})"},
    {"edge_75_status", Include::status_only, R"({"apiVersion":"v1","kind":"K","status":{"b":2}})"},
    {"edge_75_default", PruneSpec().include,
     R"({"apiVersion":"v1","kind":"K","spec":{"a":1},"status":{"b":2}})"},
    {"edge_76_metadata", Include::metadata_only, kMetadataOnly.c_str()},
    {"edge_76_all", Include::all, kAll.c_str()},
};
INSTANTIATE_TEST_SUITE_P(Prune, SectionCase, ::testing::ValuesIn(kSections),
                         [](const ::testing::TestParamInfo<Section>& s) { return s.param.name; });

TEST(Prune, edge_75_all_without_defaults_keeps_the_resource_version) {
  PruneSpec spec{.include = Include::all, .defaults = false};
  EXPECT_NE(pruned(kObject, spec).find("resourceVersion"), std::string::npos);
}

TEST(Prune, edge_77_identity_goes_and_the_api_version_stays) {
  PruneSpec spec{.include = Include::metadata_only, .defaults = false};
  const std::string out = pruned(kObject, spec);
  EXPECT_NE(out.find("apiVersion"), std::string::npos);
  for (const char* gone : {"\"name\"", "\"namespace\"", "\"uid\""}) {
    EXPECT_EQ(out.find(gone), std::string::npos) << gone;
  }
}

TEST(Prune, p2_identity_stays_when_it_is_asked_for) {
  PruneSpec spec{.include = Include::metadata_only, .dedupe_identity = false};
  EXPECT_NE(pruned(kObject, spec).find("\"uid\":\"u\""), std::string::npos);
}

constexpr const char* kLists =
    R"({"spec":{"a":[{"type":"x","v":1},{"type":"y"}],"l":{"pod-template-hash":"h","q.r":1}}})";

struct Cut {
  const char* name;
  const char* entry;
  const char* expected;
};

constexpr const char* kUnchanged = kLists;

class PointerCase : public ::testing::TestWithParam<Cut> {};

TEST_P(PointerCase, cuts) {
  PruneSpec spec;
  spec.json_pointers = {GetParam().entry};
  EXPECT_EQ(pruned(kLists, spec), GetParam().expected);
}

constexpr Cut kPointers[] = {
    {"edge_78_element", "/spec/a/0",
     R"({"spec":{"a":[null,{"type":"y"}],"l":{"pod-template-hash":"h","q.r":1}}})"},
    {"edge_78_member_of_element", " /spec/a/0/type ",
     R"({"spec":{"a":[{"v":1},{"type":"y"}],"l":{"pod-template-hash":"h","q.r":1}}})"},
    {"edge_78_beyond", "/spec/a/2", kUnchanged},
    {"edge_78_negative", "/spec/a/-1", kUnchanged},
    {"edge_78_after_last", "/spec/a/-", kUnchanged},
    {"edge_78_word", "/spec/a/first", kUnchanged},
    {"edge_78_leading_zero", "/spec/a/00", kUnchanged},
    {"edge_79_empty", "", kUnchanged},
    {"edge_79_blank", "  ", kUnchanged},
    {"edge_79_root", "/", kUnchanged},
    {"edge_79_relative", "spec/a", kUnchanged},
    {"p4_missing", "/spec/x/y", kUnchanged},
    {"p4_below_scalar", "/spec/a/0/v/w", kUnchanged},
    {"p4_whole_section", "/spec", "{}"},
};
INSTANTIATE_TEST_SUITE_P(Prune, PointerCase, ::testing::ValuesIn(kPointers),
                         [](const ::testing::TestParamInfo<Cut>& c) { return c.param.name; });

class PathCase : public ::testing::TestWithParam<Cut> {};

TEST_P(PathCase, cuts) {
  PruneSpec spec;
  spec.json_paths = {GetParam().entry};
  EXPECT_EQ(pruned(kLists, spec), GetParam().expected);
}

constexpr const char* kWithoutHash =
    R"({"spec":{"a":[{"type":"x","v":1},{"type":"y"}],"l":{"q.r":1}}})";
constexpr const char* kWithoutDotted =
    R"({"spec":{"a":[{"type":"x","v":1},{"type":"y"}],"l":{"pod-template-hash":"h"}}})";

constexpr Cut kJsonPaths[] = {
    {"edge_80_double_quotes", R"($.spec.l["pod-template-hash"])", kWithoutHash},
    {"edge_80_single_quotes", ".spec.l['pod-template-hash']", kWithoutHash},
    {"edge_80_no_quotes", "spec.l[pod-template-hash]", kWithoutHash},
    {"edge_80_dots_in_quotes", "$.spec.l['q.r']", kWithoutDotted},
    {"edge_80_index", "$.spec.a[1]",
     R"({"spec":{"a":[{"type":"x","v":1},null],"l":{"pod-template-hash":"h","q.r":1}}})"},
    {"edge_80_elements", "$.spec.a[*]", kUnchanged},
    {"edge_80_wildcard", "$.spec.*", kUnchanged},
    {"edge_80_filter", "$.spec.a[?(@.v)]", kUnchanged},
    {"edge_80_open_bracket", "$.spec.l['pod-template-hash'", kUnchanged},
    {"p6_descend", "$..type", kUnchanged},
    {"p6_braces", "{.spec.l}", kUnchanged},
    {"p6_nothing", "$", kUnchanged},
};
INSTANTIATE_TEST_SUITE_P(Prune, PathCase, ::testing::ValuesIn(kJsonPaths),
                         [](const ::testing::TestParamInfo<Cut>& c) { return c.param.name; });

TEST(Prune, p4_escapes_name_keys_with_slash_and_tilde) {
  PruneSpec spec;
  spec.json_pointers = {"/spec/a~1b", "/spec/c~0d", "/spec/~01"};
  EXPECT_EQ(pruned(R"({"spec":{"a/b":1,"c~d":2,"~1":3,"e":4}})", spec), R"({"spec":{"e":4}})");
}

PruneReview review_of(const PruneSpec& spec) {
  const std::vector<std::string> attributes = {"image"};
  return review(spec, attributes);
}

TEST(Prune, edge_79_p5_bad_pointers_are_rejected) {
  PruneSpec spec;
  spec.json_pointers = {"", "  ", "relative", "/a~2", "/a~", "/", "/a~0~1"};
  EXPECT_EQ(review_of(spec).errors.size(), 5U);
}

TEST(Prune, edge_82_p8_the_name_must_be_free_and_plain) {
  for (const char* as : {"image", " ", "a/b", "a\nb"}) {
    PruneSpec spec;
    spec.as = as;
    EXPECT_EQ(review_of(spec).errors.size(), 1U) << as;
  }
  EXPECT_TRUE(review_of(PruneSpec()).errors.empty());
}

TEST(Prune, edge_83_reserved_and_inert_entries_draw_warnings) {
  PruneSpec spec;
  spec.cel = {"object.x"};
  spec.json_paths = {"$.a[*]", "$.b"};
  EXPECT_EQ(review_of(spec).warnings.size(), 2U);
}

TEST(Prune, sections_are_all_that_it_needs) {
  json::PathTrie wanted;
  Pruner(PruneSpec{.include = Include::spec_only}).add_needed_paths(wanted);
  json::Scanner scanner;
  json::Arena arena;
  const auto partial =
      scanner.scan(R"({"kind":"K","metadata":{"a":1},"spec":{"b":[{"c":2}]}})", wanted, arena);
  EXPECT_EQ(json::to_text(*partial), R"({"kind":"K","spec":{"b":[{"c":2}]}})");
}

}  // namespace
}  // namespace kollect::extract
