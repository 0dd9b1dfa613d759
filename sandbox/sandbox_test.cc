// The sandbox over HTTP, as a client that knows nothing of it sees it.
#include "sandbox/sandbox.h"

#include <algorithm>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "net/client.h"
#include "net/url.h"

namespace kollect::sandbox {
namespace {

using namespace std::chrono_literals;

const std::string kMaps = "/api/v1/namespaces/default/configmaps";
const kube::Gvk kConfigMap{"", "v1", "ConfigMap"};

std::string map_named(const std::string& name, const std::string& x = "1") {
  return fmt::format(
      R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}","labels":{{"x":"{}"}}}},"data":{{"x":"{}"}}}})",
      name, x, x);
}

constexpr const char* kDefinition = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.demo.io}
spec:
  group: demo.io
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
)";

class SandboxTest : public testing::Test {
 protected:
  SandboxTest() : sandbox_(start({})) {}

  static std::unique_ptr<Sandbox> start(const SandboxOptions& options) {
    auto started = Sandbox::start(options);
    EXPECT_TRUE(started) << (started ? "" : started.error().text());
    return *std::move(started);
  }
  net::Request request(const std::string& method, const std::string& target,
                       const std::string& body = {}) {
    return {
        .method = method,
        .url = sandbox_->url() + target,
        .headers = {{"Authorization", "Bearer " + sandbox_->token(user_)}, {"Content-Type", type_}},
        .body = body};
  }
  int send(const std::string& method, const std::string& target, const std::string& body = {}) {
    const auto response = client_.call(request(method, target, body), Steady::now() + 10s, {});
    failure_ = response ? "" : response.error().text();
    if (!response) return 0;
    auto parsed = json::Document::parse(response->body);
    if (parsed) answer_ = std::make_unique<json::Document>(*std::move(parsed));
    return response->status;
  }
  const json::Value& answer() const { return answer_->root(); }
  std::string text(std::initializer_list<std::string_view> path) const {
    const json::Value* value = answer().at(path);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
  }
  size_t items() const { return answer().find("items")->items().size(); }
  std::string version() const { return text({"metadata", "resourceVersion"}); }
  // The lines of a watch, until `count` have come or it ends.
  std::vector<std::string> watch(const std::string& query, size_t count,
                                 const std::function<void()>& when_open = {}) {
    std::string all;
    bool was_told = !when_open;
    std::jthread act;
    if (!was_told) {
      act = std::jthread([&] {
        while (sandbox_->open_watches() == 0) std::this_thread::yield();
        when_open();
      });
    }
    const auto done = client_.call_streaming(
        request("GET", kMaps + "?watch=true&" + query), Steady::now() + 10s, {},
        [&](std::string_view chunk) -> Status {
          all += chunk;
          const auto lines = static_cast<size_t>(std::ranges::count(all, '\n'));
          return lines >= count ? Status(cancelled("enough")) : Status();
        });
    std::vector<std::string> lines;
    for (size_t at = 0; at < all.size();) {
      const size_t end = std::min(all.find('\n', at), all.size());
      lines.push_back(all.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }
  // "ADDED a", "BOOKMARK ", "ERROR 410".
  static std::string gist(const std::string& line) {
    const auto event = json::Document::parse(line);
    if (!event) return "unreadable";
    const json::Value* code = event->root().at({"object", "code"});
    const json::Value* name = event->root().at({"object", "metadata", "name"});
    return std::string(event->root().text("type")) + ' ' +
           (code != nullptr   ? std::to_string(code->as_int())
            : name != nullptr ? std::string(name->as_string())
                              : std::string());
  }

  std::string user_ = "admin";
  std::string type_ = "application/json";
  std::string failure_;
  std::unique_ptr<Sandbox> sandbox_;
  net::Client client_{{}};
  std::unique_ptr<json::Document> answer_;
};

TEST_F(SandboxTest, an_object_is_created_once_and_carries_its_identity) {
  EXPECT_EQ(send("POST", kMaps, map_named("a")), 201);
  EXPECT_FALSE(text({"metadata", "uid"}).empty());
  EXPECT_FALSE(text({"metadata", "creationTimestamp"}).empty());
  EXPECT_EQ(send("POST", kMaps, map_named("a")), 409);
  EXPECT_EQ(text({"reason"}), "AlreadyExists");
  EXPECT_EQ(text({"message"}), "configmaps \"a\" already exists");
  EXPECT_EQ(send("GET", kMaps + "/b"), 404);
  EXPECT_EQ(text({"message"}), "configmaps \"b\" not found");
}

TEST_F(SandboxTest, generate_name_makes_a_name) {
  EXPECT_EQ(send("POST", kMaps,
                 R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"g-"}})"),
            201);
  EXPECT_EQ(text({"metadata", "name"}).size(), 7U) << text({"metadata", "name"});
}

