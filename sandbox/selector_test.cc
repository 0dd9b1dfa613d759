#include <gtest/gtest.h>

#include "sandbox/api.h"

namespace kollect::sandbox {
namespace {

constexpr const char* kObject =
    R"({"metadata":{"name":"a","labels":{"app":"web","tier":""}},"spec":{"nodeName":"n1","host":true}})";

struct SelectorCase {
  const char* text;
  bool matches;
};

class LabelSelector : public testing::TestWithParam<SelectorCase> {};
class FieldSelector : public testing::TestWithParam<SelectorCase> {};

TEST_P(LabelSelector, matches_as_kubernetes_does) {
  const auto object = json::Document::parse(kObject);
  const auto selector = Selector::of(GetParam().text, "");
  ASSERT_TRUE(selector) << selector.failure().message;
  EXPECT_EQ((*selector).matches(object->root()), GetParam().matches) << GetParam().text;
}

TEST_P(FieldSelector, matches_as_kubernetes_does) {
  const auto object = json::Document::parse(kObject);
  const auto selector = Selector::of("", GetParam().text);
  ASSERT_TRUE(selector) << selector.failure().message;
  EXPECT_EQ((*selector).matches(object->root()), GetParam().matches) << GetParam().text;
}

constexpr SelectorCase kLabels[] = {
    {"", true},          {"app=web", true},       {"app==web", true},
    {"app!=web", false}, {"other!=web", true},    {"app = web, other != web", true},
    {"app", true},       {"other", false},        {"!other", true},
    {"!app", false},     {"app=web,tier=", true}, {"app=web,tier=x", false},
};
constexpr SelectorCase kFields[] = {
    {"metadata.name=a", true},
    {"metadata.name!=a", false},
    {"spec.nodeName=n1", true},
    {"spec.nodeName=", false},
    {"spec.other=", true},
    {"spec.host=true", true},
    {"metadata.name=a,spec.nodeName!=n1", false},
};
INSTANTIATE_TEST_SUITE_P(Labels, LabelSelector, testing::ValuesIn(kLabels));
INSTANTIATE_TEST_SUITE_P(Fields, FieldSelector, testing::ValuesIn(kFields));

TEST(SelectorText, that_is_none_is_refused) {
  for (const char* text :
       {"=a", "a b", "a in b", "a in (b)", "a notin (b,c)", "!", "!!", "a=!!", "a===b", ",a"})
    EXPECT_FALSE(Selector::of(text, "")) << text;
  for (const char* text : {"metadata.name", "a in (b,c)", "!a"})
    EXPECT_FALSE(Selector::of("", text)) << text;
}

}  // namespace
}  // namespace kollect::sandbox
