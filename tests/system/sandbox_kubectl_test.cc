// The sandbox judged by a real kubectl: what people type must work against it.
#include <memory>
#include <string>

#include <fmt/format.h>

#include "net/testing/certificates.h"
#include "sandbox/living.h"
#include "sandbox/sandbox.h"
#include "shell.h"
#include "world/world.h"

namespace kollect::sandbox {
namespace {

const ::kollect::testing::SharedWorld world({"kube-apiserver"});

constexpr const char* kWorkload = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, image: "web:1", env: [{name: A, value: "1"}]}
      - {name: side, image: "side:1"}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: web}}
spec: {containers: [{name: main, image: "web:1"}]}
)";

constexpr const char* kDefinition = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.demo.io}
spec:
  group: demo.io
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
)";

constexpr const char* kWidget =
    "apiVersion: demo.io/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 3}\n";

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class SandboxKubectl : public ::testing::Test {
 protected:
  SandboxKubectl() : sandbox_(started()) {
    config_ = folder_.write("kubeconfig", sandbox_->kubeconfig(authority_.pem()));
  }

  // Standard output and error of kubectl with these words of a shell; "rc=N" follows a failure.
  std::string kubectl(const std::string& words, const std::string& input = {}) {
    const std::string file = folder_.write("input", input);
    const std::string command =
        fmt::format("KUBECONFIG={} {} --cache-dir {} {} <{} 2>&1 || echo rc=$?", config_,
                    world->kube().kubectl, folder_.path("cache"), words, file);
    return ::kollect::testing::shell(command).out;
  }
  // The output, which must hold this text.
  void expect(const std::string& words, std::string_view part, const std::string& input = {}) {
    const std::string out = kubectl(words, input);
    EXPECT_TRUE(has(out, part)) << "kubectl " << words << "\n" << out;
  }
  void apply(const std::string& manifests) {
    const std::string out = kubectl("apply -f -", manifests);
    ASSERT_FALSE(has(out, "rc=")) << out;
  }

  net::TemporaryFolder folder_;
  net::TestAuthority authority_{"sandbox"};
  std::unique_ptr<Sandbox> sandbox_;
  std::string config_;

 private:
  std::unique_ptr<Sandbox> started() {
    auto made = Sandbox::start({.tls = folder_.server_files(authority_.server("localhost"))});
    EXPECT_TRUE(made) << (made ? "" : made.error().text());
    return *std::move(made);
  }
};

TEST_F(SandboxKubectl, says_that_it_is_a_sandbox_and_what_it_serves) {
  KOLLECT_NEED_WORLD(world);
  expect("version", "Server Version: v1.36.0+kollect-sandbox");
  expect("api-resources", "deployments                 deploy       apps/v1");
}

TEST_F(SandboxKubectl, applies_and_applies_changes) {
  KOLLECT_NEED_WORLD(world);
  expect("apply -f -", "deployment.apps/web created", kWorkload);
  expect("apply -f -", "deployment.apps/web unchanged", kWorkload);
  std::string changed = kWorkload;
  changed.replace(changed.find("side:1"), 6, "side:2");
  expect("apply -f -", "deployment.apps/web configured", changed);
  expect("get deploy web -o jsonpath='{.spec.template.spec.containers[*].image}'", "web:1 side:2");
}

TEST_F(SandboxKubectl, applies_on_the_server_and_removes_what_is_no_longer_said) {
  KOLLECT_NEED_WORLD(world);
  const std::string all =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: x, b: y}\n";
  std::string less = all;
  less.replace(less.find(", b: y"), 6, "");
  expect("apply --server-side -f -", "configmap/c serverside-applied", all);
  expect("apply --server-side -f -", "configmap/c serverside-applied", less);
  expect("get cm c -o jsonpath='{.data}'", R"({"a":"x"})");
}

TEST_F(SandboxKubectl, gets_tables_yaml_and_selections) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload);
  expect("get deploy",
         "NAME   READY   UP-TO-DATE   AVAILABLE   IMAGES         AGE\nweb    0/2     <none>");
  expect("get svc -A", "10.96.0.1    80");
  expect("get pods -A", "NAMESPACE   NAME    READY    STATUS    RESTARTS   NODE     AGE");
  expect("get deploy web -o yaml", "image: web:1");
  expect("get pods -l app=web", "web-1");
  expect("get pods -l app=other", "No resources found");
  expect("get pods --field-selector status.phase=Pending,metadata.name=web-1", "web-1");
  expect("get pods web-2", "pods \"web-2\" not found");
}

