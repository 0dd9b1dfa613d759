// The generated CRDs and the admission hooks against a real API server.
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <sys/wait.h>
#include <thread>

#include <fmt/format.h>

#include "api/scalar.h"
#include "api/testing/fake_rules.h"
#include "api/testing/manifest_generator.h"
#include "base/json_write.h"
#include "net/testing/certificates.h"
#include "net/testing/running_server.h"
#include "serve/admission.h"
#include "serve/webhook.h"
#include "world/world.h"

namespace kollect::serve {
namespace {

const ::kollect::testing::SharedWorld world({"kube-apiserver"});

struct Outcome {
  bool ok;
  std::string text;
};

Outcome kubectl(const std::string& arguments) {
  const auto kube = world->kube();
  const std::string line =
      fmt::format("KUBECONFIG='{}' '{}' {} 2>&1", kube.kubeconfig, kube.kubectl, arguments);
  Outcome out{false, ""};
  FILE* pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  while (const size_t n = std::fread(buffer, 1, sizeof(buffer), pipe)) out.text.append(buffer, n);
  out.ok = ::pclose(pipe) == 0;
  return out;
}

std::string base64_line(const std::string& text) { return api::base64_encode(text); }

// The hooks of a world in which no other object exists.
class Hooks {
 public:
  Hooks()
      : authority_("kollect"),
        server_(options(), admission_handler({policy_, expressions_, cluster_})) {}

  std::string configuration() const {
    std::string out =
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
        "metadata: {name: kollect}\nwebhooks:\n";
    for (const api::Kind* kind : api::kinds()) {
      out += fmt::format(
          "- name: v{}.kb.io\n  admissionReviewVersions: [v1]\n  sideEffects: None\n  "
          "failurePolicy: Fail\n"
          "  clientConfig: {{url: '{}', caBundle: {}}}\n"
          "  rules: [{{apiGroups: [kollect.dev], apiVersions: [v1alpha1], operations: [CREATE, "
          "UPDATE],"
          " resources: [{}]}}]\n",
          api::lower(kind->name), server_.url(admission_path(*kind)), base64_line(authority_.pem()),
          kind->plural);
    }
    return out;
  }

 private:
  net::ServerOptions options() {
    net::ServerOptions out;
    out.tls = folder_.server_files(authority_.server("localhost"));
    return out;
  }

