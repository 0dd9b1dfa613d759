#include <filesystem>
#include <fstream>

#include "app/flags.h"
#include "app/objects.h"
#include "app/testing/terminal.h"
#include "base/json_write.h"

namespace kollect::app {
namespace {

constexpr std::string_view kCart = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, uid: u-1}
spec: {replicas: 4, big: 18446744073709551615, env: [{name: DB_PASSWORD, value: hunter2}]}
)";

constexpr std::string_view kProfile = R"(apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {name: replicas, namespace: team}
spec:
  targetGVK: {group: apps, version: v1, kind: Deployment}
  attributes:
    - {name: replicas, path: $.spec.replicas}
    - {name: env, path: $.spec.env}
)";

Terminal with_cart() {
  return {.files = {{"cart.yaml", std::string(kCart)}}, .out = {}, .err = {}};
}

TEST(Eval, prints_one_json_result_per_expression_and_object) {
  Terminal terminal = with_cart();
  EXPECT_EQ(terminal.run({"eval", "-e", "$.spec.replicas", "-e", "cel:object.metadata.name",
                          "-e.spec.none", "-f", "cart.yaml"}),
            kDone);
  EXPECT_EQ(terminal.out, "4\n\"cart\"\nnull\n");
  EXPECT_EQ(terminal.err, "");
}

TEST(Eval, numbers_of_64_bits_stay_exact) {
  Terminal terminal = with_cart();
  terminal.run({"eval", "-e", ".spec.big", "-e", "cel:object.spec.big", "-f", "cart.yaml"});
  EXPECT_EQ(terminal.out, "18446744073709551615\n18446744073709551615\n");
}

TEST(Eval, a_failing_expression_is_told_and_the_others_go_on) {
  Terminal terminal = with_cart();
  EXPECT_EQ(terminal.run(
                {"eval", "-e", "cel:object.spec.none", "-e", "$.spec.replicas", "-f", "cart.yaml"}),
            kIncomplete);
  EXPECT_EQ(terminal.out, "4\n");
  EXPECT_EQ(terminal.err,
            "kollect eval: Deployment shop/cart: -e 'cel:object.spec.none': no such key: 'none'\n");
}

TEST(Eval, what_does_not_compile_shows_the_column) {
  Terminal terminal = with_cart();
  EXPECT_EQ(terminal.run({"eval", "-e", "cel:1 +", "-f", "cart.yaml"}), kBadInput);
  EXPECT_NE(terminal.err.find("1:4"), std::string::npos) << terminal.err;
  EXPECT_NE(terminal.err.find('^'), std::string::npos) << terminal.err;
}

TEST(Eval, doubtful_paths_and_types_draw_a_warning_and_still_work) {
  Terminal terminal = with_cart();
  const std::string path = "$.spec.env[?(@.name==\"DB_PASSWORD\")].name";
  EXPECT_EQ(terminal.run({"eval", "-e", path, "-f", "cart.yaml"}), kDone);
  EXPECT_EQ(terminal.out, "\"DB_PASSWORD\"\n");
  EXPECT_NE(terminal.err.find("warning: -e"), std::string::npos) << terminal.err;
  terminal.err.clear();
  terminal.files["p.yaml"] = std::string(kProfile) + "    - {name: odd, path: $.kind, type: Int}\n";
  EXPECT_EQ(terminal.run({"eval", "--profile", "p.yaml", "-f", "cart.yaml"}), kDone);
  EXPECT_NE(terminal.err.find("attribute \"odd\": type \"Int\""), std::string::npos)
      << terminal.err;
}

TEST(Eval, works_without_an_object) {
  Terminal terminal;
  EXPECT_EQ(terminal.run({"eval", "-e", "cel:[1, 2].map(x, x * 2)"}), kDone);
  EXPECT_EQ(terminal.out, "[2,4]\n");
}

