#include "bench/process.h"

#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "bench/measure.h"

namespace kollect::bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// In the child: only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* words, int cpu, int output) {
  pin_to(cpu);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  execv(words[0], words);
  _exit(127);
}

}  // namespace

Result<std::unique_ptr<Process>> Process::start(const std::vector<std::string>& words, int cpu) {
  if (access(words[0].c_str(), X_OK) != 0) return unavailable("there is no program " + words[0]);
  std::vector<char*> list;
  for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) return internal("no pipe");
  const double started = bench::wall_seconds();
  // vfork: starting must not cost what our own memory costs.
  const pid_t pid = vfork();
  if (pid == 0) become(list.data(), cpu, pipe[1]);
  close(pipe[1]);
  if (pid < 0) {
    close(pipe[0]);
    return internal("cannot fork");
  }
  return std::make_unique<Process>(pid, pipe[0], started);
}

Process::Process(pid_t pid, int output, double started)
    : pid_(pid), output_(output), started_(started) {}

Process::~Process() {
  if (pid_ != 0) {
    kill(pid_, SIGKILL);
    wait();
  }
  close(output_);
}

Result<std::string> Process::line() {
  while (true) {
    const size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string out = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return out;
    }
    char bytes[4096];
    const ssize_t size = read(output_, bytes, sizeof(bytes));
    if (size <= 0) return unavailable("its output has ended");
    buffer_.append(bytes, static_cast<size_t>(size));
  }
}

Usage Process::wait() {
  int status = 0;
  rusage usage{};
  wait4(pid_, &status, 0, &usage);
  pid_ = 0;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          seconds(usage.ru_utime) + seconds(usage.ru_stime), bench::wall_seconds() - started_};
}

Result<Usage> run_process(const std::vector<std::string>& words, int cpu) {
  auto process = Process::start(words, cpu);
  if (!process) return process.error();
  const Usage usage = (*process)->wait();
  if (usage.exit_status == 0) return usage;
  return internal(fmt::format("{} ended with status {}", words[0], usage.exit_status));
}

Result<ReplayProcess> start_replay(const std::string& programs, std::vector<std::string> words,
                                   int cpu) {
  words.insert(words.begin(), programs + "/kollect-replay");
  if (cpu >= 0) words.push_back(fmt::format("--cpu={}", cpu));
  auto process = Process::start(words, cpu);
  if (!process) return process.error();
  const auto line = (*process)->line();
  if (!line || !line->starts_with("port ")) return internal("kollect-replay did not start");
  const auto port = static_cast<uint16_t>(std::stoi(line->substr(5)));
  return ReplayProcess{*std::move(process), port};
}

}  // namespace kollect::bench
