// The world itself: every server starts, answers, takes faults and leaves nothing behind.
#include "world/world.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <sys/wait.h>
#include <thread>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

namespace kollect::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

const SharedWorld shared({"kube-apiserver", "postgres", "promtool"});

struct Ran {
  int code = -1;
  std::string output;
};

// Runs a command line in a shell; errors go into the output too.
Ran run(const std::string& command_line) {
  Ran ran;
  FILE* pipe = popen(fmt::format("{{ {}; }} 2>&1", command_line).c_str(), "r");
  if (pipe == nullptr) return ran;
  std::array<char, 4096> bytes{};
  while (size_t count = fread(bytes.data(), 1, bytes.size(), pipe)) {
    ran.output.append(bytes.data(), count);
  }
  ran.code = WEXITSTATUS(pclose(pipe));
  return ran;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool becomes_true(const std::function<bool()>& condition) {
  const auto deadline = steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

// curl's words for a request with a bearer token; two seconds at most.
std::string curl(const std::string& token, const std::string& path) {
  const KubeApiserver kube = shared->kube();
  return fmt::format("curl -sS -m 2 --cacert {} -H 'Authorization: Bearer {}' '{}{}'", kube.ca,
                     token, kube.url, path);
}

std::string status_of(const std::string& token, const std::string& path) {
  return run(curl(token, path) + " -o /dev/null -w '%{http_code}'").output;
}

std::string admin() { return shared->kube().tokens.at("admin"); }

Ran kubectl(const std::string& words) { return run(shared->kube().kubectl + " " + words); }

Ran psql(const std::string& url, const std::string& statement) {
  return run(fmt::format("PGCONNECT_TIMEOUT=2 {} -qAtX -c \"{}\" {}", shared->postgres().psql,
                         statement, url));
}

// The directory of a world: the parent of any server's directory.
fs::path directory_of(const World& world, std::string_view server) {
  return fs::path(world.description(server).text("log")).parent_path().parent_path();
}

// A process that has ended but was not collected by its new parent counts as gone.
bool is_running(pid_t pid) {
  return run(fmt::format("grep -q '^State:[[:space:]]*[^ZX[:space:]]' /proc/{}/status", pid))
             .code == 0;
}

std::vector<pid_t> processes_in(const fs::path& directory) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code unreadable;
    const fs::path place = fs::read_symlink(entry.path() / "cwd", unreadable);
    if (!unreadable && place.string().starts_with(directory.string())) {
      found.push_back(static_cast<pid_t>(std::stoi(entry.path().filename())));
    }
  }
  return found;
}

// The piece of shared memory that PostgreSQL's lock file names; it would outlive a crash.
std::string shared_memory_of(const World& world) {
  const fs::path lock_file = directory_of(world, "postgres") / "postgres/data/postmaster.pid";
  return run(fmt::format("sed -n 7p {} | awk '{{printf $2}}'", lock_file.string())).output;
}

bool is_shared_memory(const std::string& id) {
  return run(fmt::format("ipcs -m | awk '{{print $2}}' | grep -qx {}", id)).code == 0;
}

TEST(KubeApiserver, says_the_pinned_version) {
  KOLLECT_NEED_WORLD(shared);
  const Ran ran = run(curl(admin(), "/version"));
  EXPECT_TRUE(contains(ran.output, R"("gitVersion": "v1.36.3")")) << ran.output;
}

TEST(KubeApiserver, takes_a_client_certificate) {
  KOLLECT_NEED_WORLD(shared);
  const KubeApiserver kube = shared->kube();
  const Ran ran =
      run(fmt::format("curl -sS -m 5 --cacert {} --cert {} --key {} {}/api/v1/namespaces", kube.ca,
                      kube.client_certificate, kube.client_key, kube.url));
  EXPECT_TRUE(contains(ran.output, R"("name": "team-a")")) << ran.output;
}

TEST(KubeApiserver, kubectl_acts_as_the_user_of_its_kubeconfig) {
  KOLLECT_NEED_WORLD(shared);
  const KubeApiserver kube = shared->kube();
  EXPECT_EQ(kubectl("auth whoami -o jsonpath='{.status.userInfo.username}'").output, "admin");
  const Ran reader =
      run(fmt::format("KUBECONFIG={} {} auth whoami -o jsonpath='{{.status.userInfo.username}}'",
                      kube.kubeconfigs.at("reader-a"), kube.kubectl));
  EXPECT_EQ(reader.output, "reader-a");
}

TEST(KubeApiserver, refuses_a_token_that_it_does_not_know) {
  KOLLECT_NEED_WORLD(shared);
  EXPECT_EQ(status_of("made-up", "/api/v1/pods"), "401");
}

struct Access {
  const char* name;
  const char* user;
  const char* path;
  const char* status;
};

class UserAccess : public ::testing::TestWithParam<Access> {};

TEST_P(UserAccess, is_what_the_roles_say) {
  KOLLECT_NEED_WORLD(shared);
  const Access& access = GetParam();
  EXPECT_EQ(status_of(shared->kube().tokens.at(access.user), access.path), access.status);
}

