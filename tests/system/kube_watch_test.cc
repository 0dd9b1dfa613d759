// Watches of the kube module against a real API server: what a reader ends up with equals what a
// list says, whatever happened in between.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "kube/client.h"
#include "kube/object.h"
#include "kube/session.h"
#include "world/world.h"

namespace kollect::testing {
namespace {

using namespace std::chrono_literals;
using kube::WatchState;

const SharedWorld shared({"kube-apiserver"});

const kube::Gvk kConfigMap{"", "v1", "ConfigMap"};
const kube::Gvr kConfigMaps{"", "v1", "configmaps"};
const kube::Gvr kCrds{"apiextensions.k8s.io", "v1", "customresourcedefinitions"};

using Rows = std::map<kube::ObjectKey, std::string>;  // to data.x, or spec.x

std::string value_of(const json::Value& object) {
  const json::Value* data = object.find("data");
  if (data == nullptr) data = object.find("spec");
  return data == nullptr ? std::string() : std::string(data->text("x"));
}

// Keeps rows as a reader is meant to: marks while listing, sweeps at the end.
class Mirror : public kube::WatchReader {
 public:
  void begin_list() override { marked_.clear(); }
  void object(kube::ObjectChange change, std::string_view bytes) override {
    const auto object = json::Document::parse(bytes);
    ASSERT_TRUE(object);
    const auto key = kube::key_of(object->root());
    if (change == kube::ObjectChange::erased) {
      rows.erase(key);
      log.push_back("erased " + key.name);
      return;
    }
    const bool is_listed = change == kube::ObjectChange::listed;
    rows[key] = value_of(object->root());
    marked_.insert(key);
    log.push_back((is_listed ? "listed " : "changed ") + key.name + '=' + rows[key]);
  }
  void end_list() override {
    std::erase_if(rows, [&](const auto& row) { return !marked_.contains(row.first); });
    log.push_back("end");
  }
  void state(const kube::WatchReport& report) override {
    states.push_back(report.state);
    why = report.why ? report.why->text() : std::string();
    if (report.state == WatchState::not_installed) rows.clear();
  }
  void unreadable(const Error& error) override { ADD_FAILURE() << error.text(); }

  bool is(WatchState state) const { return !states.empty() && states.back() == state; }
  bool was(WatchState state) const { return std::ranges::find(states, state) != states.end(); }

  Rows rows;
  std::vector<std::string> log;
  std::vector<WatchState> states;
  std::string why;

 private:
  std::set<kube::ObjectKey> marked_;
};

kube::ClusterAccess access_of(const std::string& user) {
  const auto config = kube::Kubeconfig::load({shared->kube().kubeconfigs.at(user)},
                                             kube::Kubeconfig::Missing::refuse);
  EXPECT_TRUE(config) << (config ? "" : config.error().text());
  return *config->access();
}

// Writes go out on this thread, so that watches stand still meanwhile.
class Cluster {
 public:
  void put(const std::string& ns, const std::string& name, const std::string& x) const {
    const std::string body = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" +
                             name + R"("},"data":{"x":")" + x + R"("}})";
    expect_done(apply({kConfigMaps, ns, name}, body));
  }
  void erase(const kube::Place& place) const { expect_done(kube::erase(place)); }
  void apply_object(const kube::Place& place, const std::string& body) const {
    expect_done(apply(place, body));
  }

  Rows rows(const kube::Place& place) const {
    Rows rows;
    const auto list = admin_.call(kube::list(place), Steady::now() + 10s, {});
    EXPECT_TRUE(list) << (list ? "" : list.error().text());
    if (!list) return rows;
    for (const json::Value& item : list->root().find("items")->items())
      rows[kube::key_of(item)] = value_of(item);
    return rows;
  }

 private:
  static kube::Request apply(const kube::Place& place, const std::string& body) {
    return kube::patch(place, {.kind = kube::PatchKind::apply, .body = body, .force = true},
                       {.field_manager = "watch-test"});
  }
  void expect_done(const kube::Request& request) const {
    const auto answer = admin_.send(request, Steady::now() + 10s, {});
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_TRUE(answer->outcome) << answer->outcome.error().text();
  }

  kube::KubeClient admin_{access_of("admin")};
};

// A session of one user, driven by the test.
class Watching {
 public:
  explicit Watching(const std::string& user = "reader") : client_(access_of(user)) {}

