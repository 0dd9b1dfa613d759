// The generated CRDs and the real operator's admission hooks against a real API server.
#include <cstdio>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "api/testing/manifest_generator.h"
#include "api/testing/refusals.h"
#include "base/json_write.h"
#include "kube/client.h"
#include "kubectl.h"
#include "net/testing/running_server.h"
#include "operator_process.h"
#include "serve/admission.h"
#include "serve/webhook.h"
#include "world/world.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;

const SharedWorld world({"kube-apiserver"});

// Hooks in this process, in a world of objects that a row arranges: look-ups that fail, flags that
// differ.
class ArrangedHooks {
 public:
  ArrangedHooks()
      : server_(options(), [this](const net::Request& request, const net::Peer& peer) {
          return answer(request, peer);
        }) {}

  void arrange(const api::RuleCase& row) {
    auto next = std::make_shared<api::RuleWorld>();
    if (row.arrange != nullptr) row.arrange(*next);
    world_.with([&](auto& current) { current = next; });
  }
  std::string url() const { return server_.url(""); }
  const std::string& authority_pem() const { return authority_.pem(); }
  int reviews() const { return reviews_.copy(); }

 private:
  net::ServerOptions options() const {
    net::ServerOptions out;
    out.tls = folder_.server_files(authority_.server("localhost"));
    return out;
  }
  net::Reply answer(const net::Request& request, const net::Peer& peer) {
    reviews_.with([](int& count) { ++count; });
    const std::shared_ptr<const api::RuleWorld> now = world_.copy();
    return serve::admission_handler(now->context())(request, peer);
  }

  net::TemporaryFolder folder_;
  net::TestAuthority authority_{"arranged"};
  Guarded<std::shared_ptr<const api::RuleWorld>> world_{std::make_shared<const api::RuleWorld>()};
  Guarded<int> reviews_{0};
  net::RunningServer server_;
};

const api::Refusal& probe_row() {
  static const api::Refusal row = [] {
    for (const api::Refusal& one : api::refusals())
      if (one.name == "scope_interval_above_a_day") return one;
    KOLLECT_CHECK(!"the row is there");
    std::abort();
  }();
  return row;
}

// What the API server says to a dry-run of a manifest.
struct Said {
  int code = 0;
  std::string reason;
  std::string message;
  bool is_denied() const { return message.find("denied the request: ") != std::string::npos; }
};

// CRDs first, then the hooks of the operator; a hook is in force a moment after it was written.
class ApiServer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (absence(world) != Absence::none) return;
    definitions_ = install_definitions(world->kube());
    operator_ = std::make_unique<OperatorProcess>(
        std::vector<std::string>{"--kubeconfig=" + world->kube().kubeconfig});
    const auto config =
        kube::Kubeconfig::load({world->kube().kubeconfig}, kube::Kubeconfig::Missing::refuse);
    client_ = std::make_unique<kube::KubeClient>(*config->access());
    is_ready_ = operator_->is_ready();
    use_hooks(operator_->url("webhook", ""), operator_->authority().pem());
    for (int i = 0; i < 100 && !create(probe_row()).is_denied(); ++i)
      std::this_thread::sleep_for(100ms);
  }
  static void TearDownTestSuite() {
    operator_.reset();
    client_.reset();
  }
  void SetUp() override {
    KOLLECT_NEED_WORLD(world);
    ASSERT_TRUE(is_ready_) << operator_->log();
  }

  static void use_hooks(const std::string& url, const std::string& authority_pem) {
    kubectl_with(world->kube(), "apply", webhook_configuration(url, authority_pem));
  }

  static Said create(const api::Refusal& one) {
    const api::Kind& kind = one.subject->kind;
    const kube::Place place{.resource = {std::string(api::kGroup), std::string(api::kVersion),
                                         std::string(kind.plural)},
                            .ns = kind.is_cluster_scoped ? "" : "team-a"};
    const auto answer =
        client_->send(kube::create(place, manifest_text(*one.subject, *one.row), {.dry_run = true}),
                      Steady::now() + 10s, {});
    if (!answer) return {.code = 0, .reason = "", .message = answer.error().text()};
    const auto status = json::Document::parse(answer->body);
    if (!status) return {.code = answer->http_status, .reason = "", .message = answer->body};
    return {.code = answer->http_status,
            .reason = std::string(status->root().text("reason")),
            .message = std::string(status->root().text("message"))};
  }

  static inline KubectlOutcome definitions_;
  static inline std::unique_ptr<OperatorProcess> operator_;
  static inline std::unique_ptr<kube::KubeClient> client_;
  static inline bool is_ready_ = false;
};

TEST_F(ApiServer, takes_the_definitions_without_a_warning) {
  EXPECT_TRUE(definitions_.ok) << definitions_.text;
}

