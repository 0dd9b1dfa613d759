// The rules R1 to R6 and P9 of collection.md and its edge cases 71 to 73, by number.
#include "extract/scrub.h"

#include <gtest/gtest.h>

#include "base/json_write.h"

namespace kollect::extract {
namespace {

constexpr const char* kMark = R"({"reason":"sensitive-key","redacted":true})";

std::string scrubbed(std::string_view text, const std::vector<std::string>& extra = {}) {
  const Result<json::Document> value = json::Document::parse(text);
  json::Arena arena;
  std::string out = json::to_text(Scrubber(extra).scrub(value->root(), arena));
  for (size_t at = 0; (at = out.find(kMark)) != std::string::npos;) {
    out.replace(at, std::string_view(kMark).size(), "MARK");
  }
  return out;
}

TEST(Scrub, r1_every_built_in_key_is_sensitive) {
  for (const char* key :
       {"password", "passwd", "secret", "token", "apikey", "api_key", "privatekey", "private_key",
        "credential", "auth", "clientsecret", "connectionstring"}) {
    EXPECT_TRUE(Scrubber().is_sensitive(key)) << key;
  }
}

TEST(Scrub, r2_a_key_is_sensitive_by_its_end_whatever_its_case) {
  for (const char* key : {"API_TOKEN", "dbPassword", "oauth", "automountServiceAccountToken",
                          " token ", "PASSWORD\t", "my.secret", "X-Auth"}) {
    EXPECT_TRUE(Scrubber().is_sensitive(key)) << key;
  }
}

TEST(Scrub, r2_other_keys_are_not_sensitive) {
  for (const char* key : {"passwords", "credentials", "secretName", "tokenId", "author", "api-key",
                          "", " ", "t", "th", "uth", "name", "value", "containers"}) {
    EXPECT_FALSE(Scrubber().is_sensitive(key)) << key;
  }
}

TEST(Scrub, r2_a_short_key_matches_only_when_equal) {
  const std::vector<std::string> extra = {"id", " X ", "", "pin"};
  const Scrubber scrubber(extra);
  EXPECT_TRUE(scrubber.is_sensitive("ID"));
  EXPECT_TRUE(scrubber.is_sensitive("x"));
  EXPECT_FALSE(scrubber.is_sensitive("uid"));
  EXPECT_TRUE(scrubber.is_sensitive("spin"));
}

TEST(Scrub, edge_71_nested_keys) {
  EXPECT_EQ(scrubbed(R"({"db":{"host":"h","password":"p"}})"),
            R"({"db":{"host":"h","password":MARK}})");
  EXPECT_EQ(scrubbed(R"([{"API_TOKEN":1}])"), R"([{"API_TOKEN":MARK}])");
  EXPECT_EQ(scrubbed(R"({"internalId":"x"})", {"internalId"}), R"({"internalId":MARK})");
}

struct Carrier {
  const char* name;
  const char* value;
  const char* expected;
};

class CarrierCase : public ::testing::TestWithParam<Carrier> {};

TEST_P(CarrierCase, is_scrubbed) { EXPECT_EQ(scrubbed(GetParam().value), GetParam().expected); }

constexpr Carrier kCarriers[] = {
    {"edge_72_value_from", R"({"valueFrom":{"secretKeyRef":{"name":"s"}}})",
     R"({"valueFrom":MARK})"},
    {"edge_72_field_ref", R"({"valueFrom":{"fieldRef":{"x":1}}})",
     R"({"valueFrom":{"fieldRef":{"x":1}}})"},
    {"edge_72_secret_ref", R"({"envFrom":[{"secretRef":{"name":"s"}}]})",
     R"({"envFrom":[{"secretRef":MARK}]})"},
    {"edge_72_tls", R"({"tls":{"crt":"c","key":"k"}})", R"({"tls":MARK})"},
    {"edge_72_tls_without_key", R"({"tls":{"crt":"c"}})", R"({"tls":{"crt":"c"}})"},
    {"edge_72_tls_list", R"({"tls":[]})", R"({"tls":[]})"},
    {"r3_key_ref", R"({"secretKeyRef":{"name":"s"}})", R"({"secretKeyRef":MARK})"},
    {"r3_scalar_ref", R"({"secretRef":"s"})", R"({"secretRef":"s"})"},
    {"r3_case", R"({"VALUEFROM":{"SecretKeyRef":{}}})", R"({"VALUEFROM":MARK})"},
    {"r6_env", R"([{"name":"DB_PASSWORD","value":"x"},{"name":"A","value":"y"}])",
     R"([{"name":"DB_PASSWORD","value":MARK},{"name":"A","value":"y"}])"},
    {"r6_name_alone", R"({"name":"token"})", R"({"name":"token"})"},
    {"r6_name_is_no_text", R"({"name":{"token":1},"value":2})",
     R"({"name":{"token":MARK},"value":2})"},
    {"edge_73_annotations", R"({"a/password":"x","b":"y"})", R"({"a/password":MARK,"b":"y"})"},
    {"r4_whole_subtree", R"({"auth":{"token":"t","user":"u"}})", R"({"auth":MARK})"},
    {"null_is_hidden_too", R"({"token":null})", R"({"token":MARK})"},
};
INSTANTIATE_TEST_SUITE_P(Scrub, CarrierCase, ::testing::ValuesIn(kCarriers),
                         [](const ::testing::TestParamInfo<Carrier>& c) { return c.param.name; });

TEST(Scrub, a_value_without_secrets_comes_back_itself) {
  const Result<json::Document> value = json::Document::parse(R"({"a":[{"b":1}],"c":{"d":"e"}})");
  json::Arena arena;
  const json::Value clean = Scrubber().scrub(value->root(), arena);
  EXPECT_EQ(clean.members().data(), value->root().members().data());
  EXPECT_EQ(arena.capacity_bytes(), 0U);
}

TEST(Scrub, the_scrubbed_value_is_left_as_it_was) {
  const Result<json::Document> value = json::Document::parse(R"({"a":[{"token":1}]})");
  json::Arena arena;
  Scrubber().scrub(value->root(), arena);
  EXPECT_EQ(json::to_text(value->root()), R"({"a":[{"token":1}]})");
}

std::string selected(std::string_view path) {
  constexpr std::string_view kObject =
      R"({"spec":{"password":"p","token":["t"],"values":{"a":1,"db_password":"d"},
          "env":[{"name":"API_TOKEN","value":"v"},{"name":"A","value":"w"}],
          "volumes":[{"secret":{"secretName":"s"}}],"from":{"valueFrom":{"secretKeyRef":{}}}}})";
  const Result<json::Document> object = json::Document::parse(kObject);
  json::Arena arena;
  const PathResult result = compile_json_path(path)->evaluate(object->root(), arena);
  std::string out = json::to_text(Scrubber().scrub_result(result, arena));
  for (size_t at = 0; (at = out.find(kMark)) != std::string::npos;) {
    out.replace(at, std::string_view(kMark).size(), "MARK");
  }
  return out;
}

