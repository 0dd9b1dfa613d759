#include "extract/expression_check.h"

namespace kollect::extract {
namespace {

struct Guarded {
  const char* name;
  std::string_view expression;
  bool reads;
};

class SecretGuard : public ::testing::TestWithParam<Guarded> {};

TEST_P(SecretGuard, knows_what_may_read_the_data_of_a_secret) {
  const ExpressionCompilers check;
  std::string_view text = GetParam().expression;
  const bool is_cel = text.starts_with("cel:");
  const auto facts = is_cel ? check.cel(text.substr(4)) : check.json_path(text);
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->reads_secret_data, GetParam().reads);
}

constexpr Guarded kGuarded[] = {
    {"path_by_name", "$.data.password", true},
    {"path_in_another_case", "$.Data.password", true},
    {"path_in_brackets", "{$['data']}", true},
    {"path_of_everything", "{$}", true},
    {"path_by_recursion", "{..password}", true},
    {"path_by_wildcard", "{.*}", true},
    {"path_of_string_data", "$.stringData", true},
    {"path_of_labels", "$.metadata.labels", false},
    {"rfc_by_name", "jsonpath:$['data']", true},
    {"rfc_by_recursion", "jsonpath:$..password", true},
    {"rfc_of_labels", "jsonpath:$.metadata.labels", false},
    {"cel_by_name", "cel:object.data.password", true},
    {"cel_by_index", "cel:object['data']", true},
    {"cel_of_everything", "cel:object", true},
    {"cel_by_a_computed_key", "cel:object['da' + 'ta']", true},
    {"cel_by_iteration", "cel:object.map(k, k)", true},
    {"cel_of_labels", "cel:object.metadata.labels['app']", false},
    {"cel_of_a_type", "cel:object.type == 'Opaque'", false},
};

INSTANTIATE_TEST_SUITE_P(Edge74, SecretGuard, ::testing::ValuesIn(kGuarded),
                         [](const auto& one) { return one.param.name; });

TEST(SecretGuard, errors_of_the_compilers_pass_through) {
  const ExpressionCompilers check;
  EXPECT_EQ(check.cel("1 +").error().fault, Fault::invalid);
  EXPECT_NE(check.json_path("object.metadata.name").error().message.find("cel:"),
            std::string::npos);
}

}  // namespace
}  // namespace kollect::extract
