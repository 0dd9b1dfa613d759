#include "kube/discovery.h"

#include <gtest/gtest.h>

namespace kollect::kube {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGroups = R"({"kind":"APIGroupDiscoveryList",
"apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
{"metadata":{"name":"apps"},"versions":[{"version":"v1","freshness":"Current","resources":[
  {"resource":"deployments","responseKind":{"group":"","version":"","kind":"Deployment"},
   "scope":"Namespaced","verbs":["get","list","watch"],"subresources":[
     {"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}}]},
  {"resource":"classes","responseKind":{"kind":"Class"},"scope":"Cluster","verbs":["list"]}]}]},
{"metadata":{"name":"broken.example"},"versions":[{"version":"v1","freshness":"Stale"}]}]})";

constexpr std::string_view kGateways = R"({"kind":"APIResourceList","groupVersion":"g.example/v1",
"resources":[{"name":"gateways","kind":"Gateway","namespaced":true,"verbs":["list","watch"]},
{"name":"gateways/status","kind":"Gateway","namespaced":true,"verbs":["get"]},
{"name":"nodes","kind":"Node","namespaced":false,"verbs":["list"]}]})";

DiscoveryPage parsed(std::string_view body) {
  auto page = parse_discovery(body);
  EXPECT_TRUE(page) << (page ? "" : page.error().text());
  return page ? *page : DiscoveryPage();
}

TEST(DiscoveryPage, of_all_groups_has_kinds_scopes_and_verbs_without_subresources) {
  const DiscoveryPage page = parsed(kGroups);
  const auto& listing = page.versions.at({"apps", "v1"});
  EXPECT_EQ(page.form, DiscoveryPage::Form::aggregated);
  EXPECT_EQ(listing.resources,
            (std::vector<ApiResource>{{{"apps", "v1", "deployments"}, "Deployment", true, true},
                                      {{"apps", "v1", "classes"}, "Class", false, false}}));
  EXPECT_FALSE(listing.is_stale);
  EXPECT_TRUE(page.versions.at({"broken.example", "v1"}).is_stale);
}

TEST(DiscoveryPage, of_one_version_leaves_subresources_out) {
  const DiscoveryPage page = parsed(kGateways);
  EXPECT_EQ(page.form, DiscoveryPage::Form::resources);
  EXPECT_EQ(page.versions.at({"g.example", "v1"}).resources,
            (std::vector<ApiResource>{{{"g.example", "v1", "gateways"}, "Gateway", true, true},
                                      {{"g.example", "v1", "nodes"}, "Node", false, false}}));
}

TEST(DiscoveryPage, of_a_server_without_the_aggregated_form_names_groups_only) {
  EXPECT_EQ(parsed(R"({"kind":"APIGroupList","groups":[]})").form, DiscoveryPage::Form::groups);
  EXPECT_EQ(parsed(R"({"kind":"APIVersions","versions":["v1"]})").form,
            DiscoveryPage::Form::groups);
}

TEST(DiscoveryPage, with_an_entry_that_does_not_read_is_stale) {
  const DiscoveryPage page =
      parsed(R"({"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"x"}]})");
  EXPECT_TRUE(page.versions.at({"", "v1"}).is_stale);
}

TEST(DiscoveryPage, is_refused_when_it_is_something_else) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"kind":"Status"})", R"({"kind":"APIRes)",
                           R"({"kind":"APIGroupDiscoveryList","items":[{"a":]})"}) {
    const auto page = parse_discovery(body);
    EXPECT_FALSE(page) << body;
  }
}

struct Choice {
  const char* name;
  std::vector<ApiResource> resources;
  std::string chosen;  // empty: none
};

class FindKind : public ::testing::TestWithParam<Choice> {};

TEST_P(FindKind, prefers_what_can_be_watched_and_then_the_first_name) {
  const DiscoveryPage::Listing listing{.resources = GetParam().resources};
  const ApiResource* found = find_kind(listing, "Kind");
  EXPECT_EQ(found == nullptr ? "" : found->gvr.resource, GetParam().chosen);
}

ApiResource named(const char* plural, const char* kind, bool is_watchable) {
  return {{"", "v1", plural}, kind, true, is_watchable};
}

INSTANTIATE_TEST_SUITE_P(
    Choices, FindKind,
    ::testing::Values(
        Choice{"watchable_over_first", {named("a", "Kind", false), named("b", "Kind", true)}, "b"},
        Choice{"first_of_watchable", {named("c", "Kind", true), named("b", "Kind", true)}, "b"},
        Choice{"first_of_others", {named("c", "Kind", false), named("b", "Kind", false)}, "b"},
        Choice{"case_counts", {named("a", "kind", true)}, ""},
        Choice{"no_plural_guessed", {named("kinds", "Other", true)}, ""}),
    [](const auto& test) { return std::string(test.param.name); });

