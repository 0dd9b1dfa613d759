// What happens to a cluster while `kollect collect --watch` follows it: after each thing that can
// happen, its rows equal what kubectl and jq say of the cluster, within seconds.
#include <csignal>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "collect_process.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;

const SharedWorld world({"kube-apiserver", "definitions"});

constexpr std::string_view kMaps = R"(---
apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {name: maps}
spec:
  targetGVK: {version: v1, kind: ConfigMap}
  attributes: [{name: data, path: "$.data", optional: true}]
---
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {name: maps}
spec: {profileRef: maps, namespaceSelector: {matchLabels: {lifecycle: "yes"}}, labelSelector: {matchLabels: {app: web}}}
)";

// What the target above means, in the words of jq: `$in` are the namespaces with the label,
// `$out` those that opted out.
constexpr std::string_view kMapsProgram =
    R"(.items[] | select(.metadata.labels.app == "web") )"
    R"(| select(.metadata.labels["kollect.dev/watch"] != "disabled") )"
    R"(| select(.metadata.namespace as $n | $in | index($n)) )"
    R"(| {targetNamespace:"team-a",targetName:"maps",namespace:.metadata.namespace,)"
    R"(name:.metadata.name,version:"v1",kind:"ConfigMap",uid:.metadata.uid,)"
    R"(attributes:(if .data then {data} else {} end)})";

class CollectLifecycle : public ::testing::Test {
 protected:
  void SetUp() override { KOLLECT_NEED_WORLD(world); }

  static std::string kubeconfig(const std::string& user) {
    return world->kube().kubeconfigs.at(user);
  }
  static std::string kubectl_words() {
    const KubeApiserver server = world->kube();
    return fmt::format("KUBECONFIG={} {}", server.kubeconfig, server.kubectl);
  }
  static std::string kubectl(const std::string& arguments) {
    const auto outcome = shell(kubectl_words() + ' ' + arguments + " 2>&1");
    EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.out;
    return outcome.out;
  }
  // A definition has no conditions at all for its first moment, over which `kubectl wait` stumbles.
  static void until_served(const std::string& resource) {
    const auto served =
        shell(fmt::format("for i in $(seq 100); do {} get {} -A >/dev/null 2>&1 && exit 0; "
                          "sleep 0.1; done; exit 1",
                          kubectl_words(), resource));
    EXPECT_EQ(served.code, 0) << resource;
  }
  void apply(const std::string& text) const {
    kubectl("apply --server-side -f " + scratch_.file("apply.yaml", text));
  }
  void put_map(const std::string& ns, const std::string& name, const std::string& x,
               const std::string& labels = "app: web") const {
    apply(
        fmt::format("{{apiVersion: v1, kind: ConfigMap, metadata: {{namespace: {}, name: {}, "
                    "labels: {{{}}}}}, data: {{x: '{}'}}}}",
                    ns, name, labels, x));
  }
  void put_namespace(const std::string& name, const std::string& labels) const {
    apply(fmt::format("{{apiVersion: v1, kind: Namespace, metadata: {{name: {}, labels: {{{}}}}}}}",
                      name, labels));
  }

  static std::vector<std::string> map_oracle() {
    const std::string names = shell(kubectl_words() +
                                    " get namespaces -l lifecycle=yes -o json | jq -c "
                                    "'[.items[] | select(.metadata.labels[\"kollect.dev/watch\"] "
                                    "!= \"disabled\") | .metadata.name]'")
                                  .out;
    return sorted_lines(
        shell(fmt::format("{} get configmaps -A -o json | jq -c --argjson in '{}' '{}'",
                          kubectl_words(), names, kMapsProgram))
            .out);
  }
  // Whether the rows get to equal the oracle in time.
  static void expect_equal(const CollectProcess& collect, const std::string& after,
                           std::chrono::seconds limit = 5s) {
    const auto wanted = map_oracle();
    EXPECT_TRUE(collect.prints([&](const auto& out) { return replayed(out) == wanted; }, limit))
        << "after: " << after << "\n"
        << collect.out() << collect.err();
  }

  Scratch scratch_;
};