  kube::WatchId start(kube::WatchSpec spec, Mirror& mirror, kube::WatcherOptions options = {}) {
    return session.start(std::move(spec), mirror, options);
  }
  bool run_until(const std::function<bool()>& done, std::chrono::seconds limit = 20s) {
    const auto end = Steady::now() + limit;
    while (!done() && Steady::now() < end) loop_.run_once(50ms, {});
    return done();
  }

 private:
  kube::KubeClient client_;
  net::Loop loop_{{}};

 public:
  kube::Session session{loop_, client_};
};

TEST(KubeWatch, sees_creation_update_and_deletion_in_order) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  cluster.put("team-a", "old", "0");
  Watching watching;
  Mirror mirror;
  const auto id = watching.start({.gvk = kConfigMap, .ns = "team-a"}, mirror);
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  cluster.put("team-a", "new", "1");
  cluster.put("team-a", "new", "2");
  cluster.erase({kConfigMaps, "team-a", "old"});
  cluster.erase({kConfigMaps, "team-a", "new"});
  const std::vector<std::string> expected = {"listed old=0",  "end",        "changed new=1",
                                             "changed new=2", "erased old", "erased new"};
  EXPECT_TRUE(watching.run_until([&] { return mirror.log.size() >= expected.size(); }));
  EXPECT_EQ(mirror.log, expected);
  EXPECT_EQ(mirror.states, (std::vector{WatchState::listing, WatchState::live}));
  EXPECT_EQ(watching.session.find(id)->counts().lists, 1U);
  EXPECT_EQ(watching.session.find(id)->counts().pages, 0U) << "a streaming list";
}

TEST(KubeWatch, reads_a_list_page_by_page_and_stops_when_told) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  for (const char* name : {"a", "b", "c", "d", "e"}) cluster.put("team-b", name, name);
  Watching watching;
  Mirror mirror;
  const auto id =
      watching.start({.gvk = kConfigMap, .ns = "team-b", .then = kube::WatchSpec::Then::stop},
                     mirror, {.page_size = 2});
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  EXPECT_EQ(mirror.rows, cluster.rows({kConfigMaps, "team-b"}));
  EXPECT_EQ(watching.session.find(id)->counts().listed, 5U);
  EXPECT_EQ(watching.session.find(id)->counts().pages, 3U);
}

TEST(KubeWatch, asks_for_metadata_alone_when_told) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  cluster.put("team-a", "meta", "secret");
  Watching watching;
  Mirror mirror;
  watching.start({.gvk = kConfigMap, .ns = "team-a", .part = kube::Part::metadata}, mirror);
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  EXPECT_EQ(mirror.rows.at({"team-a", "meta"}), "");
}

TEST(KubeWatch, resumes_after_the_server_was_killed_and_restarted) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  cluster.put("team-a", "stays", "1");
  Watching watching;
  Mirror mirror;
  watching.start({.gvk = kConfigMap}, mirror);
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  ASSERT_TRUE(shared->kill("kube-apiserver"));
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::retrying); }));
  EXPECT_TRUE(mirror.rows.contains({"team-a", "stays"})) << "what is known stays";
  ASSERT_TRUE(shared->restart("kube-apiserver"));
  cluster.put("team-a", "stays", "2");
  cluster.put("team-a", "after", "1");
  const Rows expected = cluster.rows({kConfigMaps});
  EXPECT_TRUE(watching.run_until([&] { return mirror.rows == expected; }, 5s));
  EXPECT_TRUE(mirror.is(WatchState::live)) << mirror.why;
}

// The watch is down while the server changes and restarts: its version is older than anything that
// the server still knows.
TEST(KubeWatch, lists_again_after_410_and_sweeps_what_is_gone) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  cluster.put("team-a", "doomed", "1");
  Watching watching;
  Mirror mirror;
  const auto id = watching.start({.gvk = kConfigMap}, mirror);
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  ASSERT_TRUE(shared->kill("kube-apiserver"));
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::retrying); }));
  ASSERT_TRUE(shared->restart("kube-apiserver"));
  cluster.erase({kConfigMaps, "team-a", "doomed"});
  cluster.put("team-a", "late", "1");
  ASSERT_TRUE(shared->restart("kube-apiserver"));
  const Rows expected = cluster.rows({kConfigMaps});
  EXPECT_TRUE(watching.run_until([&] { return mirror.rows == expected; }, 5s));
  EXPECT_EQ(watching.session.find(id)->counts().lists, 2U);
  EXPECT_EQ(std::ranges::count(mirror.log, "erased doomed"), 0) << "swept, not told";
}

