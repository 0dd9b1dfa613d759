#include "control/detail/namespace_directory.h"

#include <gtest/gtest.h>

namespace kollect::control {
namespace {

using kube::WatchState;

class Listener : public NamespaceListener {
 public:
  void namespace_changed(const std::string&, const NamespaceFacts*) override {}
  void namespaces_ready() override {}
  void namespaces_in_doubt() override { ++doubts; }
  int doubts = 0;
};

// The watch of the directory is played by the test.
class DirectoryTest : public ::testing::Test {
 protected:
  void tell(WatchState state, std::optional<Error> why = std::nullopt) {
    directory.state({.state = state, .why = std::move(why)});
  }

  net::Loop loop{{.connection = {}}};
  kube::KubeClient client{kube::ClusterAccess{.server = "http://127.0.0.1:1"}};
  kube::Session session{loop, client};
  Listener listener;
  NamespaceDirectory directory{loop, session, listener, NamespaceDirectory::Source::watch};
};

TEST_F(DirectoryTest, says_why_discovery_keeps_namespaces_unknown) {
  EXPECT_FALSE(directory.failure());
  tell(WatchState::resolving, unavailable("GET /api: 500"));
  ASSERT_TRUE(directory.failure());
  EXPECT_EQ(directory.failure()->text(), "GET /api: 500");
  tell(WatchState::resolving, unavailable("GET /api: 500"));
  EXPECT_EQ(listener.doubts, 1) << "the same again is no news";
}

TEST_F(DirectoryTest, forgets_the_reason_once_namespaces_are_known) {
  tell(WatchState::retrying, unavailable("GET /api/v1/namespaces: 500"));
  directory.begin_list();
  directory.end_list();
  EXPECT_FALSE(directory.failure());
  EXPECT_EQ(listener.doubts, 2);
}

TEST_F(DirectoryTest, of_which_all_are_known_stays_so_when_the_watch_fails) {
  directory.begin_list();
  directory.end_list();
  tell(WatchState::retrying, unavailable("connection refused"));
  EXPECT_FALSE(directory.failure());
  EXPECT_EQ(listener.doubts, 0);
}

TEST_F(DirectoryTest, a_denial_and_a_grant_are_news) {
  directory.begin_list();
  directory.end_list();
  tell(WatchState::forbidden, denied("403"));
  EXPECT_TRUE(directory.is_by_name());
  EXPECT_EQ(listener.doubts, 1);
  directory.begin_list();
  directory.end_list();
  EXPECT_FALSE(directory.is_by_name());
  EXPECT_EQ(listener.doubts, 2);
}

}  // namespace
}  // namespace kollect::control
