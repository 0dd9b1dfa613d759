// The Kubernetes client against a real API server: what can be said to it, and by whom.
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "kube/client.h"
#include "kube/object.h"
#include "world/world.h"

namespace kollect::kube {
namespace {

const ::kollect::testing::SharedWorld world({"kube-apiserver"});

const Gvr kConfigMaps{"", "v1", "configmaps"};
const Gvr kDeployments{"apps", "v1", "deployments"};

net::Deadline soon() { return Steady::now() + std::chrono::seconds(30); }

KubeClient client_of(const std::string& user) {
  const auto access =
      find_access({.kubeconfig = world->kube().kubeconfigs.at(user)}, process_environment());
  EXPECT_TRUE(access) << access.error().text();
  return KubeClient(*access);
}

// The server and its authority, without credentials.
ClusterAccess bare_access() {
  ClusterAccess access{.server = world->kube().url};
  access.tls.ca_file = world->kube().ca;
  return access;
}

std::string config_map(const std::string& name) {
  return fmt::format(
      R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}"}},"data":{{"a":"1"}}}})",
      name);
}

// Who the server takes us for.
std::string user_name(const KubeClient& client) {
  const Place reviews{{"authentication.k8s.io", "v1", "selfsubjectreviews"}};
  const auto review = client.call(
      create(reviews, R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})"),
      soon(), {});
  if (!review) return review.error().text();
  const json::Value* name = review->root().at({"status", "userInfo", "username"});
  return name != nullptr ? std::string(name->as_string()) : "nobody";
}

TEST(KubeClientSystem, an_object_is_created_read_patched_updated_and_deleted) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient admin = client_of("admin");
  const Place all{kConfigMaps, "team-a"};
  const Place one{kConfigMaps, "team-a", "life"};
  const auto made =
      admin.call(create(all, config_map("life"), {.field_manager = "kollect"}), soon(), {});
  ASSERT_TRUE(made) << made.error().text();
  const auto patched = admin.call(patch(one, {.body = R"({"data":{"b":"2"}})"}), soon(), {});
  ASSERT_TRUE(patched) << patched.error().text();
  EXPECT_NE(resource_version_of(patched->root()), resource_version_of(made->root()));
  const auto read = admin.call(get(one), soon(), {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->root().find("data")->text("a"), "1");
  EXPECT_EQ(read->root().find("data")->text("b"), "2");
  ASSERT_TRUE(admin.call(update(one, config_map("life")), soon(), {}));
  EXPECT_EQ(admin.call(get(one), soon(), {})->root().find("data")->text("b"), "");
  ASSERT_TRUE(admin.call(erase(one, {.uid = std::string(uid_of(made->root()))}), soon(), {}));
  EXPECT_EQ(admin.call(get(one), soon(), {}).error().fault, Fault::missing);
}

TEST(KubeClientSystem, every_kind_of_patch_is_taken) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient admin = client_of("admin");
  const Place one{kDeployments, "team-a", "patched"};
  const Patch applied{PatchKind::apply, R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: patched}
spec:
  replicas: 1
  selector: {matchLabels: {app: x}}
  template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a, image: one}]}}
)"};
  const auto made = admin.call(
      patch(one, applied, {.field_manager = "kollect", .field_validation = "Strict"}), soon(), {});
  ASSERT_TRUE(made) << made.error().text();
  const Patch patches[] = {
      {PatchKind::merge, R"({"spec":{"replicas":2}})"},
      {PatchKind::json, R"([{"op":"replace","path":"/spec/replicas","value":3}])"},
      {PatchKind::strategic,
       R"({"spec":{"template":{"spec":{"containers":[{"name":"b","image":"two"}]}}}})"}};
  for (const Patch& one_patch : patches) {
    const auto done = admin.call(patch(one, one_patch), soon(), {});
    ASSERT_TRUE(done) << done.error().text();
  }
  const auto read = admin.call(get(one), soon(), {});
  EXPECT_EQ(read->root().at({"spec", "replicas"})->as_int(), 3);
  EXPECT_EQ(read->root().at({"spec", "template", "spec", "containers"})->items().size(), 2U);
}