TEST_F(ApiServer, takes_every_sample_with_the_hooks_on) {
  const KubectlOutcome outcome =
      kubectl(world->kube(), "create --dry-run=server --validate=strict -f '" KOLLECT_SOURCE_DIR
                             "/deploy/samples'");
  EXPECT_TRUE(outcome.ok) << outcome.text;
}

// The path (errors that stand alone show none), the class and the gist.
bool tells(const std::string& message, const api::RuleCase& row) {
  const bool is_plain = row.type == api::ErrorType::plain;
  const std::string place = is_plain ? "" : fmt::format("{}: {}", row.path, api::word(row.type));
  return message.find(place) != std::string::npos && message.find(row.gist) != std::string::npos;
}

// The review of a row as the API server would have sent it.
std::string review_of(const api::Refusal& one) {
  return fmt::format(
      R"({{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{{"uid":"u",)"
      R"("operation":"CREATE","kind":{{"group":"kollect.dev","version":"v1alpha1","kind":"{}"}},)"
      R"("object":{}}}}})",
      one.subject->kind.name, manifest_text(*one.subject, *one.row));
}

// The message of a denied review; empty when it is none.
std::string denial_of(const net::Response& response) {
  const auto review = json::Document::parse(response.body);
  if (response.status != 200 || !review) return "";
  const json::Value* message = review->root().at({"response", "status", "message"});
  return message == nullptr ? "" : std::string(message->as_string());
}

struct Tally {
  int by_hook = 0;
  int by_schema = 0;  // then the rule was shown by posting the review
};

void report(const char* which, const Tally& tally) {
  std::printf("%s: %d refused by the hook, %d by the schema first\n", which, tally.by_hook,
              tally.by_schema);
}

TEST_F(ApiServer, refuses_each_row_through_the_real_hook) {
  Tally tally;
  for (const api::Refusal& one : api::refusals()) {
    if (one.row->arrange != nullptr) continue;
    const Said said = create(one);
    EXPECT_GE(said.code, 400) << one.name;
    std::string message = said.message;
    ++(said.is_denied() ? tally.by_hook : tally.by_schema);
    if (!said.is_denied()) {
      EXPECT_EQ(said.reason, "Invalid") << one.name << ": " << message;
      message = denial_of(operator_->post(
          operator_->url("webhook", serve::admission_path(one.subject->kind)), review_of(one)));
    }
    EXPECT_TRUE(tells(message, *one.row)) << one.name << ": " << message;
  }
  report("rows that need no arrangement", tally);
  EXPECT_GE(tally.by_hook, 150);
}

TEST_F(ApiServer, refuses_each_arranged_row_through_hooks_with_that_arrangement) {
  ArrangedHooks hooks;
  use_hooks(hooks.url(), hooks.authority_pem());
  for (int i = 0; i < 100 && hooks.reviews() == 0; ++i) {
    create(probe_row());
    std::this_thread::sleep_for(100ms);
  }
  Tally tally;
  for (const api::Refusal& one : api::refusals()) {
    if (one.row->arrange == nullptr) continue;
    hooks.arrange(*one.row);
    const Said said = create(one);
    ++(said.is_denied() ? tally.by_hook : tally.by_schema);
    EXPECT_TRUE(tells(said.message, *one.row)) << one.name << ": " << said.message;
  }
  report("rows with an arrangement", tally);
  EXPECT_EQ(tally.by_schema, 0);
  use_hooks(operator_->url("webhook", ""), operator_->authority().pem());
  for (int i = 0, before = -1; i < 100 && before != hooks.reviews(); ++i) {
    before = hooks.reviews();
    create(probe_row());
    std::this_thread::sleep_for(50ms);
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
  kubectl(world->kube(), "delete validatingwebhookconfiguration kollect");
  for (const api::Kind* kind : api::kinds()) {
    for (uint32_t seed = 0; seed < 3; ++seed) {
      json::Arena arena;
      const json::Value random = api::random_manifest(*kind, seed, arena);
      const json::Value given = *random.find("spec");
      const std::string scope = kind->is_cluster_scoped ? "" : R"(,"namespace":"team-a")";
      const std::string text = fmt::format(
          R"({{"apiVersion":"kollect.dev/v1alpha1","kind":"{}","metadata":{{"name":"random"{}}},"spec":{}}})",
          kind->name, scope, json::to_text(given));
      const auto stored = json::Document::parse(
          kubectl_with(world->kube(), "create --dry-run=server --validate=strict -o json", text)
              .text);
      ASSERT_TRUE(stored.has_value()) << text;
      EXPECT_TRUE(holds(*stored->root().find("spec"), given)) << text;
    }
  }
}

}  // namespace
}  // namespace kollect::testing
