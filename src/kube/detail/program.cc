#include "kube/detail/program.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/wait.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

namespace kollect::kube {

namespace {

constexpr size_t kMaxOutput = size_t{1} << 20;
constexpr size_t kMaxErrors = size_t{4} << 10;
constexpr int kTickMillis = 50;

// A pipe whose reading end stays here.
class Pipe {
 public:
  Pipe() { open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    if (open_) ::close(ends_[0]);
    close_writer();
  }
  bool is_open() const { return open_; }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (open_ && ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  // Takes what is there now.
  void drain(std::string& out) const {
    std::array<char, 16384> buffer{};
    pollfd ready{.fd = ends_[0], .events = POLLIN, .revents = 0};
    while (out.size() <= kMaxOutput && ::poll(&ready, 1, 0) > 0) {
      const ssize_t size = ::read(ends_[0], buffer.data(), buffer.size());
      if (size <= 0) return;
      out.append(buffer.data(), static_cast<size_t>(size));
    }
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool open_ = false;
};

// The environment of this process under that of the program.
std::vector<std::string> merged_environment(const Program& program) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced = std::any_of(program.environment.begin(), program.environment.end(),
                                      [&](const auto& pair) { return pair.first == name; });
    if (!replaced) merged.emplace_back(text);
  }
  for (const auto& [name, value] : program.environment) merged.push_back(name + '=' + value);
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// The process id, or the code of the failure, negative.
pid_t spawn(const Program& program, const Pipe& output, const Pipe& errors) {
  std::vector<std::string> words = {program.command};
  words.insert(words.end(), program.args.begin(), program.args.end());
  std::vector<std::string> environment = merged_environment(program);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.writer(), STDERR_FILENO);
  sigset_t none;
  sigset_t normal;
  sigemptyset(&none);
  sigemptyset(&normal);
  sigaddset(&normal, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &normal);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int code = ::posix_spawnp(&child, program.command.c_str(), &actions, &attributes,
                                  pointers(words).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return code == 0 ? child : -code;
}

// A started program; killed with its group unless it has ended. What it left in the background
// stays.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (ended_) return;
    ::kill(-id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  // Its code once it has ended.
  bool has_ended(int& code) {
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) != id_) return false;
    ended_ = true;
    code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  }

 private:
  pid_t id_;
  bool ended_ = false;
};

void keep_end(std::string& text) {
  if (text.size() > kMaxErrors) text.erase(0, text.size() - kMaxErrors);
}

}  // namespace

Result<Finished> run_program(const Program& program, Steady::time_point deadline,
                             std::stop_token stop) {
  Pipe output;
  Pipe errors;
  if (!output.is_open() || !errors.is_open()) return unavailable("no pipe for a program");
  const pid_t id = spawn(program, output, errors);
  if (id < 0) return missing(fmt::format("cannot run {}: {}", program.command, std::strerror(-id)));
  Child child(id);
  output.close_writer();
  errors.close_writer();
  Finished finished;
  for (;;) {
    std::array<pollfd, 2> ready{pollfd{.fd = output.reader(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = errors.reader(), .events = POLLIN, .revents = 0}};
    ::poll(ready.data(), ready.size(), kTickMillis);
    const bool ended = child.has_ended(finished.code);
    output.drain(finished.output);
    errors.drain(finished.errors);
    keep_end(finished.errors);
    if (finished.output.size() > kMaxOutput)
      return invalid(fmt::format("{} prints too much", program.command));
    if (ended) return finished;
    if (stop.stop_requested()) return cancelled(fmt::format("run {}", program.command));
    if (Steady::now() >= deadline)
      return unavailable(fmt::format("{} did not end in time", program.command));
    const bool silent = ((ready[0].revents & ready[1].revents) & POLLHUP) != 0;
    if (silent) ::poll(nullptr, 0, kTickMillis);
  }
}

}  // namespace kollect::kube