TEST_F(SandboxTest, an_object_needs_its_namespace) {
  EXPECT_EQ(send("POST", "/api/v1/namespaces/none/configmaps", map_named("a")), 404);
  EXPECT_EQ(text({"message"}), "namespaces \"none\" not found");
}

struct RefusedCase {
  std::string method, target;  // behind the path of the maps
  std::string metadata;        // of the body; a delete has it as preconditions
  int status;
};

class RefusedWrite : public SandboxTest, public testing::WithParamInterface<RefusedCase> {};

TEST_P(RefusedWrite, changes_nothing) {
  ASSERT_EQ(send("POST", kMaps, map_named("a")), 201);
  const std::string kept = *sandbox_->read(kConfigMap, {"default", "a"});
  const auto& [method, target, metadata, status] = GetParam();
  if (method == "PATCH") type_ = "application/merge-patch+json";
  const std::string body =
      method == "DELETE"
          ? fmt::format(R"({{"preconditions":{}}})", metadata)
          : fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}})", metadata);
  EXPECT_EQ(send(method, kMaps + target, body), status) << method << ' ' << metadata;
  EXPECT_EQ(sandbox_->read(kConfigMap, {"default", "a"}), kept);
  EXPECT_FALSE(sandbox_->read(kConfigMap, {"default", "b"}));
}

const RefusedCase kRefusedWrites[] = {
    {"DELETE", "/a", R"({"uid":"x"})", 409},
    {"DELETE", "/a", R"({"resourceVersion":"1"})", 409},
    {"PUT", "/a", R"({"name":"a","uid":"x"})", 409},
    {"PATCH", "/a", R"({"uid":"x"})", 409},
    {"PUT", "/a", R"({"name":"b"})", 400},
    {"PUT", "/a", "{}", 400},
    {"PATCH", "/a", R"({"name":"b"})", 400},
    {"PUT", "/a", R"({"name":"a","namespace":"kube-system"})", 400},
    {"POST", "", R"({"name":"b","namespace":"kube-system"})", 400},
};
INSTANTIATE_TEST_SUITE_P(Writes, RefusedWrite, testing::ValuesIn(kRefusedWrites));

TEST_F(SandboxTest, a_delete_that_knows_the_object_is_obeyed) {
  ASSERT_EQ(send("POST", kMaps, map_named("a")), 201);
  const std::string known =
      fmt::format(R"({{"preconditions":{{"uid":"{}","resourceVersion":"{}"}}}})",
                  text({"metadata", "uid"}), version());
  EXPECT_EQ(send("DELETE", kMaps + "/a", known), 200);
  EXPECT_EQ(send("GET", kMaps + "/a"), 404);
}

TEST_F(SandboxTest, a_list_that_cannot_be_read_is_refused) {
  for (const char* query : {"continue=zzz", "continue=zzz/a", "continue=5/", "limit=x",
                            "resourceVersion=abc", "labelSelector=!!", "labelSelector=a%3D!!"}) {
    EXPECT_EQ(send("GET", kMaps + "?" + query), 400) << query;
    EXPECT_EQ(text({"reason"}), "BadRequest") << query;
  }
}

TEST_F(SandboxTest, the_second_openapi_holds_no_schemas) {
  const auto response = client_.call(request("GET", "/openapi/v2"), Steady::now() + 10s, {});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.find("Content-Type"),
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  EXPECT_EQ(response->body, "\n\0032.0") << "only the version";
}

