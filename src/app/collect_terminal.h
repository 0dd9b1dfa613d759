// The process behind a long-running command: its terminal, its signals and its cost.
#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <string>

namespace kollect::app {

struct TerminalSize {
  size_t columns = 80;
  size_t rows = 24;
};

bool is_terminal(int descriptor);
TerminalSize terminal_size(int descriptor);

// While it lives, the first SIGINT or SIGTERM does not end the process but is told by is_raised();
// the next one does. Made before any thread is.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  bool is_raised();

 private:
  sigset_t signals_;
  sigset_t before_;
  bool is_raised_ = false;
};

struct ProcessCost {
  std::chrono::microseconds user_cpu{0};
  std::chrono::microseconds system_cpu{0};
  size_t memory_bytes = 0;  // resident now
  size_t peak_memory_bytes = 0;

  std::chrono::microseconds cpu() const { return user_cpu + system_cpu; }
};
ProcessCost process_cost();

// Lets the process have as many open files as it may; how many that are.
size_t raise_open_files();

// `1 234`, `3.4 MB`, `17.2 MiB`, for people.
std::string count_text(size_t count);
std::string megabytes_text(double bytes);
std::string mebibytes_text(size_t bytes);

}  // namespace kollect::app