TEST_F(CollectLifecycle, rows_follow_whatever_happens_to_objects_and_namespaces) {
  KOLLECT_NEED_WORLD(world);
  put_namespace("life-a", "lifecycle: 'yes'");
  put_namespace("life-b", "lifecycle: 'yes'");
  put_map("life-a", "one", "1");
  CollectProcess collect(kubeconfig("reader"), {"--watch", "-n", "team-a", "-f",
                                                scratch_.file("maps.yaml", std::string(kMaps))});
  expect_equal(collect, "the start", 20s);
  put_map("life-b", "two", "2");
  expect_equal(collect, "a creation");
  put_map("life-b", "two", "new");
  expect_equal(collect, "an update");
  put_map("life-b", "two", "new", "app: api");
  expect_equal(collect, "a relabelling that filters it out");
  put_map("life-b", "two", "new", "app: web");
  expect_equal(collect, "a relabelling that takes it in again");
  put_map("life-b", "two", "new", "app: web, kollect.dev/watch: disabled");
  expect_equal(collect, "an object that opts out");
  put_namespace("life-a", "lifecycle: 'yes', kollect.dev/watch: disabled");
  expect_equal(collect, "a namespace that opts out");
  put_namespace("life-a", "lifecycle: 'yes'");
  expect_equal(collect, "a namespace that opts in again");
  kubectl("delete configmap -n life-a one");
  put_map("life-a", "one", "recreated");
  expect_equal(collect, "an object recreated with its name");
  kubectl("label namespace life-a lifecycle-");
  expect_equal(collect, "a namespace that leaves the selector");
  put_namespace("life-a", "lifecycle: 'yes'");
  expect_equal(collect, "a namespace that comes back");
  kubectl("delete configmap -n life-a one");
  expect_equal(collect, "a deletion");
  collect.signal(SIGINT);
  EXPECT_EQ(collect.wait(), 0);
}

TEST_F(CollectLifecycle, what_was_deleted_while_nobody_watched_is_not_there) {
  KOLLECT_NEED_WORLD(world);
  put_namespace("life-c", "lifecycle: 'yes'");
  put_map("life-c", "stays", "1");
  put_map("life-c", "goes", "2");
  const std::string manifests = scratch_.file("maps.yaml", std::string(kMaps));
  {
    CollectProcess before(kubeconfig("reader"), {"--watch", "-n", "team-a", "-f", manifests});
    expect_equal(before, "the start", 20s);
    before.signal(SIGKILL);
  }
  kubectl("delete configmap -n life-c goes");
  CollectProcess after(kubeconfig("reader"), {"--watch", "-n", "team-a", "-f", manifests});
  expect_equal(after, "a deletion while down", 20s);
}

TEST_F(CollectLifecycle, real_certificates_and_applications_equal_kubectl_and_jq) {
  KOLLECT_NEED_WORLD(world);
  const json::Value& files = world->description("definitions");
  for (const char* name : {"cert-manager", "argo-cd"})
    kubectl("apply --server-side -f " + std::string(files.text(name)));
  until_served("certificates.cert-manager.io");
  until_served("applications.argoproj.io");
  put_namespace("shop", "lifecycle: 'no'");
  const std::string fixtures =
      std::string(KOLLECT_SOURCE_DIR) + "/tests/component/testdata/profiles/";
  const std::string profiles = std::string(KOLLECT_SOURCE_DIR) + "/deploy/profiles/";
  for (const char* name : {"certificate-summary", "argo-application-summary"}) {
    kubectl("apply --server-side -f " + fixtures + name + ".yaml");
  }
  kubectl("apply --server-side --subresource=status -f " + fixtures + "certificate-summary.yaml");
  CollectProcess collect(kubeconfig("reader"),
                         {"-n", "team-a", "-f", profiles + "certificate-summary.yaml", "-f",
                          profiles + "argo-application-summary.yaml"});
  EXPECT_EQ(collect.wait(), 0) << collect.err();
  const std::string certificates =
      shell(
          kubectl_words() +
          R"jq( get certificates -n shop -o json | jq -c '.items[] | {targetNamespace:"team-a",targetName:"certificate-summary",namespace:.metadata.namespace,name:.metadata.name,group:"cert-manager.io",version:"v1",kind:"Certificate",uid:.metadata.uid,attributes:({commonName:.spec.commonName,issuer:.spec.issuerRef.name,issuerKind:.spec.issuerRef.kind,notAfter:.status.notAfter,primaryDNS:(.spec.dnsNames[0]?),ready:([.status.conditions[]?|select(.type=="Ready")|.status][0]),revision:.status.revision,secretName:.spec.secretName}|with_entries(select(.value!=null)))}')jq")
          .out;
  const std::string applications =
      shell(
          kubectl_words() +
          R"jq( get applications.argoproj.io -n shop -o json | jq -c '.items[] | {targetNamespace:"team-a",targetName:"argo-application-summary",namespace:.metadata.namespace,name:.metadata.name,group:"argoproj.io",version:"v1alpha1",kind:"Application",uid:.metadata.uid,attributes:({appVersion:(.status.summary.images[0]?),chart:.spec.source.chart,chartVersion:.status.sync.revision,revision:(.status.history[-1]?|.id?),syncStatus:.status.sync.status,targetRevision:.spec.source.targetRevision}|with_entries(select(.value!=null)))}')jq")
          .out;
  EXPECT_EQ(sorted_lines(collect.out()), sorted_lines(certificates + applications));
  EXPECT_EQ(sorted_lines(collect.out()).size(), 4U);
}