TEST_F(SandboxTest, an_update_of_an_old_version_is_a_conflict) {
  ASSERT_EQ(send("POST", kMaps, map_named("a")), 201);
  const std::string old = version();
  const std::string body = fmt::format(
      R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"a","resourceVersion":"{}"}}}})",
      old);
  EXPECT_EQ(send("PUT", kMaps + "/a", body), 200);
  EXPECT_NE(version(), old);
  EXPECT_EQ(send("PUT", kMaps + "/a", body), 409);
  EXPECT_EQ(text({"reason"}), "Conflict");
}

TEST_F(SandboxTest, a_write_that_changes_nothing_makes_no_version) {
  ASSERT_EQ(send("POST", kMaps, map_named("a")), 201);
  const uint64_t before = sandbox_->version();
  type_ = "application/merge-patch+json";
  EXPECT_EQ(send("PATCH", kMaps + "/a", R"({"data":{"x":"1"}})"), 200);
  EXPECT_EQ(sandbox_->version(), before);
}

TEST_F(SandboxTest, generation_grows_with_the_spec_and_status_goes_its_own_way) {
  const std::string all = "/apis/apps/v1/namespaces/default/deployments";
  ASSERT_EQ(send("POST", all,
                 R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},
                     "spec":{"replicas":1},"status":{"replicas":5}})"),
            201);
  EXPECT_EQ(answer().find("status"), nullptr) << "a create says nothing of the status";
  type_ = "application/merge-patch+json";
  EXPECT_EQ(send("PATCH", all + "/d", R"({"spec":{"replicas":2},"status":{"replicas":5}})"), 200);
  EXPECT_EQ(answer().at({"metadata", "generation"})->as_int(), 2);
  EXPECT_EQ(answer().find("status"), nullptr);
  EXPECT_EQ(send("PATCH", all + "/d/status", R"({"spec":{"replicas":9},"status":{"replicas":2}})"),
            200);
  EXPECT_EQ(answer().at({"metadata", "generation"})->as_int(), 2);
  EXPECT_EQ(answer().at({"spec", "replicas"})->as_int(), 2);
  EXPECT_EQ(answer().at({"status", "replicas"})->as_int(), 2);
}

TEST_F(SandboxTest, what_a_write_leaves_out_gets_its_default_again) {
  const std::string all = "/apis/apps/v1/namespaces/default/deployments";
  const auto body = [](const char* spec) {
    return fmt::format(
        R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"d"}},"spec":{}}})",
        spec);
  };
  ASSERT_EQ(send("POST", all, body("{\"replicas\":3}")), 201);
  EXPECT_EQ(send("PUT", all + "/d", body("{}")), 200);
  EXPECT_EQ(answer().at({"spec", "replicas"})->as_int(), 1);
  const uint64_t before = sandbox_->version();
  EXPECT_EQ(send("PUT", all + "/d", body("{}")), 200);
  EXPECT_EQ(sandbox_->version(), before) << "the same again makes no version";
}

TEST_F(SandboxTest, apply_creates_and_the_last_manager_wins) {
  type_ = "application/apply-patch+yaml";
  EXPECT_EQ(send("PATCH", kMaps + "/a?fieldManager=one", map_named("a", "1")), 200);
  EXPECT_EQ(send("PATCH", kMaps + "/a?fieldManager=two", map_named("a", "2")), 200);
  EXPECT_EQ(text({"data", "x"}), "2");
}

TEST_F(SandboxTest, a_definition_whose_name_is_not_its_own_is_refused) {
  std::string wrong = kDefinition;
  wrong.replace(wrong.find("widgets.demo.io"), 7, "gadgets");
  EXPECT_FALSE(sandbox_->put(wrong));
}

TEST_F(SandboxTest, apply_removes_what_the_manager_no_longer_says) {
  type_ = "application/apply-patch+yaml";
  const auto body = [](const char* data) {
    return fmt::format("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {}\n", data);
  };
  ASSERT_EQ(send("PATCH", kMaps + "/a?fieldManager=one", body("{x: \"1\", y: \"1\"}")), 200);
  ASSERT_EQ(send("PATCH", kMaps + "/a?fieldManager=one", body("{x: \"1\"}")), 200);
  EXPECT_EQ(answer().at({"data", "y"}), nullptr);
  EXPECT_EQ(text({"data", "x"}), "1");
}

