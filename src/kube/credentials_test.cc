#include "kube/credentials.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/testing/fake_clock.h"
#include "net/testing/certificates.h"

namespace kollect::kube {
namespace {

const std::string kPlugin = std::string(KOLLECT_SOURCE_DIR) + "/src/kube/testdata/plugin.sh";

net::Deadline soon() { return Steady::now() + std::chrono::seconds(20); }

class CredentialsTest : public ::testing::Test {
 protected:
  ClusterAccess plugin(std::vector<std::string> args) const {
    ClusterAccess access{.server = "https://h"};
    access.exec = ExecPlugin{.api_version = "client.authentication.k8s.io/v1",
                             .command = kPlugin,
                             .args = std::move(args),
                             .environment = {{"CALLS", folder_.path("calls")}}};
    return access;
  }
  size_t calls() const {
    std::ifstream file(folder_.path("calls"));
    return static_cast<size_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
  }
  // The header, or the error's text.
  static std::string header(Credentials& credentials) {
    const auto identity = credentials.current(soon(), {});
    return identity ? identity->authorization : "error: " + identity.error().text();
  }

  net::TemporaryFolder folder_;
  kollect::testing::FakeClock clock_;
};

TEST_F(CredentialsTest, tokens_and_passwords_become_headers) {
  Credentials token({.server = "https://h", .token = "t"}, clock_);
  Credentials basic({.server = "https://h", .username = "u", .password = "p"}, clock_);
  Credentials nobody({.server = "https://h"}, clock_);
  EXPECT_EQ(header(token), "Bearer t");
  EXPECT_EQ(header(basic), "Basic dTpw");
  EXPECT_EQ(header(nobody), "");
  EXPECT_FALSE(token.refuse({.authorization = "Bearer t"}));
}

TEST_F(CredentialsTest, a_token_file_is_read_again_after_ten_seconds) {
  Credentials credentials({.token_file = folder_.write("token", "one\n")}, clock_);
  EXPECT_EQ(header(credentials), "Bearer one");
  folder_.write("token", "two\n");
  clock_.advance(std::chrono::seconds(9));
  EXPECT_EQ(header(credentials), "Bearer one");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(header(credentials), "Bearer two");
}

TEST_F(CredentialsTest, a_refused_token_is_read_again_at_once) {
  Credentials credentials({.token_file = folder_.write("token", "one\n")}, clock_);
  header(credentials);
  folder_.write("token", "two\n");
  EXPECT_TRUE(credentials.refuse({.authorization = "Bearer one"}));
  EXPECT_EQ(header(credentials), "Bearer two");
}

TEST_F(CredentialsTest, a_token_that_was_refused_late_does_not_throw_the_new_one_away) {
  Credentials credentials(plugin({"counting"}), clock_);
  EXPECT_EQ(header(credentials), "Bearer t1");
  EXPECT_TRUE(credentials.refuse({.authorization = "Bearer t0"}));
  EXPECT_EQ(header(credentials), "Bearer t1");
}

TEST_F(CredentialsTest, a_token_file_that_vanished_leaves_the_last_token_in_use) {
  const std::string path = folder_.write("token", "one\n");
  Credentials credentials({.token_file = path}, clock_);
  header(credentials);
  std::remove(path.c_str());
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(header(credentials), "Bearer one");
}

TEST_F(CredentialsTest, token_files_without_a_token_are_errors) {
  Credentials absent({.token_file = folder_.path("none")}, clock_);
  Credentials empty({.token_file = folder_.write("empty", " \n")}, clock_);
  EXPECT_EQ(absent.current(soon(), {}).error().fault, Fault::missing);
  EXPECT_EQ(empty.current(soon(), {}).error().fault, Fault::denied);
}

TEST_F(CredentialsTest, a_plugin_without_expiry_runs_once) {
  Credentials credentials(plugin({"counting"}), clock_);
  header(credentials);
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(header(credentials), "Bearer t1");
  EXPECT_EQ(calls(), 1U);
}

TEST_F(CredentialsTest, a_plugin_runs_again_when_its_token_has_expired) {
  Credentials credentials(plugin({"expiring"}), clock_);
  EXPECT_EQ(header(credentials), "Bearer t1");
  clock_.advance(std::chrono::seconds(58));
  EXPECT_EQ(header(credentials), "Bearer t1");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(header(credentials), "Bearer t2");
}

TEST_F(CredentialsTest, a_plugin_runs_again_when_its_token_was_refused) {
  Credentials credentials(plugin({"counting"}), clock_);
  header(credentials);
  EXPECT_TRUE(credentials.refuse({.authorization = "Bearer t1"}));
  EXPECT_EQ(header(credentials), "Bearer t2");
}

TEST_F(CredentialsTest, a_plugin_runs_once_for_all_who_wait) {
  Credentials credentials(plugin({"counting"}), clock_);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { EXPECT_EQ(header(credentials), "Bearer t1"); });
  }
  EXPECT_EQ(calls(), 1U);
}