TEST_F(CollectLifecycle, the_rows_of_a_kind_that_is_removed_go) {
  KOLLECT_NEED_WORLD(world);
  apply(
      R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: gadgets.example.com},
    spec: {group: example.com, scope: Namespaced, names: {plural: gadgets, kind: Gadget},
    versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object,
    properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}]}})");
  until_served("gadgets.example.com");
  put_namespace("life-d", "lifecycle: 'no'");
  apply(
      "{apiVersion: example.com/v1, kind: Gadget, metadata: {namespace: life-d, name: g}, spec: "
      "{size: 3}}");
  CollectProcess collect(kubeconfig("reader"),
                         {"--watch", "-n", "team-a", "-f", scratch_.file("gadgets.yaml", R"(---
apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {name: gadgets}
spec: {targetGVK: {group: example.com, version: v1, kind: Gadget}, attributes: [{name: size, path: "$.spec.size"}]}
---
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {name: gadgets}
spec: {profileRef: gadgets}
)")});
  ASSERT_TRUE(collect.prints([](const auto& out) { return replayed(out).size() == 1; }))
      << collect.err();
  kubectl("delete crd gadgets.example.com");
  EXPECT_TRUE(collect.prints([](const auto& out) { return replayed(out).empty(); }, 10s));
}

TEST_F(CollectLifecycle, rights_that_are_revoked_and_granted_take_effect) {
  KOLLECT_NEED_WORLD(world);
  put_namespace("life-e", "lifecycle: 'yes'");
  put_map("life-e", "one", "1");
  const auto bind = [&] {
    kubectl("create clusterrolebinding life --clusterrole=world-reader --user=nobody");
  };
  bind();
  CollectProcess collect(kubeconfig("nobody"), {"--watch", "-n", "team-a", "-f",
                                                scratch_.file("maps.yaml", std::string(kMaps))});
  expect_equal(collect, "the start", 20s);
  kubectl("delete clusterrolebinding life");
  EXPECT_TRUE(collect.prints([](const auto& out) { return replayed(out).empty(); }, 45s))
      << collect.out() << collect.err();
  bind();
  expect_equal(collect, "a grant", 45s);
  kubectl("delete clusterrolebinding life");
}

TEST_F(CollectLifecycle, a_killed_server_and_a_forgotten_history_lose_nothing) {
  KOLLECT_NEED_WORLD(world);
  put_namespace("life-f", "lifecycle: 'yes'");
  put_map("life-f", "one", "1");
  put_map("life-f", "two", "2");
  CollectProcess collect(kubeconfig("reader"), {"--watch", "-n", "team-a", "-f",
                                                scratch_.file("maps.yaml", std::string(kMaps))});
  expect_equal(collect, "the start", 20s);
  ASSERT_TRUE(world->kill("kube-apiserver"));
  ASSERT_TRUE(world->restart("kube-apiserver"));
  put_map("life-f", "one", "after the restart");
  expect_equal(collect, "a restart");
  // A 410: the client stands still while the server forgets.
  collect.signal(SIGSTOP);
  put_map("life-f", "one", "unseen");
  kubectl("delete configmap -n life-f two");
  ASSERT_TRUE(world->restart("kube-apiserver"));
  collect.signal(SIGCONT);
  expect_equal(collect, "a 410");
}

}  // namespace
}  // namespace kollect::testing