TEST_F(SandboxTest, pages_go_on_behind_the_last_object_and_end_with_410_when_forgotten) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(sandbox_->put(map_named(name)));
  ASSERT_EQ(send("GET", kMaps + "?limit=2"), 200);
  EXPECT_EQ(items(), 2U);
  EXPECT_EQ(answer().at({"metadata", "remainingItemCount"})->as_int(), 1);
  const std::string next = net::percent_encode(text({"metadata", "continue"}));
  const std::string first = version();
  ASSERT_TRUE(sandbox_->erase(kConfigMap, {"default", "a"}));
  ASSERT_EQ(send("GET", kMaps + "?limit=2&continue=" + next), 200);
  EXPECT_EQ(version(), first) << "a watch from there tells what the pages missed";
  EXPECT_EQ(items(), 1U);
  EXPECT_EQ(answer().find("items")->items()[0].at({"metadata", "name"})->as_string(), "c");
  sandbox_->forget_history("configmaps");
  EXPECT_EQ(send("GET", kMaps + "?limit=2&continue=" + next), 410);
  EXPECT_EQ(text({"reason"}), "Expired");
}

TEST_F(SandboxTest, a_watch_follows_from_a_version) {
  ASSERT_TRUE(sandbox_->put(map_named("a")));
  const std::string from = std::to_string(sandbox_->version());
  ASSERT_TRUE(sandbox_->put(map_named("b")));
  ASSERT_TRUE(sandbox_->put(map_named("b", "2")));
  const auto lines = watch("resourceVersion=" + from, 4, [&] {
    ASSERT_TRUE(sandbox_->put(map_named("c")));
    ASSERT_TRUE(sandbox_->erase(kConfigMap, {"default", "a"}));
  });
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(gist(lines[0]), "ADDED b");
  EXPECT_EQ(gist(lines[1]), "MODIFIED b");
  EXPECT_EQ(gist(lines[2]), "ADDED c");
  EXPECT_EQ(gist(lines[3]), "DELETED a");
}

TEST_F(SandboxTest, what_enters_or_leaves_a_selection_comes_or_goes) {
  ASSERT_TRUE(sandbox_->put(map_named("a", "1")));
  const std::string from = std::to_string(sandbox_->version());
  ASSERT_TRUE(sandbox_->put(map_named("a", "2")));
  ASSERT_TRUE(sandbox_->put(map_named("a", "1")));
  const auto lines = watch("labelSelector=x%3D2&resourceVersion=" + from, 2);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(gist(lines[0]), "ADDED a");
  EXPECT_EQ(gist(lines[1]), "DELETED a");
}

TEST_F(SandboxTest, a_streaming_list_ends_with_its_bookmark) {
  ASSERT_TRUE(sandbox_->put(map_named("a")));
  const auto lines =
      watch("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", 2);
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(gist(lines[0]), "ADDED a");
  EXPECT_EQ(gist(lines[1]).substr(0, 8), "BOOKMARK");
  EXPECT_NE(lines[1].find(R"("k8s.io/initial-events-end":"true")"), std::string::npos);
  EXPECT_EQ(sandbox_->count("watchlist", "configmaps"), 1U);
  EXPECT_EQ(sandbox_->count("list"), 0U);
}

TEST_F(SandboxTest, a_watch_from_before_the_history_gets_410) {
  ASSERT_TRUE(sandbox_->put(map_named("a")));
  const std::string from = std::to_string(sandbox_->version());
  ASSERT_TRUE(sandbox_->put(map_named("b")));
  sandbox_->forget_history("configmaps");
  const auto lines = watch("resourceVersion=" + from, 1);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(gist(lines[0]), "ERROR 410");
}

TEST_F(SandboxTest, the_history_is_bounded) {
  sandbox_ = start({.history_limit = 2});
  ASSERT_TRUE(sandbox_->put(map_named("a")));
  const std::string from = std::to_string(sandbox_->version());
  for (const char* x : {"2", "3", "4"}) ASSERT_TRUE(sandbox_->put(map_named("a", x)));
  const auto lines = watch("resourceVersion=" + from, 1);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(gist(lines[0]), "ERROR 410");
}