TEST(Eval, a_profile_prints_redacted_rows_of_its_kind) {
  Terminal terminal = with_cart();
  terminal.files["profile.yaml"] = kProfile;
  terminal.files["other.json"] = R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s"}})";
  EXPECT_EQ(
      terminal.run({"eval", "--profile", "profile.yaml", "-f", "cart.yaml", "-f", "other.json"}),
      kDone);
  EXPECT_EQ(
      terminal.out,
      R"({"targetNamespace":"team","targetName":"replicas","namespace":"shop","name":"cart","group":"apps","version":"v1",)"
      R"("kind":"Deployment","uid":"u-1","attributes":{"env":[{"name":"DB_PASSWORD","value":{"reason":"sensitive-key",)"
      R"("redacted":true}}],"replicas":4}})"
      "\n");
}

TEST(Eval, a_profile_that_meets_no_object_of_its_kind_says_so) {
  Terminal terminal;
  terminal.files["profile.yaml"] = kProfile;
  terminal.files["old.json"] = R"({"apiVersion":"apps/v1beta1","kind":"Deployment"})";
  EXPECT_EQ(terminal.run({"eval", "--profile", "profile.yaml", "-f", "old.json"}), kDone);
  EXPECT_EQ(terminal.out, "");
  EXPECT_EQ(terminal.err,
            "kollect eval: profile replicas: none of the objects is a Deployment of apps/v1\n");
}

TEST(Eval, a_profile_with_an_unknown_field_is_refused_with_its_path) {
  Terminal terminal = with_cart();
  terminal.files["profile.yaml"] = std::string(kProfile) + "  atributes: []\n";
  EXPECT_EQ(terminal.run({"eval", "--profile", "profile.yaml", "-f", "cart.yaml"}), kBadInput);
  EXPECT_NE(terminal.err.find("spec.atributes"), std::string::npos) << terminal.err;
}

TEST(Eval, a_missing_file_and_a_missing_mode_are_bad_input) {
  Terminal terminal;
  EXPECT_EQ(terminal.run({"eval", "-e", ".a", "-f", "nope"}), kBadInput);
  EXPECT_EQ(terminal.run({"eval"}), kBadInput);
  EXPECT_EQ(terminal.run({"eval", "--nope"}), kBadInput);
  EXPECT_EQ(terminal.run({"nope"}), kBadInput);
}

TEST(Eval, a_nameless_object_and_a_long_expression_are_named_shortly) {
  Terminal terminal;
  const std::string expression = "cel:object.a == '" + std::string(500, 'x') + "'";
  EXPECT_EQ(terminal.run({"eval", "-e", expression}), kIncomplete);
  EXPECT_TRUE(terminal.err.starts_with("kollect eval: object: -e 'cel:object.a == 'xxx"))
      << terminal.err;
  EXPECT_TRUE(terminal.err.ends_with("xxx...': no such key: 'a'\n")) << terminal.err;
}

class CaseFiles : public testing::Test {
 protected:
  CaseFiles() { std::filesystem::create_directory(folder); }
  ~CaseFiles() override { std::filesystem::remove_all(folder); }
  void add(const std::string& name, std::string text) {
    const std::string path = folder / name;
    std::ofstream(path) << text;
    terminal.files[path] = std::move(text);
  }
  int run() { return terminal.run({"eval", "--cases", folder.string()}); }

  std::filesystem::path folder = testing::TempDir() + "cases" +
                                 std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
                                 testing::UnitTest::GetInstance()->current_test_info()->name();
  Terminal terminal;
};

constexpr auto kCases = R"({"file": "logic", "tests": [
  {"section": "and", "name": "right", "expr": "true && true", "value": {"bool": true}},
  {"section": "and", "name": "wrong", "expr": "true && false", "value": {"bool": true}}]})";

TEST_F(CaseFiles, are_counted_and_a_failure_shows_what_was_expected_and_got) {
  add("logic.json", kCases);
  EXPECT_EQ(run(), kIncomplete);
  constexpr auto kFailure =
      "logic/and/wrong: true && false\n  expected: bool true\n  got:      bool false\n";
  EXPECT_NE(terminal.out.find(kFailure), std::string::npos) << terminal.out;
  EXPECT_TRUE(terminal.out.ends_with("1 passed, 1 failed\n")) << terminal.out;
}

TEST_F(CaseFiles, of_another_format_are_told_and_the_others_run) {
  add("a.json", "{}");
  add("logic.json", kCases);
  EXPECT_EQ(run(), kBadInput);
  EXPECT_NE(terminal.err.find("a.json: neither"), std::string::npos) << terminal.err;
  EXPECT_TRUE(terminal.out.ends_with("1 passed, 1 failed\n")) << terminal.out;
}

