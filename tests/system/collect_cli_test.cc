// The real `kollect collect` against a real API server: its rows equal what kubectl and jq say, and
// its exit codes are those of the manual.
#include <csignal>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect_process.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const SharedWorld world({"kube-apiserver"});

// A kind to collect: how profiles and kubectl name it, and its one attribute in both languages.
struct Collected {
  std::string name;      // of profile and target
  std::string gvk;       // flow style YAML
  std::string identity;  // the same as members of a row
  std::string resource;  // of kubectl
  std::string path;
  std::string jq;  // what the path gives
};

const Collected kDeployments{"deployments",
                             "{group: apps, version: v1, kind: Deployment}",
                             R"(group:"apps",version:"v1",kind:"Deployment")",
                             "deployments.apps",
                             "$.spec.template.spec.containers[*].image",
                             "[.spec.template.spec.containers[].image]"};
const Collected kServices{
    "services", "{version: v1, kind: Service}",         R"(version:"v1",kind:"Service")",
    "services", "cel:object.spec.ports.map(p, p.port)", "[.spec.ports[].port]"};
const Collected kIngresses{"ingresses",
                           "{group: networking.k8s.io, version: v1, kind: Ingress}",
                           R"(group:"networking.k8s.io",version:"v1",kind:"Ingress")",
                           "ingresses",
                           "$.spec.rules[*].host",
                           "[.spec.rules[].host]"};
const Collected kConfigMaps{"configmaps",
                            "{version: v1, kind: ConfigMap}",
                            R"(version:"v1",kind:"ConfigMap")",
                            "configmaps",
                            "$.data",
                            ".data"};
const Collected kWidgets{"widgets",
                         "{group: example.com, version: v1, kind: Widget}",
                         R"(group:"example.com",version:"v1",kind:"Widget")",
                         "widgets.example.com",
                         "{.spec.size}",
                         ".spec.size"};

std::string manifests(const Collected& kind, const std::string& filter) {
  const bool is_list = kind.jq.starts_with('[');
  return fmt::format(R"(apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {{name: {0}}}
spec:
  targetGVK: {1}
  attributes: [{{name: value, path: "{2}"{3}}}]
---
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {{name: {0}}}
spec: {{profileRef: {0}, {4}}}
---
)",
                     kind.name, kind.gvk, kind.path, is_list ? ", type: list" : "", filter);
}

constexpr std::string_view kWorkload = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: app, image: "registry.local/cart:3.4"}, {name: proxy, image: "registry.local/proxy:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}, {name: metrics, port: 9090}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: cart}
spec:
  rules: [{host: cart.example}]
  defaultBackend: {service: {name: cart, port: {number: 80}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: zeta}
data: {b: "2", a: "1 \u00e4"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: alpha}
data: {x: word}
)";

constexpr std::string_view kWidgetDefinition = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
)";

// A namespace of its own, manifests that collect from it, and the oracle.
class CollectCli : public ::testing::Test {
 protected:
  void SetUp() override {
    KOLLECT_NEED_WORLD(world);
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    ns_ = "c-" + std::to_string(std::hash<std::string>()(name) % 100'000'000);
    apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + ns_ + "}\n", "default");
  }

  std::string kubeconfig(const std::string& user) const {
    return world->kube().kubeconfigs.at(user);
  }
  std::string kubectl(const std::string& arguments) const {
    const KubeApiserver server = world->kube();
    const auto outcome = shell(
        fmt::format("KUBECONFIG={} {} {} 2>&1", server.kubeconfig, server.kubectl, arguments));
    EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.out;
    return outcome.out;
  }
  void apply(std::string_view text, const std::string& ns) const {
    kubectl(fmt::format("apply -n {} -f {}", ns, scratch_.file("apply.yaml", std::string(text))));
  }

  // A file with profiles and targets for these kinds, in this test's namespace.
  std::string file(const std::vector<Collected>& kinds) const {
    std::string text;
    for (const Collected& kind : kinds)
      text += manifests(kind, "includedNamespaces: [" + ns_ + "]");
    return scratch_.file("collect.yaml", text);
  }

  std::vector<std::string> oracle(const std::vector<Collected>& kinds) const {
    const KubeApiserver server = world->kube();
    std::string lines;
    for (const Collected& kind : kinds) {
      const std::string program = fmt::format(
          R"(.items[] | {{targetNamespace:"team-a",targetName:"{}",namespace:.metadata.namespace,)"
          R"(name:.metadata.name,{},uid:.metadata.uid,attributes:{{value:{}}}}})",
          kind.name, kind.identity, kind.jq);
      lines += shell(fmt::format("KUBECONFIG={} {} get {} -n {} -o json | jq -c '{}'",
                                 server.kubeconfig, server.kubectl, kind.resource, ns_, program))
                   .out;
    }
    return sorted_lines(lines);
  }

  Scratch scratch_;
  std::string ns_;
};