TEST_F(SandboxTest, a_watch_gets_bookmarks_and_ends_with_its_timeout) {
  sandbox_ = start({.bookmark_interval = 50ms});
  const auto lines = watch("allowWatchBookmarks=true&timeoutSeconds=1", 1000);
  ASSERT_FALSE(lines.empty());
  EXPECT_LT(lines.size(), 1000U);
  EXPECT_EQ(gist(lines[0]).substr(0, 8), "BOOKMARK");
}

TEST_F(SandboxTest, finalizers_hold_an_object_until_they_are_gone) {
  ASSERT_TRUE(sandbox_->put(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["x/y"]}})"));
  EXPECT_EQ(send("DELETE", kMaps + "/a"), 200);
  EXPECT_FALSE(text({"metadata", "deletionTimestamp"}).empty());
  type_ = "application/merge-patch+json";
  EXPECT_EQ(send("PATCH", kMaps + "/a", R"({"metadata":{"finalizers":null}})"), 200);
  EXPECT_EQ(send("GET", kMaps + "/a"), 404);
}

TEST_F(SandboxTest, a_namespace_takes_its_objects_along) {
  ASSERT_TRUE(sandbox_->put("apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n"));
  ASSERT_EQ(send("POST", "/api/v1/namespaces/team/configmaps", map_named("a")), 201);
  EXPECT_EQ(send("DELETE", "/api/v1/namespaces/team"), 200);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/team"), 404);
  EXPECT_FALSE(sandbox_->read(kConfigMap, {"team", "a"}));
}

TEST_F(SandboxTest, a_definition_makes_and_unmakes_a_resource) {
  const std::string widgets = "/apis/demo.io/v1/namespaces/default/widgets";
  EXPECT_EQ(send("GET", widgets), 404);
  ASSERT_TRUE(sandbox_->put(kDefinition));
  EXPECT_EQ(send("GET", "/openapi/v3/apis/demo.io/v1"), 200);
  ASSERT_TRUE(sandbox_->put("apiVersion: demo.io/v1\nkind: Widget\nmetadata: {name: w}\n"));
  EXPECT_EQ(send("GET", widgets), 200);
  EXPECT_EQ(items(), 1U);
  ASSERT_TRUE(sandbox_->erase({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"},
                              {"", "widgets.demo.io"}));
  EXPECT_EQ(send("GET", widgets), 404);
  EXPECT_EQ(send("GET", "/openapi/v3/apis/demo.io/v1"), 404);
}

TEST_F(SandboxTest, rules_decide_what_a_user_may_do) {
  sandbox_->deny("reader", "*");
  sandbox_->allow("reader", "list", "configmaps", "default");
  user_ = "reader";
  EXPECT_EQ(send("GET", kMaps), 200);
  EXPECT_EQ(send("GET", "/api/v1/configmaps"), 403);
  EXPECT_EQ(text({"message"}),
            "configmaps is forbidden: User \"reader\" cannot list resource \"configmaps\" in API "
            "group \"\" at the cluster scope");
  const std::string reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const auto spec = [](const char* verb) {
    return fmt::format(R"({{"spec":{{"resourceAttributes":{{"verb":"{}","resource":"configmaps",
                           "namespace":"default"}}}}}})",
                       verb);
  };
  EXPECT_EQ(send("POST", reviews, spec("list")), 201);
  EXPECT_TRUE(answer().at({"status", "allowed"})->as_bool());
  EXPECT_EQ(send("POST", reviews, spec("watch")), 201);
  EXPECT_FALSE(answer().at({"status", "allowed"})->as_bool());
  EXPECT_EQ(sandbox_->count("create", "selfsubjectaccessreviews"), 2U);
}

TEST_F(SandboxTest, a_token_that_is_not_known_is_nobody) {
  auto unknown = request("GET", kMaps);
  unknown.headers.set("Authorization", "Bearer nonsense");
  const auto response = client_.call(unknown, Steady::now() + 10s, {});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->status, 401);
}

TEST_F(SandboxTest, a_token_review_names_the_user) {
  const auto review = [&](const std::string& token) {
    return send("POST", "/apis/authentication.k8s.io/v1/tokenreviews",
                fmt::format(R"({{"spec":{{"token":"{}"}}}})", token));
  };
  EXPECT_EQ(review(sandbox_->token("bob")), 201);
  EXPECT_EQ(text({"status", "user", "username"}), "bob");
  EXPECT_EQ(review("nonsense"), 201);
  EXPECT_FALSE(answer().at({"status", "authenticated"})->as_bool());
}