constexpr const char* kAllPods = "/api/v1/pods";
constexpr const char* kWatch = "/api/v1/pods?watch=true&timeoutSeconds=1";
constexpr Access kAccess[] = {
    {"reader_lists_all", "reader", kAllPods, "200"},
    {"reader_watches_all", "reader", kWatch, "200"},
    {"reader_a_lists_its_namespace", "reader-a", "/api/v1/namespaces/team-a/pods", "200"},
    {"reader_a_sees_no_other_namespace", "reader-a", "/api/v1/namespaces/team-b/pods", "403"},
    {"reader_a_does_not_list_all", "reader-a", kAllPods, "403"},
    {"lister_lists_all", "lister", kAllPods, "200"},
    {"lister_may_not_watch", "lister", kWatch, "403"},
    {"nobody_sees_nothing", "nobody", kAllPods, "403"},
};
INSTANTIATE_TEST_SUITE_P(World, UserAccess, ::testing::ValuesIn(kAccess),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(KubeApiserver, comes_back_on_its_port_with_its_data) {
  KOLLECT_NEED_WORLD(shared);
  ASSERT_EQ(kubectl("create configmap kept -n team-a").code, 0);
  ASSERT_TRUE(shared->kill("kube-apiserver"));
  EXPECT_EQ(run(curl(admin(), "/version")).code, 7) << "nothing listens while it is down";
  ASSERT_TRUE(shared->restart("kube-apiserver"));
  EXPECT_EQ(kubectl("get configmap kept -n team-a -o name").output, "configmap/kept\n");
}

TEST(KubeApiserver, holds_connections_without_answering_while_frozen) {
  KOLLECT_NEED_WORLD(shared);
  ASSERT_TRUE(shared->freeze("kube-apiserver"));
  EXPECT_EQ(run(curl(admin(), "/version")).code, 28) << "curl should run into its deadline";
  ASSERT_TRUE(shared->thaw("kube-apiserver"));
  EXPECT_EQ(status_of(admin(), "/version"), "200");
}

TEST(KubeApiserver, answers_410_to_a_watch_from_before_writes_and_a_restart) {
  KOLLECT_NEED_WORLD(shared);
  const std::string jsonpath = "-o jsonpath='{.metadata.resourceVersion}'";
  const Ran before = kubectl("create configmap first -n team-b " + jsonpath);
  ASSERT_EQ(kubectl("create configmap second -n team-b").code, 0);
  ASSERT_TRUE(shared->restart("kube-apiserver"));
  const Ran watch = run(curl(
      admin(), "/api/v1/configmaps?watch=true&timeoutSeconds=1&resourceVersion=" + before.output));
  EXPECT_TRUE(contains(watch.output, R"("code":410)")) << watch.output;
}

TEST(Postgres, lets_its_role_use_a_database_of_its_own) {
  KOLLECT_NEED_WORLD(shared);
  const Ran ran = psql(shared->postgres().url,
                       "CREATE TABLE t (x int); INSERT INTO t VALUES (41); SELECT x + 1 FROM t");
  EXPECT_EQ(ran.output, "42\n");
}

TEST(Postgres, asks_for_a_password) {
  KOLLECT_NEED_WORLD(shared);
  std::string url = shared->postgres().url;
  url.replace(url.find('@') - 1, 1, "!");
  const Ran ran = psql(url, "SELECT 1");
  EXPECT_TRUE(contains(ran.output, "password authentication failed")) << ran.output;
}

TEST(Postgres, comes_back_on_its_port_with_its_data) {
  KOLLECT_NEED_WORLD(shared);
  const std::string url = shared->postgres().admin_url;
  ASSERT_EQ(psql(url, "CREATE TABLE kept AS SELECT 7 AS x").code, 0);
  ASSERT_TRUE(shared->kill("postgres"));
  EXPECT_EQ(psql(url, "SELECT x FROM kept").code, 2) << "nothing listens while it is down";
  ASSERT_TRUE(shared->restart("postgres"));
  EXPECT_EQ(psql(url, "SELECT x FROM kept").output, "7\n");
}

TEST(Postgres, holds_connections_without_answering_while_frozen) {
  KOLLECT_NEED_WORLD(shared);
  const std::string url = shared->postgres().url;
  ASSERT_TRUE(shared->freeze("postgres"));
  const Ran ran = psql(url, "SELECT 1");
  ASSERT_TRUE(shared->thaw("postgres"));
  EXPECT_TRUE(contains(ran.output, "timeout expired")) << ran.output;
  EXPECT_EQ(psql(url, "SELECT 1").output, "1\n");
}

TEST(Promtool, objects_to_a_bad_metric) {
  KOLLECT_NEED_WORLD(shared);
  const std::string tool = shared->promtool();
  EXPECT_EQ(run("printf '# HELP a_total A.\\n# TYPE a_total counter\\na_total 1\\n' | " + tool +
                " check metrics")
                .code,
            0);
  EXPECT_EQ(run("printf '# TYPE a counter\\na 1\\n' | " + tool + " check metrics").code, 3);
}

TEST(World, tells_how_long_each_server_took) {
  KOLLECT_NEED_WORLD(shared);
  for (const char* server : {"etcd", "kube-apiserver", "postgres"}) {
    const auto took = shared->start_time(server);
    EXPECT_GT(took.count(), 0);
    fmt::print("{} answered after {} ms\n", server, took.count());
  }
}

TEST(World, refuses_a_fault_for_what_does_not_run) {
  KOLLECT_NEED_WORLD(shared);
  const Status frozen = shared->freeze("promtool");
  ASSERT_FALSE(frozen);
  EXPECT_EQ(frozen.error().fault, Fault::invalid);
}

// What is done to PostgreSQL before its world closes.
struct Closed {
  const char* name;
  Status (World::*fault)(std::string_view server);
};

class ClosedWorld : public ::testing::TestWithParam<Closed> {};

TEST_P(ClosedWorld, leaves_nothing_behind) {
  auto world = World::open({"postgres"});
  KOLLECT_NEED_WORLD(world);
  const fs::path directory = directory_of(*world, "postgres");
  const std::string memory = shared_memory_of(*world);
  ASSERT_TRUE(is_shared_memory(memory));
  ASSERT_FALSE(processes_in(directory).empty());
  ASSERT_TRUE((*world.*GetParam().fault)("postgres"));
  world = cancelled("closed");
  EXPECT_TRUE(processes_in(directory).empty());
  EXPECT_FALSE(fs::exists(directory));
  EXPECT_FALSE(is_shared_memory(memory));
}

constexpr Closed kClosed[] = {
    {"after_a_restart_of_a_server", &World::restart},
    {"while_a_server_is_frozen", &World::freeze},
    {"after_a_server_was_killed", &World::kill},
};
INSTANTIATE_TEST_SUITE_P(World, ClosedWorld, ::testing::ValuesIn(kClosed),
                         [](const auto& tested) { return std::string(tested.param.name); });

struct Killed {
  const char* name;
  bool guardian;
  bool driver;
};

class KilledDriver : public ::testing::TestWithParam<Killed> {};

// The driver proper is the only child of the process that watches over it.
pid_t child_of(pid_t guardian) {
  return static_cast<pid_t>(std::stoi(run(fmt::format("pgrep -P {}", guardian)).output));
}

TEST_P(KilledDriver, leaves_no_process_behind) {
  auto world = World::open({"postgres"});
  KOLLECT_NEED_WORLD(world);
  const fs::path directory = directory_of(*world, "postgres");
  const pid_t guardian = world->driver_pid();
  const pid_t driver = child_of(guardian);
  const std::string memory = shared_memory_of(*world);
  ASSERT_FALSE(processes_in(directory).empty());
  ASSERT_TRUE(is_running(driver));
  if (GetParam().guardian) kill(guardian, SIGKILL);
  if (GetParam().driver) kill(driver, SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return processes_in(directory).empty(); }));
  EXPECT_TRUE(becomes_true([&] { return !is_running(driver); }));
  EXPECT_TRUE(becomes_true([&] { return !is_shared_memory(memory); }));
  const bool is_cleaner_left = !GetParam().guardian || !GetParam().driver;
  EXPECT_TRUE(!is_cleaner_left || becomes_true([&] { return !fs::exists(directory); }));
  fs::remove_all(directory);
}