// A cache of documents and the moment of the question.
class DiscoveryTest : public ::testing::Test {
 protected:
  // In words: "ask /apis", "absent", "apps/v1/deployments", or the fault.
  std::string find(const Gvk& gvk, Steady::time_point misses, Steady::time_point hits) const {
    const auto answer = discovery_.find({.gvk = gvk, .hits_since = hits, .misses_since = misses});
    if (const auto* ask = std::get_if<AskFirst>(&answer)) return "ask " + ask->path;
    if (const auto* error = std::get_if<Error>(&answer)) return std::string(word(error->fault));
    if (const auto* found = std::get_if<ApiResource>(&answer)) return found->gvr.text();
    return "absent";
  }
  std::string find(const Gvk& gvk) const { return find(gvk, now_, now_); }
  void take(const std::string& path, std::string_view body, Steady::duration age = 0s) {
    discovery_.take(path, now_ - age, Answer{.body = std::string(body)});
  }
  void refuse(const std::string& path, int code) {
    const ApiStatus status{.code = code};
    discovery_.take(
        path, now_,
        Answer{
            .http_status = code, .refusal = refusal_of(status), .outcome = error_of(status, path)});
  }

  const Gvk deployment_{"apps", "v1", "Deployment"};
  const Gvk gateway_{"g.example", "v1", "Gateway"};
  const Gvk broken_{"broken.example", "v1", "Thing"};
  Discovery discovery_;
  Steady::time_point now_{1h};
};

TEST_F(DiscoveryTest, asks_for_the_aggregated_document_first) {
  EXPECT_EQ(find(deployment_), "ask /apis");
  EXPECT_EQ(find({"", "v1", "Pod"}), "ask /api");
  EXPECT_EQ(discovery_request("/apis").accept.substr(0, 56),
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupD");
  EXPECT_EQ(discovery_request("/apis/apps/v1").accept, "application/json");
}

TEST_F(DiscoveryTest, finds_a_kind_and_knows_what_is_absent) {
  take("/apis", kGroups);
  EXPECT_EQ(find(deployment_), "apps/v1/deployments");
  EXPECT_EQ(find(gateway_), "absent");
  EXPECT_EQ(find({"apps", "v1", "deployment"}), "absent");
  EXPECT_EQ(find({"apps", "v2", "Deployment"}), "absent");
}

TEST_F(DiscoveryTest, believes_a_hit_longer_than_a_miss) {
  take("/apis", kGroups, 1min);
  EXPECT_EQ(find(deployment_, now_ - 5s, now_ - 10min), "apps/v1/deployments");
  EXPECT_EQ(find(gateway_, now_ - 5s, now_ - 10min), "ask /apis");
  EXPECT_EQ(find(deployment_), "ask /apis") << "a fresh question";
}

TEST_F(DiscoveryTest, asks_a_stale_version_itself_and_leaves_others_alone) {
  take("/apis", kGroups);
  EXPECT_EQ(find(broken_), "ask /apis/broken.example/v1");
  refuse("/apis/broken.example/v1", 503);
  EXPECT_EQ(find(broken_), "unavailable") << "an error is never absence";
  EXPECT_EQ(find(deployment_), "apps/v1/deployments");
  refuse("/apis/broken.example/v1", 404);
  EXPECT_EQ(find(broken_), "absent");
}

TEST_F(DiscoveryTest, asks_version_by_version_where_nothing_is_aggregated) {
  take("/apis", R"({"kind":"APIGroupList","groups":[]})");
  EXPECT_EQ(find(gateway_), "ask /apis/g.example/v1");
  take("/apis/g.example/v1", kGateways);
  EXPECT_EQ(find(gateway_), "g.example/v1/gateways");
  EXPECT_EQ(find({"g.example", "v1", "Route"}), "absent");
  EXPECT_EQ(find(deployment_), "ask /apis/apps/v1");
  refuse("/apis/apps/v1", 404);
  EXPECT_EQ(find(deployment_), "absent");
}

TEST_F(DiscoveryTest, takes_a_refused_form_for_a_server_without_it) {
  refuse("/api", 406);
  EXPECT_EQ(find({"", "v1", "Pod"}), "ask /api/v1");
}

TEST_F(DiscoveryTest, never_takes_a_failure_for_absence) {
  for (const int code : {401, 403, 404, 429, 500, 503}) {
    refuse("/apis", code);
    EXPECT_NE(find(deployment_), "absent") << code;
  }
  discovery_.take("/apis", now_, unavailable("no server"));
  EXPECT_EQ(find(deployment_), "unavailable");
  take("/apis", "<html>");
  EXPECT_EQ(find(deployment_), "unavailable");
}

TEST_F(DiscoveryTest, keeps_what_it_knew_when_asking_again_fails) {
  take("/apis", kGroups, 1min);
  refuse("/apis", 503);
  EXPECT_EQ(find(deployment_, now_ - 5s, now_ - 10min), "apps/v1/deployments");
  EXPECT_EQ(find(gateway_, now_ - 5s, now_ - 10min), "unavailable");
  take("/apis", kGroups);
  EXPECT_EQ(find(gateway_), "absent");
}

}  // namespace
}  // namespace kollect::kube