TEST_F(SandboxTest, unknown_paths_and_verbs_are_refused_in_words) {
  EXPECT_EQ(send("GET", "/apis/nothing/v1"), 404);
  EXPECT_EQ(text({"message"}), "the server could not find the requested resource");
  EXPECT_EQ(send("POST", kMaps + "/a", map_named("a")), 405);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/default/pods/a/log"), 501);
  EXPECT_EQ(send("DELETE", kMaps), 405);
  EXPECT_EQ(send("POST", kMaps + "?dryRun=All", map_named("a")), 400);
  EXPECT_EQ(send("DELETE", kMaps + "/a", R"({"dryRun":["All"]})"), 400);
  type_ = "application/vnd.kubernetes.protobuf";
  EXPECT_EQ(send("POST", kMaps, "k8s"), 415);
}

struct FaultCase {
  FaultKind kind;
  int status;  // 0: no answer
};

class RequestFault : public SandboxTest, public testing::WithParamInterface<FaultCase> {};

TEST_P(RequestFault, meets_one_request_and_not_the_next) {
  ASSERT_TRUE(sandbox_->put(map_named("a")));
  EXPECT_EQ(send("GET", "/api/v1/namespaces"), 200);
  // A connection that drops while it is used again is tried once more by the client itself.
  sandbox_->inject({.kind = GetParam().kind,
                    .verb = "list",
                    .resource = "configmaps",
                    .times = GetParam().kind == FaultKind::drop ? 2 : 1,
                    .code = 503});
  EXPECT_EQ(send("GET", "/api/v1/namespaces"), 200) << "another resource";
  EXPECT_EQ(send("GET", kMaps), GetParam().status) << failure_;
  EXPECT_EQ(send("GET", kMaps), 200);
}

INSTANTIATE_TEST_SUITE_P(Faults, RequestFault,
                         testing::Values(FaultCase{FaultKind::drop, 0},
                                         FaultCase{FaultKind::half_page, 0},
                                         FaultCase{FaultKind::gone, 410},
                                         FaultCase{FaultKind::throttled, 429},
                                         FaultCase{FaultKind::failed, 503}));

class WatchFault : public SandboxTest, public testing::WithParamInterface<FaultKind> {};

TEST_P(WatchFault, meets_a_watch_that_is_open) {
  const auto lines = watch("resourceVersion=1", 2,
                           [&] { sandbox_->inject({.kind = GetParam(), .verb = "watch"}); });
  if (GetParam() == FaultKind::drop) {
    EXPECT_TRUE(lines.empty());
  } else {
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(gist(lines[0]), GetParam() == FaultKind::error_frame ? "ERROR 410" : "unreadable");
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, WatchFault,
                         testing::Values(FaultKind::drop, FaultKind::half_line,
                                         FaultKind::error_frame));

TEST_F(SandboxTest, a_held_watch_says_nothing_until_the_faults_are_cleared) {
  sandbox_->inject({.kind = FaultKind::hold, .verb = "watch"});
  const auto lines = watch("resourceVersion=1", 2, [&] {
    ASSERT_TRUE(sandbox_->put(map_named("a")));
    ASSERT_TRUE(sandbox_->put(map_named("b")));
    sandbox_->clear_faults();
  });
  EXPECT_EQ(lines.size(), 2U);
}

TEST_F(SandboxTest, a_table_has_the_columns_that_people_know) {
  ASSERT_TRUE(sandbox_->put(R"(
apiVersion: v1
kind: Service
metadata: {name: s}
spec: {clusterIP: 10.0.0.1, ports: [{port: 80}, {port: 443, protocol: TCP}]}
)"));
  auto ask = request("GET", "/api/v1/services");
  ask.headers.set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
  const auto response = client_.call(ask, Steady::now() + 10s, {});
  ASSERT_TRUE(response);
  EXPECT_NE(response->body.find(R"("cells":["s","ClusterIP","10.0.0.1","80,443",)"),
            std::string::npos)
      << response->body;
}

}  // namespace
}  // namespace kollect::sandbox