TEST_F(CaseFiles, none_at_all_is_no_success) {
  EXPECT_EQ(run(), kBadInput);
  EXPECT_NE(terminal.err.find("no cases"), std::string::npos) << terminal.err;
  EXPECT_EQ(terminal.out, "0 passed, 0 failed\n");
}

std::string objects_of(std::string_view text) {
  json::Arena arena;
  const auto objects = read_objects(text, arena);
  if (!objects) return objects.error().text();
  std::string all;
  for (const json::Value& object : *objects) all += json::to_text(object) + "\n";
  return all;
}

TEST(Objects, come_from_documents_lists_and_lines) {
  EXPECT_EQ(objects_of("a: 1\n---\n---\nb: 2\n"), "{\"a\":1}\n{\"b\":2}\n");
  EXPECT_EQ(objects_of("{\"a\":1}\n{\"b\":2}\n"), "{\"a\":1}\n{\"b\":2}\n");
  EXPECT_EQ(objects_of(R"([{"a":1},{"b":2}])"), "{\"a\":1}\n{\"b\":2}\n");
  EXPECT_EQ(objects_of("{a: 1}"), "{\"a\":1}\n");
  EXPECT_EQ(objects_of(" \n"), "");
}

TEST(Objects, items_of_a_typed_list_get_the_kind_it_implies) {
  EXPECT_EQ(
      objects_of(R"({"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]})"),
      "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}\n");
  EXPECT_EQ(
      objects_of(
          R"({"kind":"List","apiVersion":"v1","items":[{"kind":"Pod"},{"kind":"List","items":[{"kind":"Node"}]}]})"),
      "{\"kind\":\"Pod\"}\n{\"kind\":\"Node\"}\n");
}

TEST(Objects, a_broken_document_is_named_by_its_number) {
  EXPECT_NE(objects_of("{\"a\":1}\n{\"b\":}\n").find("document 2"), std::string::npos);
}

TEST(Flags, are_read_in_all_their_spellings) {
  constexpr Flag kKnown[] = {{.name = "file", .letter = 'f', .value = "FILE", .help = ""},
                             {.name = "all", .letter = 'a', .help = ""}};
  const auto given =
      GivenFlags::parse(std::vector<std::string>{"-f", "a", "-fb", "--file=c", "--file", "d", "-a",
                                                 "rest", "--", "-x"},
                        kKnown);
  ASSERT_TRUE(given.has_value());
  EXPECT_EQ(given->all("file"), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_TRUE(given->has("all"));
  EXPECT_EQ(given->others(), (std::vector<std::string>{"rest", "-x"}));
  EXPECT_EQ(given->last("file"), "d");
}

TEST(Flags, a_wrong_one_is_named_without_its_value) {
  constexpr Flag kKnown[] = {{.name = "file", .letter = 'f', .value = "FILE", .help = ""},
                             {.name = "all", .help = ""}};
  EXPECT_EQ(GivenFlags::parse(std::vector<std::string>{"--token=hunter2"}, kKnown).error().message,
            "unknown flag --token");
  EXPECT_EQ(GivenFlags::parse(std::vector<std::string>{"--file"}, kKnown).error().message,
            "--file needs a value: FILE");
  EXPECT_EQ(GivenFlags::parse(std::vector<std::string>{"--all=si"}, kKnown).error().message,
            "--all is true or false, not si");
}

TEST(Flags, a_switch_may_say_true_or_false) {
  constexpr Flag kKnown[] = {{.name = "all", .help = ""}};
  const auto is_on = [&](const std::vector<std::string>& arguments, bool fallback) {
    return GivenFlags::parse(arguments, kKnown)->is_on("all", fallback);
  };
  EXPECT_TRUE(is_on({"--all"}, false));
  EXPECT_TRUE(is_on({"--all=true"}, false));
  EXPECT_FALSE(is_on({"--all=0"}, true));
  EXPECT_FALSE(is_on({"--all", "--all=False"}, true));
  EXPECT_TRUE(is_on({}, true));
}

}  // namespace
}  // namespace kollect::app
