#include "app/collect_terminal.h"

#include <array>
#include <charconv>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kollect::app {

namespace {

std::chrono::microseconds duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

// The kibibytes of a line "VmHWM:  1234 kB" of the kernel's account of this process.
size_t kibibytes_of(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  const size_t digit = text.find_first_of("0123456789", at + name.size());
  if (digit == std::string_view::npos) return 0;
  size_t value = 0;
  std::from_chars(text.data() + digit, text.data() + text.size(), value);
  return value;
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

TerminalSize terminal_size(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {};
  return {size.ws_col, size.ws_row};
}

StopSignals::StopSignals() : signals_(), before_() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

StopSignals::~StopSignals() {
  is_raised();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignals::is_raised() {
  if (is_raised_) return true;
  const timespec no_wait{};
  if (sigtimedwait(&signals_, nullptr, &no_wait) < 0) return false;
  is_raised_ = true;
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  return true;
}

ProcessCost process_cost() {
  ProcessCost cost;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    cost.user_cpu = duration_of(usage.ru_utime);
    cost.system_cpu = duration_of(usage.ru_stime);
  }
  const int file = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (file < 0) return cost;
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(file, buffer.data(), buffer.size());
  ::close(file);
  if (size <= 0) return cost;
  const std::string_view text(buffer.data(), static_cast<size_t>(size));
  cost.memory_bytes = kibibytes_of(text, "VmRSS:") << 10;
  cost.peak_memory_bytes = kibibytes_of(text, "VmHWM:") << 10;
  return cost;
}

size_t raise_open_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
  const rlim_t before = std::exchange(files.rlim_cur, files.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_max : before;
}

std::string count_text(size_t count) {
  std::string digits = std::to_string(count);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ' ');
  return digits;
}

std::string megabytes_text(double bytes) {
  return bytes < 1e6 ? fmt::format("{:.0f} kB", bytes / 1e3)
                     : fmt::format("{:.1f} MB", bytes / 1e6);
}

std::string mebibytes_text(size_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / 1048576.0);
}

}  // namespace kollect::app