  net::TemporaryFolder folder_;
  net::TestAuthority authority_;
  api::AdmissionPolicy policy_;
  api::FakeExpressions expressions_;
  api::FakeCluster cluster_;
  net::RunningServer server_;
};

std::string apply_text(const std::string& text, const std::string& flags) {
  const net::TemporaryFolder folder;
  return kubectl(fmt::format("create {} -f '{}'", flags, folder.write("manifest", text))).text;
}

constexpr const char* kRefused =
    "{apiVersion: kollect.dev/v1alpha1, kind: KollectScope, metadata: {name: a, namespace: team-a},"
    " spec: {minExportInterval: 25h}}";

// CRDs first, then the hooks; a hook is in force a moment after it was written.
class ApiServer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (::kollect::testing::absence(world) != ::kollect::testing::Absence::none) return;
    definitions_ = kubectl("apply --warnings-as-errors -f '" KOLLECT_SOURCE_DIR "/deploy/crds'");
    kubectl("wait --for=condition=Established crd --all --timeout=60s");
    hooks_ = std::make_unique<Hooks>();
    apply_text(hooks_->configuration(), "");
    for (int i = 0; i < 100; ++i) {
      if (apply_text(kRefused, "--dry-run=server").find("denied the request") != std::string::npos)
        break;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
  static void TearDownTestSuite() { hooks_.reset(); }
  void SetUp() override { KOLLECT_NEED_WORLD(world); }

  static inline Outcome definitions_{false, ""};
  static inline std::unique_ptr<Hooks> hooks_;
};

TEST_F(ApiServer, takes_the_definitions_without_a_warning) {
  EXPECT_TRUE(definitions_.ok) << definitions_.text;
}

TEST_F(ApiServer, takes_every_sample_with_the_hooks_on) {
  const Outcome outcome = kubectl(
      "create --dry-run=server --validate=strict -f '" KOLLECT_SOURCE_DIR "/deploy/samples'");
  EXPECT_TRUE(outcome.ok) << outcome.text;
}

struct RefusedCase {
  const char* kind;
  const char* metadata;
  const char* spec;
  const char* expected;
};

const RefusedCase kCases[] = {
    {"KollectProfile", "namespace: team-a",
     "{targetGVK: {version: v1, kind: Pod}, attributes: [{name: a, path: object.x}]}",
     "spec.attributes[0].path: Invalid value"},
    {"KollectTarget", "namespace: team-a", "{profileRef: a/b}", "spec.profileRef: Invalid value"},
    {"KollectInventory", "namespace: team-a", "{maxExportBytes: 0}",
     "spec.maxExportBytes: Invalid value: 0"},
    {"KollectSnapshotSink", "namespace: team-a", "{type: git, endpoint: 'https://127.0.0.1/a'}",
     "spec.endpoint: Forbidden"},
    {"KollectDatabaseSink", "namespace: team-a", "{type: postgres}",
     "spec.postgres: Required value"},
    {"KollectEventSink", "namespace: team-a",
     "{type: kafka, kafka: {brokers: ['10.0.0.1:9092'], topic: t}}",
     "spec.kafka.brokers[0]: Forbidden"},
    {"KollectScope", "namespace: team-a", "{minExportInterval: 25h}",
     "spec.minExportInterval: Invalid value"},
    {"KollectConnectionTest", "namespace: team-a", "{sinkRef: {}}", "spec.sinkRef: Required value"},
    {"KollectClusterTarget", "",
     "{profileRef: {name: a}, namespaceSelector: {matchLabels: {a: b}}}",
     "spec.profileRef.namespace: Required value"},
    {"KollectClusterInventory", "", "{namespaceSelector: {}}",
     "spec.namespaceSelector: Required value"},
    {"KollectClusterScope", "", "{allowedGVKs: [{version: '', kind: Pod}]}",
     "spec.allowedGVKs[0]: Required value"},
};

TEST_F(ApiServer, refuses_one_manifest_of_each_kind_through_its_hook) {
  for (const RefusedCase& one : kCases) {
    const std::string text = fmt::format(
        "{{apiVersion: kollect.dev/v1alpha1, kind: {}, metadata: {{name: a, {}}}, spec: {}}}",
        one.kind, one.metadata, one.spec);
    const std::string answer = apply_text(text, "--dry-run=server");
    EXPECT_NE(answer.find("denied the request"), std::string::npos) << answer;
    EXPECT_NE(answer.find(one.expected), std::string::npos) << answer;
  }
}

// Everything that `given` has is there in `stored`, which may hold defaults besides.
bool holds(const json::Value& stored, const json::Value& given) {
  if (given.is_object() && stored.is_object()) {
    for (const json::Member& member : given.members()) {
      const json::Value* value = stored.find(member.key);
      if (value == nullptr || !holds(*value, member.value)) return false;
    }
    return true;
  }
  if (!given.is_array() || !stored.is_array()) return stored == given;
  bool same = stored.items().size() == given.items().size();
  for (size_t i = 0; same && i < given.items().size(); ++i)
    same = holds(stored.items()[i], given.items()[i]);
  return same;
}

TEST_F(ApiServer, stores_what_we_encode_without_pruning) {
  kubectl("delete validatingwebhookconfiguration kollect");
  for (const api::Kind* kind : api::kinds()) {
    for (uint32_t seed = 0; seed < 3; ++seed) {
      json::Arena arena;
      const json::Value random = api::random_manifest(*kind, seed, arena);
      const json::Value given = *random.find("spec");
      const std::string scope = kind->is_cluster_scoped ? "" : R"(,"namespace":"team-a")";
      const std::string text = fmt::format(
          R"({{"apiVersion":"kollect.dev/v1alpha1","kind":"{}","metadata":{{"name":"random"{}}},"spec":{}}})",
          kind->name, scope, json::to_text(given));
      const auto stored =
          json::Document::parse(apply_text(text, "--dry-run=server --validate=strict -o json"));
      ASSERT_TRUE(stored.has_value()) << text;
      EXPECT_TRUE(holds(*stored->root().find("spec"), given)) << text;
    }
  }
}

}  // namespace
}  // namespace kollect::serve