TEST_F(CredentialsTest, a_plugin_may_give_a_certificate) {
  Credentials credentials(plugin({"certificate"}), clock_);
  const auto identity = credentials.current(soon(), {});
  ASSERT_TRUE(identity) << identity.error().text();
  EXPECT_EQ(*identity,
            (Identity{.authorization = "", .certificate_pem = "CERT", .key_pem = "KEY"}));
}

TEST_F(CredentialsTest, a_plugin_may_print_yaml) {
  Credentials credentials(plugin({"yaml"}), clock_);
  EXPECT_EQ(header(credentials), "Bearer from-yaml");
}

TEST_F(CredentialsTest, a_plugin_of_v1beta1_is_asked_and_answers_so) {
  ClusterAccess access = plugin({"token", "x"});
  access.exec->api_version = "client.authentication.k8s.io/v1beta1";
  access.exec->environment.emplace_back("VERSION", access.exec->api_version);
  Credentials credentials(access, clock_);
  EXPECT_EQ(header(credentials), "Bearer x");
}

TEST_F(CredentialsTest, a_plugin_gets_the_environment_it_was_promised) {
  ClusterAccess access = plugin({"environment"});
  access.exec->environment.emplace_back("EXTRA", "value");
  Credentials credentials(access, clock_);
  EXPECT_EQ(header(credentials), "Bearer value");
}

TEST_F(CredentialsTest, a_plugin_is_told_of_the_cluster_when_it_wants_to_know) {
  ClusterAccess access = plugin({"info"});
  access.tls.ca_pem = "CA";
  access.exec->provide_cluster = true;
  access.exec->cluster_config = R"({"audience":"k"})";
  Credentials credentials(access, clock_);
  EXPECT_EQ(
      base64_decode(header(credentials).substr(7)),
      R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"cluster":{"certificate-authority-data":"Q0E=","config":{"audience":"k"},"server":"https://h"},"interactive":false}})");
}

TEST_F(CredentialsTest, a_plugin_is_told_nothing_of_the_cluster_otherwise) {
  Credentials credentials(plugin({"info"}), clock_);
  EXPECT_EQ(
      base64_decode(header(credentials).substr(7)),
      R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}})");
}

struct Wrong {
  const char* does;
  Fault fault;
  const char* says;
};

TEST_F(CredentialsTest, plugins_that_fail_say_why_and_leak_nothing) {
  const Wrong cases[] = {{"fail", Fault::denied, "code 3: login expired"},
                         {"garbage", Fault::invalid, "neither JSON nor YAML"},
                         {"half", Fault::invalid, "without its key"},
                         {"nothing", Fault::invalid, "neither token nor certificate"},
                         {"no-status", Fault::invalid, "no status"},
                         {"bad-time", Fault::invalid, "RFC 3339"},
                         {"flood", Fault::invalid, "prints too much"},
                         {"unknown", Fault::invalid, "no ExecCredential"}};
  for (const Wrong& c : cases) {
    Credentials credentials(plugin({c.does}), clock_);
    const auto identity = credentials.current(soon(), {});
    ASSERT_FALSE(identity) << c.does;
    EXPECT_EQ(identity.error().fault, c.fault) << c.does;
    EXPECT_NE(identity.error().text().find(c.says), std::string::npos) << identity.error().text();
    EXPECT_EQ(identity.error().text().find("hunter2"), std::string::npos)
        << identity.error().text();
  }
}

TEST_F(CredentialsTest, a_missing_plugin_comes_with_its_install_hint) {
  ClusterAccess access = plugin({});
  access.exec->command = "no-such-program-of-ours";
  access.exec->install_hint = "Install it.";
  Credentials credentials(access, clock_);
  const auto identity = credentials.current(soon(), {});
  EXPECT_EQ(identity.error().fault, Fault::missing);
  EXPECT_TRUE(identity.error().message.ends_with("Install it.")) << identity.error().message;
}

TEST_F(CredentialsTest, a_plugin_that_hangs_ends_at_the_deadline) {
  Credentials credentials(plugin({"hang"}), clock_);
  const auto identity = credentials.current(Steady::now() + std::chrono::milliseconds(200), {});
  EXPECT_EQ(identity.error().fault, Fault::unavailable);
}

TEST_F(CredentialsTest, a_stop_ends_a_plugin) {
  Credentials credentials(plugin({"hang"}), clock_);
  std::stop_source stop;
  std::jthread stopper([&] {
    while (calls() == 0) std::this_thread::yield();
    stop.request_stop();
  });
  const auto start = Steady::now();
  EXPECT_EQ(credentials.current(soon(), stop.get_token()).error().fault, Fault::cancelled);
  EXPECT_LT(Steady::now() - start, std::chrono::seconds(5));
}

TEST_F(CredentialsTest, what_a_plugin_leaves_in_the_background_is_not_waited_for) {
  Credentials credentials(plugin({"leave"}), clock_);
  const auto start = Steady::now();
  EXPECT_EQ(header(credentials), "Bearer t");
  EXPECT_LT(Steady::now() - start, std::chrono::seconds(4));
}

}  // namespace
}  // namespace kollect::kube
