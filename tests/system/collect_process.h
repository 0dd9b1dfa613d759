// The real `kollect collect` as a child, and an oracle that knows nothing of it: kubectl and jq.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "shell.h"
#include "world/world.h"

namespace kollect::testing {

// A folder that goes with its owner.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  // The path of a file with this text.
  std::string file(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path folder_;
};

std::string text_of(const std::string& path);

// A child with its streams in files. One thread; destroying it kills the child.
class CollectProcess {
 public:
  // `kollect collect` with these arguments, by this kubeconfig.
  CollectProcess(const std::string& kubeconfig, const std::vector<std::string>& arguments);
  ~CollectProcess();
  CollectProcess(const CollectProcess&) = delete;
  CollectProcess& operator=(const CollectProcess&) = delete;

  std::string out() const { return text_of(scratch_.path("out")); }
  std::string err() const { return text_of(scratch_.path("err")); }
  // Until what was printed satisfies `done`; false when it does not in time.
  bool prints(const std::function<bool(const std::string& out)>& done,
              std::chrono::seconds limit = std::chrono::seconds(20)) const;
  void signal(int number) const;
  // The exit code; -1 when it was killed or does not end in time.
  int wait(std::chrono::milliseconds limit = std::chrono::seconds(30));
  // KiB, of a child that has ended.
  long peak_kib() const { return peak_kib_; }

 private:
  Scratch scratch_;
  pid_t pid_ = 0;  // 0: has ended
  long peak_kib_ = 0;
};

// The last state of each row that a watch printed, in the order of the rows' text: what its reader
// knows.
std::vector<std::string> replayed(const std::string& changes);
std::vector<std::string> sorted_lines(const std::string& text);

}  // namespace kollect::testing