TEST(KubeClientSystem, the_status_is_written_apart) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient admin = client_of("admin");
  const Patch applied{
      PatchKind::apply,
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"status"},"spec":{"selector":{"matchLabels":{"app":"x"}},"template":{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{"name":"a","image":"one"}]}}}})"};
  ASSERT_TRUE(
      admin.call(patch({kDeployments, "team-a", "status"}, applied, {.field_manager = "kollect"}),
                 soon(), {}));
  const Place status{kDeployments, "team-a", "status", "status"};
  const auto done = admin.call(
      patch(status, {.body = R"({"spec":{"replicas":9},"status":{"replicas":4}})"}), soon(), {});
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->root().at({"status", "replicas"})->as_int(), 4);
  EXPECT_EQ(done->root().at({"spec", "replicas"})->as_int(), 1);
}

TEST(KubeClientSystem, a_lease_is_not_taken_from_its_next_holder) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient client = client_of("admin");
  const Gvr leases{"coordination.k8s.io", "v1", "leases"};
  const auto lease = [](const std::string& holder, const std::string& version) {
    return R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"leader",)"
           R"("namespace":"team-a")" +
           version + R"(},"spec":{"holderIdentity":")" + holder + R"("}})";
  };
  const auto made = client.call(create({leases, "team-a"}, lease("a", "")), soon(), {});
  ASSERT_TRUE(made) << made.error().text();
  const std::string version =
      R"(,"resourceVersion":")" + std::string(resource_version_of(made->root())) + '"';
  const Place place{leases, "team-a", "leader"};
  EXPECT_TRUE(client.call(update(place, lease("b", version)), soon(), {}));
  const auto late = client.send(update(place, lease("c", version)), soon(), {});
  ASSERT_TRUE(late);
  EXPECT_EQ(late->refusal, Refusal::conflict) << "the lease has moved on";
}

TEST(KubeClientSystem, an_event_is_kept) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient client = client_of("admin");
  const auto event = client.call(
      create({{"", "v1", "events"}, "team-a"},
             R"({"apiVersion":"v1","kind":"Event","metadata":{"generateName":"e."},)"
             R"("involvedObject":{"kind":"Lease","name":"leader","namespace":"team-a"},)"
             R"("reason":"Taken","message":"m","type":"Normal","count":1})"),
      soon(), {});
  EXPECT_TRUE(event) << event.error().text();
}

TEST(KubeClientSystem, lists_come_in_pages_by_selector) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient admin = client_of("admin");
  const Place all{kConfigMaps, "team-b"};
  for (int i = 0; i < 5; ++i) {
    const std::string body = fmt::format(
        R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"page-{}","labels":{{"set":"pages & more"}}}}}})",
        i);
    ASSERT_FALSE(admin.call(create(all, body), soon(), {}))
        << "a label value with blanks is invalid";
    const std::string good = fmt::format(
        R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"page-{}","labels":{{"set":"pages"}}}}}})",
        i);
    ASSERT_TRUE(admin.call(create(all, good), soon(), {}));
  }
  ListOptions options{.label_selector = "set in (pages)", .limit = 2};
  size_t seen = 0;
  do {
    const auto page = admin.call(list(all, options), soon(), {});
    ASSERT_TRUE(page) << page.error().text();
    seen += page->root().find("items")->items().size();
    options.continue_token = page->root().find("metadata")->text("continue");
  } while (!options.continue_token.empty());
  EXPECT_EQ(seen, 5U);
}

TEST(KubeClientSystem, metadata_alone_is_served_on_request) {
  KOLLECT_NEED_WORLD(world);
  const auto page =
      client_of("reader").call(list({kConfigMaps}, {.part = Part::metadata}), soon(), {});
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(page->root().text("kind"), "PartialObjectMetadataList");
}