const std::vector<Collected> kBuiltIn = {kConfigMaps, kDeployments, kIngresses, kServices};

TEST_F(CollectCli, rows_equal_what_kubectl_and_jq_say) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload, ns_);
  CollectProcess collect(kubeconfig("reader"), {"-f", file(kBuiltIn), "-n", "team-a", "--stats"});
  EXPECT_EQ(collect.wait(), 0) << collect.err();
  EXPECT_EQ(sorted_lines(collect.out()).size(), 5U);
  EXPECT_EQ(sorted_lines(collect.out()), oracle(kBuiltIn));
  EXPECT_THAT(collect.err(), AllOf(HasSubstr("rows         5\n"), HasSubstr("peak memory  ")));
}

TEST_F(CollectCli, rows_are_in_canonical_order_and_json_is_one_array_of_them) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload, ns_);
  const std::string manifest = file(kBuiltIn);
  CollectProcess lines(kubeconfig("reader"), {"-f", manifest, "-n", "team-a"});
  CollectProcess array(kubeconfig("reader"), {"-f", manifest, "-n", "team-a", "-o", "json"});
  EXPECT_EQ(lines.wait(), 0) << lines.err();
  EXPECT_EQ(array.wait(), 0) << array.err();
  const std::string text = lines.out();
  EXPECT_LT(text.find(R"("name":"alpha")"), text.find(R"("name":"zeta")"));
  EXPECT_LT(text.find(R"("targetName":"ingresses")"), text.find(R"("targetName":"services")"));
  const std::string joined = scratch_.file("rows", text);
  EXPECT_EQ(shell("jq -sc . " + joined).out,
            shell("jq -c . " + scratch_.file("array", array.out())).out);
}

TEST_F(CollectCli, a_table_has_a_column_for_each_attribute) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload, ns_);
  CollectProcess collect(kubeconfig("reader"),
                         {"-f", file({kConfigMaps}), "-n", "team-a", "-o", "table"});
  EXPECT_EQ(collect.wait(), 0) << collect.err();
  EXPECT_THAT(collect.out(), AllOf(StartsWith("TARGET "), HasSubstr("value\nteam-a/configmaps"),
                                   EndsWith("a=1 ä,b=2\n")));
}

TEST_F(CollectCli, a_watch_follows_changes_until_it_is_interrupted) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload, ns_);
  CollectProcess collect(kubeconfig("reader"), {"-f", file(kBuiltIn), "-n", "team-a", "--watch"});
  ASSERT_TRUE(collect.prints([&](const std::string& out) {
    return replayed(out) == oracle(kBuiltIn);
  })) << collect.err();
  kubectl("-n " + ns_ + " delete configmap zeta");
  kubectl("-n " + ns_ + " create configmap zeta --from-literal=c=3");
  kubectl("-n " + ns_ + " set image deployment/cart app=registry.local/cart:4");
  kubectl("-n " + ns_ + " delete service cart");
  EXPECT_TRUE(
      collect.prints([&](const std::string& out) { return replayed(out) == oracle(kBuiltIn); }, 5s))
      << collect.out() << collect.err();
  EXPECT_THAT(collect.out(), HasSubstr(R"({"op":"erase","row":{"targetNamespace":"team-a")"));
  collect.signal(SIGINT);
  EXPECT_EQ(collect.wait(1s), 0);
}

TEST_F(CollectCli, a_kind_that_is_installed_later_is_collected_without_an_edit) {
  KOLLECT_NEED_WORLD(world);
  const std::string manifest = file({kWidgets});
  CollectProcess once(kubeconfig("reader"), {"-f", manifest, "-n", "team-a"});
  EXPECT_EQ(once.wait(), 1);
  EXPECT_THAT(once.err(), HasSubstr("KollectTarget team-a/widgets: the cluster does not serve "
                                    "example.com/v1/Widget"));
  CollectProcess watch(kubeconfig("reader"), {"-f", manifest, "-n", "team-a", "--watch"});
  apply(kWidgetDefinition, "default");
  kubectl("wait --for condition=established crd/widgets.example.com --timeout=20s");
  apply("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 7}\n", ns_);
  EXPECT_TRUE(watch.prints([&](const std::string& out) {
    return replayed(out).size() == 1 && replayed(out) == oracle({kWidgets});
  })) << watch.out()
      << watch.err();
  kubectl("delete crd widgets.example.com");
  EXPECT_TRUE(watch.prints([&](const std::string& out) { return replayed(out).empty(); }))
      << watch.out();
  watch.signal(SIGTERM);
  EXPECT_EQ(watch.wait(1s), 0);
}

