#include "world/world.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <utility>

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

namespace kollect::testing {
namespace {

constexpr const char* kProgram = KOLLECT_SOURCE_DIR "/tests/world/world";
// Above the driver's own deadlines, and enough to build what a first run has not built yet.
constexpr timeval kAnswerDeadline{.tv_sec = 900, .tv_usec = 0};

// One socket is standard input and output of the child; its end is the child's signal to stop.
Result<pid_t> spawn(const std::vector<std::string>& words, int socket) {
  std::vector<char*> argv;
  for (const std::string& text : words) argv.push_back(const_cast<char*>(text.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  pid_t pid = 0;
  const int failure = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return internal(fmt::format("start {}: {}", argv[0], std::strerror(failure)));
  return pid;
}

std::map<std::string, std::string> texts(const json::Value& description, std::string_view key) {
  std::map<std::string, std::string> found;
  const json::Value* object = description.find(key);
  KOLLECT_CHECK(object != nullptr && object->is_object());
  for (const json::Member& member : object->members()) {
    found.emplace(member.key, member.value.as_string());
  }
  return found;
}

std::string text(const json::Value& description, std::string_view key) {
  return std::string(description.text(key));
}

bool is_required() {
  const char* value = std::getenv("KOLLECT_REQUIRE_WORLD");
  return value != nullptr && *value != '\0' && std::string_view(value) != "0";
}

}  // namespace

// The child process and what it said. Its destructor is the end of the child.
struct World::Driver {
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver() {
    if (socket >= 0) close(socket);
    if (pid > 0) waitpid(pid, nullptr, 0);
  }

  Status start(const std::vector<std::string>& servers);
  Status listen();
  Status ask(std::string_view line);
  Result<json::Document> answer();
  std::optional<std::string> line();

  pid_t pid = 0;
  int socket = -1;
  std::string received;
  std::map<std::string, json::Document, std::less<>> servers;
};

Status World::Driver::start(const std::vector<std::string>& names) {
  std::vector<std::string> words = {kProgram, "up"};
  words.insert(words.end(), names.begin(), names.end());
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return internal(fmt::format("socketpair: {}", std::strerror(errno)));
  }
  socket = ends[0];
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kAnswerDeadline, sizeof kAnswerDeadline);
  auto spawned = spawn(words, ends[1]);
  close(ends[1]);
  if (!spawned) return spawned.error();
  pid = *spawned;
  return {};
}

// Reads descriptions until the driver says that all is ready.
Status World::Driver::listen() {
  while (true) {
    auto said = answer();
    if (!said) return said.error();
    const json::Value& root = said->root();
    if (root.find("ready") != nullptr) return {};
    if (root.find("failed") != nullptr) return internal(text(root, "failed"));
    std::string name = text(root, "server");
    if (root.find("missing") != nullptr) {
      return missing(fmt::format("{} is missing: {}. Cure: {}", name, root.text("missing"),
                                 root.text("cure")));
    }
    servers.emplace(std::move(name), std::move(*said));
  }
}

Status World::Driver::ask(std::string_view command) {
  const std::string bytes = fmt::format("{}\n", command);
  // MSG_NOSIGNAL: a driver that has died is an error of this call, not the end of the test binary.
  if (send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(bytes.size())) {
    return internal(
        fmt::format("the driver does not take '{}': {}", command, std::strerror(errno)));
  }
  auto said = answer();
  if (!said) return said.error();
  if (said->root().find("error") != nullptr) return invalid(text(said->root(), "error"));
  return {};
}

Result<json::Document> World::Driver::answer() {
  const auto said = line();
  if (!said) return internal("the driver of the test world ended, or was silent for too long");
  return json::Document::parse(*said);
}

std::optional<std::string> World::Driver::line() {
  size_t end = 0;
  while ((end = received.find('\n')) == std::string::npos) {
    char bytes[4096];
    const ssize_t count = recv(socket, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    received.append(bytes, static_cast<size_t>(count));
  }
  std::string first = received.substr(0, end);
  received.erase(0, end + 1);
  return first;
}

Result<World> World::open(const std::vector<std::string>& servers) {
  auto driver = std::make_unique<Driver>();
  if (auto started = driver->start(servers); !started) return started.error();
  if (auto ready = driver->listen(); !ready) return ready.error();
  return World(std::move(driver));
}

World::World(std::unique_ptr<Driver> driver) : driver_(std::move(driver)) {}
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

KubeApiserver World::kube() const {
  const json::Value& said = description("kube-apiserver");
  return {.url = text(said, "url"),
          .ca = text(said, "ca"),
          .kubectl = text(said, "kubectl"),
          .kubeconfig = text(said, "kubeconfig"),
          .client_certificate = text(said, "client_certificate"),
          .client_key = text(said, "client_key"),
          .tokens = texts(said, "tokens"),
          .kubeconfigs = texts(said, "kubeconfigs")};
}

Postgres World::postgres() const {
  const json::Value& said = description("postgres");
  return {
      .url = text(said, "url"), .admin_url = text(said, "admin_url"), .psql = text(said, "psql")};
}

std::string World::promtool() const { return text(description("promtool"), "program"); }

const json::Value& World::description(std::string_view server) const {
  const auto found = driver_->servers.find(server);
  KOLLECT_CHECK(found != driver_->servers.end() &&
                "the server was named when the world was opened");
  return found->second.root();
}

Status World::kill(std::string_view server) { return command("kill", server); }
Status World::restart(std::string_view server) { return command("restart", server); }
Status World::freeze(std::string_view server) { return command("freeze", server); }
Status World::thaw(std::string_view server) { return command("thaw", server); }

Status World::command(std::string_view fault, std::string_view server) {
  return driver_->ask(fmt::format("{} {}", fault, server));
}

std::chrono::milliseconds World::start_time(std::string_view server) const {
  const json::Value* seconds = description(server).find("seconds");
  if (seconds == nullptr) return {};
  return std::chrono::milliseconds(static_cast<int64_t>(seconds->as_double() * 1000));
}

pid_t World::driver_pid() const { return driver_->pid; }

class SharedWorld::Environment : public ::testing::Environment {
 public:
  explicit Environment(std::vector<std::string> servers) : servers_(std::move(servers)) {}

  void SetUp() override { world_ = World::open(servers_); }
  void TearDown() override { world_ = cancelled("the shared world is closed"); }
  Result<World>& world() { return world_; }

 private:
  const std::vector<std::string> servers_;
  Result<World> world_ = cancelled("the shared world opens when tests run");
};

SharedWorld::SharedWorld(std::vector<std::string> servers) {
  auto environment = std::make_unique<Environment>(std::move(servers));
  environment_ = environment.get();
  ::testing::AddGlobalTestEnvironment(environment.release());
}

const Result<World>& SharedWorld::result() const { return environment_->world(); }
World* SharedWorld::operator->() const { return &environment_->world().value(); }

Absence absence(const Result<World>& world) {
  if (world) return Absence::none;
  const bool may_skip = world.error().fault == Fault::missing && !is_required();
  return may_skip ? Absence::skip : Absence::fail;
}

std::string absence_text(const Result<World>& world) {
  return world ? std::string() : world.error().text();
}

}  // namespace kollect::testing
