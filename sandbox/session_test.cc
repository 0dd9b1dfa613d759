// Our own watches read the sandbox as they read a real API server.
#include "kube/session.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "sandbox/living.h"
#include "sandbox/sandbox.h"

namespace kollect::sandbox {
namespace {

using namespace std::chrono_literals;
using kube::WatchState;

const kube::Gvk kConfigMap{"", "v1", "ConfigMap"};

class Mirror : public kube::WatchReader {
 public:
  void begin_list() override { marked_.clear(); }
  void object(kube::ObjectChange change, std::string_view bytes) override {
    const auto object = json::Document::parse(bytes);
    ASSERT_TRUE(object);
    const auto key = kube::key_of(object->root());
    marked_.insert(key);
    if (change == kube::ObjectChange::erased) {
      rows.erase(key);
    } else {
      rows[key] = kube::resource_version_of(object->root());
    }
  }
  void end_list() override {
    std::erase_if(rows, [&](const auto& row) { return !marked_.contains(row.first); });
  }
  void state(const kube::WatchReport& report) override { state_ = report.state; }
  void unreadable(const Error&) override { ++unreadable_; }

  bool is_live() const { return state_ == WatchState::live; }
  WatchState last_state() const { return state_; }
  int unreadable_count() const { return unreadable_; }

  std::map<kube::ObjectKey, std::string> rows;

 private:
  std::set<kube::ObjectKey> marked_;
  WatchState state_ = WatchState::resolving;
  int unreadable_ = 0;
};

class SessionOnSandbox : public testing::Test {
 protected:
  SessionOnSandbox() : sandbox_(*Sandbox::start({})) {}

  void put(const std::string& name, const std::string& x = "1") {
    ASSERT_TRUE(sandbox_->put("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name +
                              "}\ndata: {x: \"" + x + "\"}\n"));
  }
  bool run_until(const std::function<bool()>& done) {
    const auto end = Steady::now() + 20s;
    while (!done() && Steady::now() < end) loop_.run_once(20ms, {});
    return done();
  }

  std::unique_ptr<Sandbox> sandbox_;
  kube::KubeClient client_{{.server = sandbox_->url(), .token = sandbox_->token()}};
  net::Loop loop_{{}};
  kube::Session session_{loop_, client_};
  Mirror mirror_;
};

TEST_F(SessionOnSandbox, a_streaming_list_and_a_watch_follow_every_change) {
  put("a");
  put("b");
  const auto id = session_.start({.gvk = kConfigMap, .ns = "default"}, mirror_);
  ASSERT_TRUE(run_until([&] { return mirror_.is_live(); }));
  EXPECT_EQ(mirror_.rows.size(), 2U);
  EXPECT_EQ(session_.find(id)->counts().pages, 0U) << "a streaming list";
  put("c");
  ASSERT_TRUE(sandbox_->erase(kConfigMap, {"default", "a"}));
  EXPECT_TRUE(run_until([&] {
    return mirror_.rows.contains({"default", "c"}) && !mirror_.rows.contains({"default", "a"});
  }));
  EXPECT_EQ(sandbox_->count("list"), 0U);
}

TEST_F(SessionOnSandbox, pages_are_read_to_the_end) {
  for (const char* name : {"a", "b", "c", "d", "e"}) put(name);
  const auto id =
      session_.start({.gvk = kConfigMap, .ns = "default", .then = kube::WatchSpec::Then::stop},
                     mirror_, {.page_size = 2});
  ASSERT_TRUE(run_until([&] { return mirror_.is_live(); }));
  EXPECT_EQ(mirror_.rows.size(), 5U);
  EXPECT_EQ(session_.find(id)->counts().pages, 3U);
  EXPECT_EQ(sandbox_->count("list", "configmaps"), 3U);
}

TEST_F(SessionOnSandbox, a_410_leads_to_a_new_list_and_nothing_is_lost) {
  put("a");
  session_.start({.gvk = kConfigMap, .ns = "default"}, mirror_);
  ASSERT_TRUE(run_until([&] { return mirror_.is_live(); }));
  sandbox_->inject({.kind = FaultKind::hold, .verb = "watch"});
  put("b");
  sandbox_->forget_history("configmaps");
  sandbox_->clear_faults();
  EXPECT_TRUE(run_until([&] { return mirror_.rows.contains({"default", "b"}); }));
  EXPECT_EQ(sandbox_->count("watchlist", "configmaps"), 2U);
}

TEST_F(SessionOnSandbox, dropped_watches_are_taken_up_without_a_list) {
  put("a");
  session_.start({.gvk = kConfigMap, .ns = "default"}, mirror_);
  ASSERT_TRUE(run_until([&] { return mirror_.is_live(); }));
  sandbox_->drop_watches();
  put("b");
  EXPECT_TRUE(run_until([&] { return mirror_.rows.contains({"default", "b"}); }));
  EXPECT_EQ(sandbox_->count("watchlist", "configmaps"), 1U);
}

TEST_F(SessionOnSandbox, a_user_without_rights_is_told_so) {
  sandbox_->deny("admin", "*", "configmaps");
  session_.start({.gvk = kConfigMap, .ns = "default"}, mirror_);
  EXPECT_TRUE(run_until([&] { return mirror_.last_state() == WatchState::forbidden; }));
}

TEST_F(SessionOnSandbox, a_living_cluster_is_mirrored_exactly) {
  LivingCluster living(*sandbox_, {.objects = 80, .changes_per_second = 20, .seed = 7});
  ASSERT_TRUE(living.settle());
  session_.start({.gvk = {"", "v1", "Pod"}}, mirror_);
  ASSERT_TRUE(run_until([&] { return mirror_.is_live(); }));
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(living.change());
  const auto is_same = [&] {
    return std::ranges::all_of(mirror_.rows, [&](const auto& row) {
      const auto text = sandbox_->read({"", "v1", "Pod"}, row.first);
      return text && text->find("\"resourceVersion\":\"" + row.second + '"') != std::string::npos;
    });
  };
  EXPECT_TRUE(run_until(is_same));
  EXPECT_GT(mirror_.rows.size(), 20U);
}

TEST(Living, the_same_seed_makes_the_same_cluster) {
  const auto first = *Sandbox::start({});
  const auto second = *Sandbox::start({});
  LivingCluster one(*first, {.objects = 40, .seed = 3});
  LivingCluster two(*second, {.objects = 40, .seed = 3});
  ASSERT_TRUE(one.settle());
  ASSERT_TRUE(two.settle());
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(one.change());
    ASSERT_TRUE(two.change());
    ASSERT_EQ(first->version(), second->version()) << "change " << i;
  }
}

}  // namespace
}  // namespace kollect::sandbox
