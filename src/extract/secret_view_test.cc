// The Secret guard S1 and S2 of collection.md 3.7 and edge case 74.
#include "extract/secret_view.h"

#include <gtest/gtest.h>

#include "base/json_write.h"
#include "extract/json_path.h"

namespace kollect::extract {
namespace {

constexpr std::string_view kSecret =
    R"({"data":{"k":"djE="},"kind":"Secret","metadata":{"annotations":{
        "kubectl.kubernetes.io/last-applied-configuration":"{\"data\":1}","note":"n"},"name":"s"},
        "stringData":{"k":"v1"},"type":"Opaque"})";

TEST(SecretView, secrets_are_the_core_kind_in_either_spelling) {
  EXPECT_TRUE(is_secret("", "Secret"));
  EXPECT_TRUE(is_secret("core", "Secret"));
  EXPECT_FALSE(is_secret("example.org", "Secret"));
  EXPECT_FALSE(is_secret("", "ConfigMap"));
}

TEST(SecretView, edge_74_paths_that_name_data_are_rejected) {
  for (const char* path : {"$.data.x", "{.data}", ".data['x']", "..data", "{.DATA.x}", "$.data[0]",
                           "{.spec.data}", "jsonpath:$.data.x", "{ .data }", "{.data(x)}"}) {
    EXPECT_TRUE(names_secret_data(path)) << path;
  }
}

TEST(SecretView, edge_74_other_paths_pass_admission) {
  for (const char* path :
       {"$.metadata.name", "{.type}", "{.dataset}", "{$['data']}", "{.x}", "$"}) {
    EXPECT_FALSE(names_secret_data(path)) << path;
  }
}

TEST(SecretView, s2_hides_data_and_the_last_applied_configuration) {
  const Result<json::Document> secret = json::Document::parse(kSecret);
  json::Arena arena;
  EXPECT_EQ(
      json::to_text(secret_view(secret->root(), arena)),
      R"({"kind":"Secret","metadata":{"annotations":{"note":"n"},"name":"s"},"type":"Opaque"})");
}

TEST(SecretView, s2_no_path_finds_data) {
  const Result<json::Document> secret = json::Document::parse(kSecret);
  json::Arena arena;
  const json::Value view = secret_view(secret->root(), arena);
  for (const char* path : {"{$['data']}", "{..k}", "{.data}", "{['data.k']}", "jsonpath:$..k"}) {
    EXPECT_EQ(compile_json_path(path)->evaluate(view, arena).kind, PathResult::Kind::missing)
        << path;
  }
}

TEST(SecretView, an_object_with_nothing_to_hide_is_shared) {
  const Result<json::Document> object = json::Document::parse(R"({"metadata":{"name":"s"}})");
  json::Arena arena;
  const json::Value view = secret_view(object->root(), arena);
  EXPECT_EQ(view.members().data(), object->root().members().data());
}

TEST(SecretView, odd_shapes_are_left_alone) {
  for (const char* text :
       {"1", "[]", "{}", R"({"metadata":1})", R"({"metadata":{"annotations":[]}})"}) {
    const Result<json::Document> value = json::Document::parse(text);
    json::Arena arena;
    EXPECT_EQ(secret_view(value->root(), arena), value->root()) << text;
  }
}

}  // namespace
}  // namespace kollect::extract
