#include "control/catalog.h"

#include <gtest/gtest.h>

#include "control/detail/catalog_feed.h"

namespace kollect::control {
namespace {

using kube::ObjectChange;
using kube::WatchState;

std::string scope_text(const std::string& name, const std::string& spec = "{}") {
  return R"({"metadata":{"namespace":"team-a","name":")" + name + R"("},"spec":)" + spec + "}";
}

// A feed with a list that brought these scopes.
class Feed : public testing::Test {
 protected:
  void list(const std::vector<std::string>& names) {
    feed.begin_list();
    for (const std::string& name : names) feed.object(ObjectChange::listed, scope_text(name));
    feed.end_list();
  }
  std::string first(const std::string& ns = "team-a") const {
    const auto scope = feed.first(ns);
    if (!scope) return "error: " + scope.error().text();
    return *scope ? (**scope).metadata.name : "none";
  }

  CatalogFeed<api::Scope> feed{"", Log::off()};
};

TEST_F(Feed, knows_nothing_before_its_first_list_is_complete) {
  EXPECT_EQ(first(), "error: KollectScope objects: not read yet");
  feed.begin_list();
  feed.object(ObjectChange::listed, scope_text("a"));
  EXPECT_FALSE(feed.known());
  feed.end_list();
  EXPECT_EQ(first(), "a");
}

TEST_F(Feed, answers_with_the_smallest_name_of_the_namespace) {
  list({"b", "a", "c"});
  EXPECT_EQ(first(), "a");
  EXPECT_EQ(first("team"), "none");
  feed.object(ObjectChange::erased, scope_text("a"));
  EXPECT_EQ(first(), "b");
  feed.object(ObjectChange::changed, scope_text("a"));
  EXPECT_EQ(first(), "a");
}

TEST_F(Feed, a_new_list_sweeps_what_it_did_not_bring_at_its_end_only) {
  list({"a"});
  feed.begin_list();
  feed.object(ObjectChange::listed, scope_text("b"));
  EXPECT_EQ(first(), "a");
  feed.end_list();
  EXPECT_EQ(first(), "b");
}

TEST_F(Feed, a_kind_that_is_not_installed_has_no_objects) {
  list({"a"});
  feed.state({.state = WatchState::not_installed});
  EXPECT_EQ(first(), "none");
  EXPECT_TRUE(feed.known());
}

TEST_F(Feed, a_kind_that_was_just_installed_is_unknown_until_it_is_listed) {
  feed.state({.state = WatchState::not_installed});
  feed.state({.state = WatchState::resolving});
  EXPECT_EQ(first(), "none");
  feed.state({.state = WatchState::not_installed});
  feed.state({.state = WatchState::listing});
  EXPECT_FALSE(feed.known());
  list({"a"});
  EXPECT_EQ(first(), "a");
}

TEST_F(Feed, a_denial_makes_everything_unknown) {
  list({"a"});
  feed.state({.state = WatchState::forbidden, .why = denied("RBAC")});
  EXPECT_EQ(first(), "error: KollectScope objects: RBAC");
  EXPECT_EQ(feed.known().error().fault, Fault::denied);
}

TEST_F(Feed, what_was_read_outlives_the_api_server) {
  feed.state({.state = WatchState::retrying, .why = unavailable("refused")});
  EXPECT_EQ(first(), "error: KollectScope objects: refused");
  list({"a"});
  feed.state({.state = WatchState::retrying, .why = unavailable("refused")});
  EXPECT_EQ(first(), "a");
}

TEST_F(Feed, an_object_that_does_not_decode_is_an_error_not_absence) {
  list({"b"});
  feed.object(ObjectChange::changed, scope_text("a", R"({"allowedNamespaces":7})"));
  EXPECT_NE(first().find("KollectScope team-a/a cannot be read"), std::string::npos) << first();
  EXPECT_TRUE(feed.known());
}

TEST(Catalog, refuses_to_speak_of_namespaces_that_it_does_not_watch) {
  const Catalog catalog({.namespaces = {"team-a"}}, Log::off());
  EXPECT_EQ(catalog.scope("team-b").error().fault, Fault::denied);
  EXPECT_EQ(catalog.profile("team-b", "p").error().fault, Fault::denied);
  EXPECT_EQ(catalog.scope("team-a").error().fault, Fault::unavailable);
}

TEST(Catalog, has_no_cluster_scope_in_tenant_mode) {
  EXPECT_TRUE(Catalog({.tenant_mode = true}, Log::off()).cluster_scope());
  EXPECT_FALSE(Catalog({}, Log::off()).cluster_scope());
  EXPECT_FALSE(Catalog({.tenant_mode = true}, Log::off()).synced());
}

}  // namespace
}  // namespace kollect::control