TEST_F(CollectCli, objects_that_fail_are_missing_and_the_others_are_there) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload, ns_);
  Collected picky = kConfigMaps;
  picky.path = "cel:object.data.x";
  CollectProcess collect(kubeconfig("reader"), {"-f", file({picky}), "-n", "team-a"});
  EXPECT_EQ(collect.wait(), 1);
  EXPECT_THAT(collect.out(), HasSubstr(R"("name":"alpha")"));
  EXPECT_THAT(collect.err(),
              HasSubstr("missing: KollectTarget team-a/configmaps: 1 object gave no row"));
}

TEST_F(CollectCli, forbidden_namespaces_are_named_and_the_others_are_collected) {
  KOLLECT_NEED_WORLD(world);
  kubectl("-n team-a create configmap " + ns_);
  const std::string manifest =
      scratch_.file("both.yaml", manifests(kConfigMaps, "includedNamespaces: [team-a, team-b]"));
  CollectProcess collect(kubeconfig("reader-a"), {"-f", manifest, "-n", "team-a"});
  EXPECT_EQ(collect.wait(), 1);
  EXPECT_THAT(collect.out(), HasSubstr("\"name\":\"" + ns_ + "\""));
  EXPECT_THAT(collect.err(), HasSubstr("may not read v1/ConfigMap in namespaces team-b"));
}

TEST_F(CollectCli, who_may_read_nothing_gets_exit_code_three) {
  KOLLECT_NEED_WORLD(world);
  CollectProcess collect(kubeconfig("nobody"), {"-f", file({kConfigMaps}), "-n", "team-a"});
  EXPECT_EQ(collect.wait(), 3) << collect.err();
  EXPECT_THAT(collect.out(), IsEmpty());
  CollectProcess as(kubeconfig("admin"),
                    {"-f", file({kConfigMaps}), "-n", "team-a", "--as", "nobody"});
  EXPECT_EQ(as.wait(), 3) << as.err();
}

TEST_F(CollectCli, credentials_and_servers_that_are_no_good_give_exit_code_three) {
  KOLLECT_NEED_WORLD(world);
  const std::string good = text_of(kubeconfig("reader"));
  const KubeApiserver server = world->kube();
  std::string stranger = good;
  const std::string& token = server.tokens.at("reader");
  stranger.replace(stranger.find(token), token.size(), "unknown");
  std::string elsewhere = good;
  elsewhere.replace(elsewhere.find(server.url), server.url.size(), "https://127.0.0.1:1");
  for (const std::string& config : {stranger, elsewhere}) {
    CollectProcess collect(scratch_.file("config", config), {"-f", file({kConfigMaps})});
    EXPECT_EQ(collect.wait(5s), 3) << collect.err();
    EXPECT_THAT(collect.err(), StartsWith("kollect collect: cluster "));
  }
}

TEST_F(CollectCli, manifests_that_admission_refuses_give_exit_code_two) {
  KOLLECT_NEED_WORLD(world);
  const std::string manifest = scratch_.file("bad.yaml",
                                             "apiVersion: kollect.dev/v1alpha1\nkind: "
                                             "KollectTarget\nmetadata: {name: a}\nspec: {}\n");
  CollectProcess collect(kubeconfig("reader"), {"-f", manifest});
  EXPECT_EQ(collect.wait(), 2);
  EXPECT_THAT(collect.err(), HasSubstr("spec.profileRef: Required value"));
}

TEST_F(CollectCli, a_server_that_says_nothing_ends_the_wait_in_time) {
  KOLLECT_NEED_WORLD(world);
  ASSERT_TRUE(world->freeze("kube-apiserver"));
  CollectProcess collect(kubeconfig("reader"), {"-f", file({kConfigMaps}), "--timeout", "1s"});
  EXPECT_EQ(collect.wait(4s), 3) << collect.err();
  ASSERT_TRUE(world->thaw("kube-apiserver"));
}

TEST_F(CollectCli, a_reader_that_leaves_ends_the_watch_quietly) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload, ns_);
  const std::string command =
      fmt::format("KUBECONFIG={} timeout 20 {} collect -f {} -n team-a -w", kubeconfig("reader"),
                  KOLLECT_BINARY, file({kConfigMaps}));
  const auto outcome =
      shell(fmt::format("({} 2>&1; echo $? > {}) | head -n 1", command, scratch_.path("code")));
  EXPECT_THAT(outcome.out, StartsWith(R"({"op":"upsert",)"));
  EXPECT_EQ(text_of(scratch_.path("code")), "0\n");
}

TEST_F(CollectCli, the_live_view_is_a_line_a_second_without_a_terminal) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload, ns_);
  CollectProcess collect(kubeconfig("reader"),
                         {"-f", file({kConfigMaps}), "-n", "team-a", "--live", "--for", "2500ms"});
  EXPECT_EQ(collect.wait(6s), 0) << collect.err();
  EXPECT_GE(sorted_lines(collect.out()).size(), 2U);
  EXPECT_THAT(collect.out(), HasSubstr("1 of 1 targets settled   "));
}

}  // namespace
}  // namespace kollect::testing