struct Selection {
  const char* name;
  const char* path;
  const char* expected;
};

class SelectionCase : public ::testing::TestWithParam<Selection> {};

TEST_P(SelectionCase, is_scrubbed) { EXPECT_EQ(selected(GetParam().path), GetParam().expected); }

constexpr Selection kSelections[] = {
    {"r5_key", "$.spec.password", "MARK"},
    {"r5_wildcard", "{.spec.values.*}", "[1,MARK]"},
    {"r5_descend", "{..db_password}", "MARK"},
    {"r5_union", "{.spec.values['a','db_password']}", "[1,MARK]"},
    {"r5_element_of_sensitive_list", "{.spec.token[0]}", "MARK"},
    {"r5_member_below_sensitive_key", "{.spec.volumes[*].secret.secretName}", "\"s\""},
    {"r5_rfc", "jsonpath:$..[?@=='p']", "MARK"},
    {"r5_carrier", "{.spec.from.valueFrom}", "MARK"},
    {"r6_named_value", "{.spec.env[*].value}", "[MARK,\"w\"]"},
    {"r6_single_named_value", "{.spec.env[0].value}", "MARK"},
    {"plain", "{.spec.env[1].value}", "\"w\""},
};
INSTANTIATE_TEST_SUITE_P(Scrub, SelectionCase, ::testing::ValuesIn(kSelections),
                         [](const ::testing::TestParamInfo<Selection>& c) { return c.param.name; });

TEST(Scrub, edge_73_the_name_of_the_attribute_is_not_tested) {
  json::Arena arena;
  EXPECT_EQ(json::to_text(Scrubber().scrub(json::Value::string("p"), arena)), "\"p\"");
}

TEST(Scrub, markers_are_told_from_other_objects) {
  EXPECT_TRUE(is_marker(sensitive_marker()));
  EXPECT_TRUE(is_marker(secret_data_marker()));
  EXPECT_FALSE(is_marker(json::Value::string("redacted")));
  const Result<json::Document> other =
      json::Document::parse(R"({"reason":"other","redacted":true})");
  EXPECT_FALSE(is_marker(other->root()));
}

TEST(Scrub, p9_a_secret_keeps_no_data_and_no_last_applied_configuration) {
  const Result<json::Document> secret = json::Document::parse(
      R"({"data":{"a":"b"},"metadata":{"annotations":{
          "kubectl.kubernetes.io/last-applied-configuration":"{}","x":"y"}},"stringData":{"c":"d"}})");
  json::Arena arena;
  EXPECT_EQ(
      json::to_text(scrub_secret(secret->root(), arena)),
      R"({"data":{"reason":"secret-data","redacted":true},"metadata":{"annotations":{"x":"y"}},)"
      R"("stringData":{"reason":"secret-data","redacted":true}})");
}

}  // namespace
}  // namespace kollect::extract