TEST(KubeClientSystem, what_the_server_refuses_is_told_apart) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient admin = client_of("admin");
  const Place all{kConfigMaps, "team-a"};
  const Place one{kConfigMaps, "team-a", "twice"};
  ASSERT_TRUE(admin.call(create(all, config_map("twice")), soon(), {}));
  EXPECT_EQ(admin.send(create(all, config_map("twice")), soon(), {})->refusal,
            Refusal::already_exists);
  EXPECT_EQ(admin.send(create(all, config_map("Not A Name")), soon(), {})->refusal,
            Refusal::invalid);
  EXPECT_EQ(admin.send(get({kConfigMaps, "team-a", "none"}), soon(), {})->refusal,
            Refusal::not_found);
  EXPECT_EQ(admin.send(erase(one, {.resource_version = "1"}), soon(), {})->refusal,
            Refusal::conflict);
  EXPECT_EQ(admin.send(erase(one, {.uid = "other"}), soon(), {})->refusal, Refusal::conflict);
  EXPECT_EQ(admin.send(list(all, {.continue_token = "e30"}), soon(), {})->outcome.error().fault,
            Fault::invalid);
}

TEST(KubeClientSystem, a_restricted_token_is_denied_elsewhere) {
  KOLLECT_NEED_WORLD(world);
  const KubeClient reader = client_of("reader-a");
  EXPECT_TRUE(reader.call(list({kConfigMaps, "team-a"}), soon(), {}));
  const auto elsewhere = reader.send(list({kConfigMaps, "team-b"}), soon(), {});
  EXPECT_EQ(elsewhere->refusal, Refusal::forbidden);
  EXPECT_EQ(elsewhere->outcome.error().fault, Fault::denied);
  EXPECT_EQ(reader.send(create({kConfigMaps, "team-a"}, config_map("x")), soon(), {})->refusal,
            Refusal::forbidden);
}

TEST(KubeClientSystem, a_wrong_token_is_unauthorized) {
  KOLLECT_NEED_WORLD(world);
  ClusterAccess access = bare_access();
  access.token = "wrong";
  EXPECT_EQ(KubeClient(access).send(list({kConfigMaps}), soon(), {})->refusal,
            Refusal::unauthorized);
}

TEST(KubeClientSystem, a_client_certificate_logs_in) {
  KOLLECT_NEED_WORLD(world);
  ClusterAccess access = bare_access();
  access.tls.certificate_file = world->kube().client_certificate;
  access.tls.key_file = world->kube().client_key;
  EXPECT_TRUE(KubeClient(access).call(list({kConfigMaps}), soon(), {}));
}

TEST(KubeClientSystem, an_exec_plugin_logs_in) {
  KOLLECT_NEED_WORLD(world);
  ClusterAccess access = bare_access();
  access.exec =
      ExecPlugin{.api_version = "client.authentication.k8s.io/v1",
                 .command = std::string(KOLLECT_SOURCE_DIR) + "/src/kube/testdata/plugin.sh",
                 .args = {"token", world->kube().tokens.at("reader")}};
  EXPECT_EQ(user_name(KubeClient(access)), "reader");
}

TEST(KubeClientSystem, a_token_file_logs_in) {
  KOLLECT_NEED_WORLD(world);
  ClusterAccess access = bare_access();
  access.token_file = ::testing::TempDir() + "kube_client_token";
  FILE* file = std::fopen(access.token_file.c_str(), "w");
  std::fputs(world->kube().tokens.at("lister").c_str(), file);
  std::fclose(file);
  EXPECT_EQ(user_name(KubeClient(access)), "lister");
}

TEST(KubeClientSystem, an_admin_may_act_as_somebody_else) {
  KOLLECT_NEED_WORLD(world);
  ClusterAccess access = bare_access();
  access.token = world->kube().tokens.at("admin");
  access.impersonation = {.user = "jane", .groups = {"dev"}};
  const KubeClient jane(access);
  EXPECT_EQ(jane.send(list({kConfigMaps}), soon(), {})->refusal, Refusal::forbidden);
}

TEST(KubeClientSystem, an_authority_that_did_not_sign_is_refused) {
  KOLLECT_NEED_WORLD(world);
  ClusterAccess access{.server = world->kube().url};
  access.token = world->kube().tokens.at("admin");
  EXPECT_EQ(KubeClient(access).send(list({kConfigMaps}), soon(), {}).error().fault, Fault::denied);
}

}  // namespace
}  // namespace kollect::kube
