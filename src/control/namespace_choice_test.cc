#include "control/namespace_choice.h"

#include <gtest/gtest.h>

namespace kollect::control {
namespace {

using Names = std::vector<std::string>;

const std::vector<NamespaceFacts> kCluster = {
    {.name = "a", .labels = {{"tier", "app"}}},
    {.name = "b", .labels = {{"tier", "app"}, {"skip", "true"}}},
    {.name = "c", .labels = {{"tier", "data"}}},
    {.name = "sys"},
};

Names judged(const NamespaceChoice& choice, NamespaceStanding standing) {
  Names names;
  for (const NamespaceFacts& facts : kCluster) {
    if (choice.judge(facts) == standing) names.push_back(facts.name);
  }
  return names;
}
// A filter, with what is not said left out.
struct Filter {
  std::optional<api::LabelSelector> selecting = {};
  Names including = {};
  Names excluding_names = {};
  std::optional<api::LabelSelector> excluding = {};

  api::CollectionFilter filter() const {
    api::CollectionFilter out;
    out.namespace_selector = selecting;
    out.included_namespaces = including;
    out.excluded_namespaces = excluding_names;
    out.namespace_exclude_selector = excluding;
    return out;
  }
};

Names effective(const Filter& filter, std::optional<api::Ceiling> ceiling = {},
                const CollectionDefaults& defaults = {}) {
  return judged(NamespaceChoice(filter.filter(), std::move(ceiling), defaults),
                NamespaceStanding::effective);
}

api::LabelSelector label(const std::string& key, const std::string& value) {
  api::LabelSelector out;
  out.match_labels = {{key, value}};
  return out;
}
api::Ceiling ceiling(Names allowed, Names denied) {
  api::Ceiling out;
  out.allowed_namespaces = std::move(allowed);
  out.denied_namespaces = std::move(denied);
  return out;
}

TEST(NamespaceChoice, edge_26_included_allowed_and_denied_meet) {
  EXPECT_EQ(effective({.including = {"a", "b", "sys"}}, ceiling({"a", "b"}, {"sys"})),
            (Names{"a", "b"}));
}

TEST(NamespaceChoice, edge_27_what_is_matched_and_allowed_remains) {
  EXPECT_EQ(effective({.including = {"a", "b"}}, ceiling({"b", "c"}, {})), Names{"b"});
}

TEST(NamespaceChoice, edge_28_lists_and_selectors_narrow_each_other) {
  EXPECT_EQ(effective({.including = {"a"}}), Names{"a"});
  EXPECT_EQ(effective({.selecting = label("tier", "app")}), (Names{"a", "b"}));
  EXPECT_EQ(effective({.selecting = label("tier", "app"), .excluding = label("skip", "true")}),
            Names{"a"});
  EXPECT_EQ(effective({.selecting = label("tier", "app"), .excluding_names = {"a"}}), Names{"b"});
}

TEST(NamespaceChoice, edge_30_an_empty_exclude_selector_excludes_everything) {
  EXPECT_EQ(effective({.excluding = api::LabelSelector()}), Names{});
}

TEST(NamespaceChoice, edge_31_blank_and_repeated_names_are_dropped) {
  EXPECT_EQ(effective({.including = {"", " ", "a", "a"}}), Names{"a"});
  EXPECT_EQ(effective({.including = {"", " "}}), (Names{"a", "b", "c", "sys"}))
      << "nothing but blanks is no list";
}

TEST(NamespaceChoice, invalid_selectors_fail_closed) {
  api::LabelSelector broken;
  broken.match_expressions = {{.key = "tier", .op = "Like", .values = {"app"}}};
  EXPECT_EQ(effective({.selecting = broken}), Names{});
  EXPECT_EQ(effective({.excluding = broken}), Names{});
  EXPECT_EQ(effective({.selecting = label("tier", "app,data")}), Names{});
  EXPECT_EQ(effective({.excluding = label("tier/app/x", "app")}), Names{});
}

TEST(NamespaceChoice, defaults_include_when_nothing_is_named_and_always_exclude) {
  const CollectionDefaults defaults{.included_namespaces = {"a", "c"},
                                    .excluded_namespaces = {"sys", "c"}};
  EXPECT_EQ(effective({}, {}, defaults), Names{"a"});
  EXPECT_EQ(effective({.including = {"b", "c"}}, {}, defaults), Names{"b"});
}

TEST(NamespaceChoice, what_a_scope_refuses_is_told_apart) {
  const NamespaceChoice choice(Filter{.including = {"a", "sys"}}.filter(), ceiling({}, {"sys"}),
                               {});
  EXPECT_EQ(judged(choice, NamespaceStanding::out_of_scope), Names{"sys"});
}

}  // namespace
}  // namespace kollect::control