TEST_F(SandboxKubectl, describes_workloads_and_custom_objects) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload);
  apply(kDefinition);
  expect("wait --for=condition=Established crd/widgets.demo.io --timeout=10s", "condition met");
  apply(kWidget);
  expect("describe pod web-1", "Image:        web:1");
  expect("describe deployment web", "Replicas:           2 desired");
  expect("describe service web", "Endpoints:");
  expect("describe widget w", "Size:  3");
  expect("get wd", "NAME   SIZE\nw      3");
}

TEST_F(SandboxKubectl, deletes_objects_and_namespaces) {
  KOLLECT_NEED_WORLD(world);
  apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n");
  expect("apply -f - -n other", "service/web created", kWorkload);
  expect("delete pod web-1 -n other", "deleted");
  expect("delete deploy,svc --all -n other", "service \"web\" deleted");
  expect("delete namespace other --wait", "deleted");
  expect("get ns other", "NotFound");
}

TEST_F(SandboxKubectl, edits_built_in_and_custom_objects) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload);
  apply(kDefinition);
  apply(kWidget);
  const std::string config = config_;
  config_ = config + " EDITOR='sed -i s/web:1/web:7/'";
  expect("edit deploy web", "deployment.apps/web edited");
  expect("get deploy web", "web:7,side:1");
  config_ = config + " EDITOR='sed -i \"s/size: 3/size: 4/\"'";
  expect("edit widget w", "widget.demo.io/w edited");
  expect("get wd", "NAME   SIZE\nw      4");
}

TEST_F(SandboxKubectl, waits_for_conditions_values_and_deletion) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload);
  const auto later = [&](const std::string& words) {
    return fmt::format("version >/dev/null; (sleep 1; {} --kubeconfig {} {}) >/dev/null & {} ",
                       world->kube().kubectl, folder_.path("kubeconfig"), words,
                       "KUBECONFIG=" + config_ + ' ' + world->kube().kubectl);
  };
  expect(
      later(
          R"(patch pod web-1 --subresource=status --type=merge -p '{"status":{"phase":"Running"}}')") +
          "wait pod/web-1 --for=jsonpath='{.status.phase}'=Running --timeout=20s",
      "condition met");
  expect(
      later(
          R"(patch pod web-1 --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}')") +
          "wait pod/web-1 --for=condition=Ready --timeout=20s",
      "condition met");
  expect(later("delete pod web-1") + "wait pod/web-1 --for=delete --timeout=20s", "condition met");
}

TEST_F(SandboxKubectl, sees_the_rollouts_of_a_living_cluster_end) {
  KOLLECT_NEED_WORLD(world);
  LivingCluster living(*sandbox_, {.objects = 20});
  ASSERT_TRUE(living.settle());
  expect("rollout status -n shop deployment web --timeout=10s", "successfully rolled out");
}

TEST_F(SandboxKubectl, watches_as_rows) {
  KOLLECT_NEED_WORLD(world);
  apply(kWorkload);
  const std::string out = kubectl(fmt::format(
      "version >/dev/null; (sleep 1; {0} --kubeconfig {1} delete pod web-1) >/dev/null & "
      "KUBECONFIG={1} {0} get pods --watch --request-timeout=3s",
      world->kube().kubectl, config_));
  const size_t first = out.find("web-1   <none>   Pending");
  ASSERT_NE(first, std::string::npos) << out;
  EXPECT_NE(out.find("web-1   <none>   Pending", first + 1), std::string::npos) << out;
}

TEST_F(SandboxKubectl, is_refused_what_a_rule_denies) {
  KOLLECT_NEED_WORLD(world);
  sandbox_->deny("bob", "*");
  sandbox_->allow("bob", "get", "pods", "default");
  config_ = folder_.write("kubeconfig", sandbox_->kubeconfig(authority_.pem(), "bob"));
  expect("get pods", "pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group");
  expect("get pods web-9", "NotFound");
}

}  // namespace
}  // namespace kollect::sandbox
