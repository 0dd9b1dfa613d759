#include "collect_process.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"

namespace kollect::testing {

namespace {

using namespace std::chrono_literals;

[[noreturn]] void become(const std::vector<std::string>& words, const std::string& kubeconfig,
                         const std::string& out, const std::string& err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setenv("KUBECONFIG", kubeconfig.c_str(), 1);
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
  std::vector<char*> list;
  for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  execv(list[0], list.data());
  _exit(127);
}

// The text of the member `row` of a change.
std::string row_text(const std::string& line) {
  const size_t begin = line.find("\"row\":") + 6;
  return line.substr(begin, line.size() - begin - 1);
}

}  // namespace

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "kollect-collect-XXXXXX").string();
  KOLLECT_CHECK(mkdtemp(name.data()) != nullptr);
  folder_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Scratch::file(const std::string& name, const std::string& text) const {
  std::ofstream(path(name)) << text;
  return path(name);
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

CollectProcess::CollectProcess(const std::string& kubeconfig,
                               const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {KOLLECT_BINARY, "collect"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  pid_ = fork();
  KOLLECT_CHECK(pid_ >= 0);
  if (pid_ == 0) become(words, kubeconfig, scratch_.path("out"), scratch_.path("err"));
}

CollectProcess::~CollectProcess() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool CollectProcess::prints(const std::function<bool(const std::string& out)>& done,
                            std::chrono::seconds limit) const {
  const auto end = Steady::now() + limit;
  while (!done(out())) {
    if (Steady::now() >= end) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

void CollectProcess::signal(int number) const { ::kill(pid_, number); }

int CollectProcess::wait(std::chrono::milliseconds limit) {
  const auto end = Steady::now() + limit;
  int status = 0;
  rusage usage{};
  while (Steady::now() < end) {
    if (::wait4(pid_, &status, WNOHANG, &usage) == pid_) {
      pid_ = 0;
      peak_kib_ = usage.ru_maxrss;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::this_thread::sleep_for(5ms);
  }
  return -1;
}

std::vector<std::string> replayed(const std::string& changes) {
  std::map<std::string, std::string> rows;
  std::istringstream lines(changes);
  for (std::string line; std::getline(lines, line);) {
    const auto change = json::Document::parse(line);
    if (!change) continue;  // the last line is still being written
    const json::Value& row = *change->root().find("row");
    const std::string key = std::string(row.text("targetNamespace")) + '/' +
                            std::string(row.text("targetName")) + '/' +
                            std::string(row.text("uid"));
    if (change->root().text("op") == "upsert") {
      rows[key] = row_text(line);
    } else {
      rows.erase(key);
    }
  }
  std::vector<std::string> out;
  for (auto& [key, text] : rows) out.push_back(std::move(text));
  std::ranges::sort(out);
  return out;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  std::ranges::sort(all);
  return all;
}

}  // namespace kollect::testing
