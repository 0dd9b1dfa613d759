#include "kube/request.h"

#include <gtest/gtest.h>

namespace kollect::kube {
namespace {

const Gvr kPods{"", "v1", "pods"};
const Gvr kDeployments{"apps", "v1", "deployments"};

const Gvr kLeases{"coordination.k8s.io", "v1", "leases"};

struct Case {
  const char* name;
  Request request;
  const char* line;  // method and target
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

const Case kCases[] = {
    {"get_core", get({kPods, "a", "b"}), "GET /api/v1/namespaces/a/pods/b"},
    {"get_group", get({kDeployments, "a", "b"}), "GET /apis/apps/v1/namespaces/a/deployments/b"},
    {"get_cluster_scoped", get({{"", "v1", "namespaces"}, "", "a"}), "GET /api/v1/namespaces/a"},
    {"get_status", get({kDeployments, "a", "b", "status"}),
     "GET /apis/apps/v1/namespaces/a/deployments/b/status"},
    {"names_are_escaped", get({kPods, "a/../b", "x?y%z#"}),
     "GET /api/v1/namespaces/a%2F..%2Fb/pods/x%3Fy%25z%23"},
    {"list_all_namespaces", list({kPods}), "GET /api/v1/pods"},
    {"list_namespace", list({kPods, "a"}), "GET /api/v1/namespaces/a/pods"},
    {"list_page", list({kPods}, {.limit = 500}), "GET /api/v1/pods?limit=500"},
    {"list_next_page", list({kPods}, {.limit = 500, .continue_token = "e+/="}),
     "GET /api/v1/pods?limit=500&continue=e%2B%2F%3D"},
    {"list_selected",
     list({kPods}, {.label_selector = "app in (a, b),!c", .field_selector = "spec.nodeName=n"}),
     "GET "
     "/api/v1/pods?labelSelector=app%20in%20%28a%2C%20b%29%2C%21c&fieldSelector=spec.nodeName%3Dn"},
    {"list_at_version",
     list({kPods}, {.resource_version = "7", .resource_version_match = "NotOlderThan"}),
     "GET /api/v1/pods?resourceVersion=7&resourceVersionMatch=NotOlderThan"},
    {"watch", watch({kPods, "a"}, {.resource_version = "7", .timeout_seconds = 300}),
     "GET "
     "/api/v1/namespaces/a/"
     "pods?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300"},
    {"watch_list", watch({kDeployments}, {.label_selector = "a=b", .send_initial_events = true}),
     "GET "
     "/apis/apps/v1/"
     "deployments?watch=true&allowWatchBookmarks=true&labelSelector=a%3Db&sendInitialEvents=true&"
     "resourceVersionMatch=NotOlderThan"},
    {"create", create({kPods, "a"}, "{}", {.field_manager = "kollect"}),
     "POST /api/v1/namespaces/a/pods?fieldManager=kollect"},
    {"create_token", create({{"", "v1", "serviceaccounts"}, "a", "b", "token"}, "{}"),
     "POST /api/v1/namespaces/a/serviceaccounts/b/token"},
    {"update", update({kPods, "a", "b"}, "{}", {.dry_run = true}),
     "PUT /api/v1/namespaces/a/pods/b?dryRun=All"},
    {"update_status", update({kDeployments, "a", "b", "status"}, "{}"),
     "PUT /apis/apps/v1/namespaces/a/deployments/b/status"},
    {"apply",
     patch({kDeployments, "a", "b"}, {PatchKind::apply, "{}", true},
           {.field_manager = "k", .field_validation = "Strict"}),
     "PATCH "
     "/apis/apps/v1/namespaces/a/deployments/b?fieldManager=k&fieldValidation=Strict&force=true"},
    {"erase", erase({kPods, "a", "b"}), "DELETE /api/v1/namespaces/a/pods/b"},
    {"read_lease", get({kLeases, "kollect-system", "leader"}),
     "GET /apis/coordination.k8s.io/v1/namespaces/kollect-system/leases/leader"},
    {"take_lease", update({kLeases, "kollect-system", "leader"}, "{}"),
     "PUT /apis/coordination.k8s.io/v1/namespaces/kollect-system/leases/leader"},
    {"post_event", create({{"", "v1", "events"}, "a"}, "{}", {.field_manager = "kollect"}),
     "POST /api/v1/namespaces/a/events?fieldManager=kollect"},
    {"count_event_again", patch({{"", "v1", "events"}, "a", "b.1"}, {PatchKind::merge, "{}"}),
     "PATCH /api/v1/namespaces/a/events/b.1"},
    {"raw", raw_get("/version"), "GET /version"},
};

class Requests : public ::testing::TestWithParam<Case> {};
TEST_P(Requests, go_where_the_api_has_them) {
  EXPECT_EQ(GetParam().request.method + ' ' + GetParam().request.target(), GetParam().line);
}
INSTANTIATE_TEST_SUITE_P(Table, Requests, ::testing::ValuesIn(kCases),
                         [](const auto& c) { return std::string(c.param.name); });

TEST(RequestBody, of_a_patch_names_its_kind) {
  const std::pair<PatchKind, const char*> kinds[] = {
      {PatchKind::merge, "application/merge-patch+json"},
      {PatchKind::json, "application/json-patch+json"},
      {PatchKind::strategic, "application/strategic-merge-patch+json"},
      {PatchKind::apply, "application/apply-patch+yaml"}};
  for (const auto& [kind, type] : kinds) {
    const Request request = patch({kPods, "a", "b"}, {kind, "body"}, {.field_manager = "k"});
    EXPECT_EQ(request.content_type, type);
    EXPECT_EQ(request.body, "body");
  }
}

TEST(RequestBody, of_a_delete_is_there_only_when_it_says_something) {
  EXPECT_EQ(erase({kPods, "a", "b"}).body, "");
  EXPECT_EQ(
      erase({kPods, "a", "b"},
            {.uid = "u", .resource_version = "7", .propagation = "Foreground", .grace_seconds = 0})
          .body,
      R"({"apiVersion":"v1","gracePeriodSeconds":0,"kind":"DeleteOptions","preconditions":{"resourceVersion":"7","uid":"u"},"propagationPolicy":"Foreground"})");
}

TEST(RequestAccept, asks_for_metadata_alone) {
  EXPECT_EQ(get({kPods, "a", "b"}, Part::metadata).accept,
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  EXPECT_EQ(list({kPods}, {.part = Part::metadata}).accept,
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  EXPECT_EQ(watch({kPods}, {.part = Part::metadata}).accept,
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  EXPECT_EQ(list({kPods}).accept, "application/json");
}

TEST(RequestDeath, apply_demands_a_field_manager) {
  EXPECT_DEATH(patch({kPods, "a", "b"}, {PatchKind::apply, "{}"}), "broken promise");
}

}  // namespace
}  // namespace kollect::kube
