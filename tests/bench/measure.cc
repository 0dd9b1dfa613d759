#include "bench/measure.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <sched.h>

namespace kollect::bench {
namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

uint64_t leading_number(std::string_view text) {
  const size_t digit = text.find_first_of("0123456789");
  uint64_t out = 0;
  if (digit != std::string_view::npos) {
    std::from_chars(text.data() + digit, text.data() + text.size(), out);
  }
  return out;
}

}  // namespace

double thread_cpu_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double process_cpu_seconds() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }
double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }

double fastest_cpu_seconds(size_t parts, const std::function<void(size_t part)>& call,
                           double budget_seconds) {
  std::vector<double> fastest(parts, 1e9);
  double spent = 0;
  for (int i = 0; i < 3 || spent < budget_seconds; ++i) {
    for (size_t part = 0; part < parts; ++part) {
      const double before = thread_cpu_seconds();
      call(part);
      const double took = thread_cpu_seconds() - before;
      fastest[part] = std::min(fastest[part], took);
      spent += took;
    }
  }
  return std::accumulate(fastest.begin(), fastest.end(), 0.0);
}

MemoryBytes memory_of(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  MemoryBytes out;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) out.resident = leading_number(line) * 1024;
    if (line.starts_with("VmHWM:")) out.peak = leading_number(line) * 1024;
  }
  return out;
}

double cpu_seconds_of(pid_t process) {
  uint64_t nanoseconds = 0;
  std::error_code gone;
  for (const auto& task :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process), gone)) {
    std::ifstream file(task.path() / "schedstat");
    std::string line;
    std::getline(file, line);
    nanoseconds += leading_number(line);
  }
  return static_cast<double>(nanoseconds) * 1e-9;
}

uint64_t heap_bytes() {
  const struct mallinfo2 now = mallinfo2();
  return now.uordblks + now.hblkhd;
}

void pin_to(int cpu) {
  if (cpu < 0) return;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<size_t>(cpu), &cpus);
  sched_setaffinity(0, sizeof(cpus), &cpus);
}

double slope(const MemoryPoint& a, const MemoryPoint& b) {
  const double objects = static_cast<double>(b.objects) - static_cast<double>(a.objects);
  return (static_cast<double>(b.bytes) - static_cast<double>(a.bytes)) / objects;
}

}  // namespace kollect::bench