constexpr Killed kKilled[] = {
    {"guardian", true, false},
    {"driver", false, true},
    {"both", true, true},
};
INSTANTIATE_TEST_SUITE_P(World, KilledDriver, ::testing::ValuesIn(kKilled),
                         [](const auto& tested) { return std::string(tested.param.name); });

// The driver where no program can be found; python3 is named in full.
Ran up_without_programs(const std::string& environment) {
  return run(
      fmt::format("python=$(python3 -c 'import sys; print(sys.executable)'); env PATH=/nowhere {} "
                  "$python {}/tests/world/world up promtool "
                  "</dev/null",
                  environment, KOLLECT_SOURCE_DIR));
}

TEST(World, names_reason_and_cure_of_a_missing_server) {
  const Ran ran = up_without_programs("KOLLECT_REQUIRE_WORLD=0");
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(contains(ran.output, R"("missing": "no program promtool")")) << ran.output;
  EXPECT_TRUE(contains(ran.output, R"("cure": "run tools/setup)")) << ran.output;
}

TEST(World, fails_on_a_missing_server_when_the_world_is_required) {
  EXPECT_EQ(up_without_programs("KOLLECT_REQUIRE_WORLD=1").code, 1);
}

TEST(World, broken_server_fails_a_test_and_never_skips_it) {
  EXPECT_EQ(absence(Result<World>(internal("etcd does not answer"))), Absence::fail);
}

}  // namespace
}  // namespace kollect::testing