// Quiet for longer than the idle timeout is no failure; a server that holds connections and says
// nothing is one.
TEST(KubeWatch, takes_a_silent_watch_up_again_and_notices_a_server_that_hangs) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  Watching watching;
  Mirror mirror;
  watching.start({.gvk = kConfigMap, .ns = "team-b"}, mirror, {.watch_idle_timeout = 2s});
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  EXPECT_FALSE(watching.run_until([&] { return !mirror.is(WatchState::live); }, 5s));
  cluster.put("team-b", "quiet", "1");
  ASSERT_TRUE(watching.run_until([&] { return mirror.rows.contains({"team-b", "quiet"}); }));
  ASSERT_TRUE(shared->freeze("kube-apiserver"));
  EXPECT_TRUE(watching.run_until([&] { return mirror.is(WatchState::retrying); }));
  ASSERT_TRUE(shared->thaw("kube-apiserver"));
  cluster.put("team-b", "quiet", "2");
  const Rows expected = cluster.rows({kConfigMaps, "team-b"});
  EXPECT_TRUE(watching.run_until([&] { return mirror.rows == expected; }, 5s)) << mirror.why;
  EXPECT_EQ(std::ranges::count(mirror.log, "end"), 1) << "resumed, not listed again";
}

constexpr std::string_view kWidgetCrd = R"({"apiVersion":"apiextensions.k8s.io/v1",
"kind":"CustomResourceDefinition","metadata":{"name":"widgets.watch.example"},"spec":{
"group":"watch.example","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
"x-kubernetes-preserve-unknown-fields":true}}}]}})";

TEST(KubeWatch, follows_a_kind_that_is_installed_later_and_removed_again) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  Watching watching;
  Mirror mirror;
  watching.start({.gvk = {"watch.example", "v1", "Widget"}}, mirror);
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::not_installed); }));
  EXPECT_NE(mirror.why.find("watch.example/v1/Widget is not served"), std::string::npos);
  cluster.apply_object({kCrds, "", "widgets.watch.example"}, std::string(kWidgetCrd));
  watching.session.refresh_discovery();
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  cluster.apply_object({{"watch.example", "v1", "widgets"}, "team-a", "w"},
                       R"({"apiVersion":"watch.example/v1","kind":"Widget",
                       "metadata":{"name":"w"},"spec":{"x":"1"}})");
  EXPECT_TRUE(watching.run_until([&] { return mirror.rows.size() == 1; }));
  cluster.erase({kCrds, "", "widgets.watch.example"});
  EXPECT_TRUE(watching.run_until([&] { return mirror.is(WatchState::not_installed); }))
      << word(mirror.states.back()) << mirror.why;
  EXPECT_TRUE(mirror.rows.empty());
}

constexpr std::string_view kBinding = R"({"apiVersion":"rbac.authorization.k8s.io/v1",
"kind":"RoleBinding","metadata":{"name":"watch-test"},"roleRef":{
"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"world-reader"},
"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"nobody"}]})";

TEST(KubeWatch, is_forbidden_until_a_role_is_granted) {
  KOLLECT_NEED_WORLD(shared);
  const Cluster cluster;
  const kube::Place binding{
      {"rbac.authorization.k8s.io", "v1", "rolebindings"}, "team-a", "watch-test"};
  Watching watching("nobody");
  Mirror mirror;
  watching.start({.gvk = kConfigMap, .ns = "team-a"}, mirror);
  ASSERT_TRUE(watching.run_until([&] { return mirror.is(WatchState::forbidden); })) << mirror.why;
  EXPECT_NE(mirror.why.find("forbidden"), std::string::npos) << mirror.why;
  cluster.apply_object(binding, std::string(kBinding));
  EXPECT_TRUE(watching.run_until([&] { return mirror.is(WatchState::live); })) << mirror.why;
  EXPECT_EQ(mirror.rows, cluster.rows({kConfigMaps, "team-a"}));
  cluster.erase(binding);
}

TEST(KubeWatch, a_forbidden_watch_does_not_hold_up_another) {
  KOLLECT_NEED_WORLD(shared);
  Watching watching("reader-a");
  Mirror everywhere;
  Mirror own;
  watching.start({.gvk = kConfigMap}, everywhere);
  watching.start({.gvk = kConfigMap, .ns = "team-a"}, own);
  EXPECT_TRUE(watching.run_until([&] { return own.is(WatchState::live); })) << own.why;
  EXPECT_TRUE(watching.run_until([&] { return everywhere.is(WatchState::forbidden); }));
}

}  // namespace
}  // namespace kollect::testing
