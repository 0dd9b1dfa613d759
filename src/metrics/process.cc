#include "metrics/process.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace kollect::metrics {

namespace {

std::string read_small_file(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::array<char, 8192> buffer{};
  const ssize_t size = ::read(file, buffer.data(), buffer.size());
  ::close(file);
  return size > 0 ? std::string(buffer.data(), static_cast<size_t>(size)) : std::string();
}

// Word number `index` of a text with one blank between words.
std::optional<double> number_at(std::string_view text, size_t index) {
  for (; index > 0; --index) {
    const size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    text.remove_prefix(blank + 1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// Seconds since 1970 at which the machine started, from the line "btime N".
std::optional<double> boot_time() {
  const int file = ::open("/proc/stat", O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string text;
  std::array<char, 16384> buffer{};
  for (ssize_t size = 0; (size = ::read(file, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  ::close(file);
  const size_t line = text.find("\nbtime ");
  return line == std::string::npos ? std::nullopt
                                   : number_at(std::string_view(text).substr(line + 7), 0);
}

std::optional<double> open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return std::nullopt;
  double count = -1;  // the one used for reading
  while (const dirent* entry = ::readdir(directory)) count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(directory);
  return count;
}

void emit_if(const Registry::Emit& emit, Metric metric, std::optional<double> value,
             double scale = 1) {
  if (value) emit(metric, {}, *value * scale);
}

void emit_process(const Registry::Emit& emit, std::optional<double> boot) {
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  // The name in parentheses may hold blanks; what follows it starts with field 3, the state.
  const std::string text = read_small_file("/proc/self/stat");
  const size_t name_end = text.rfind(')');
  if (name_end != std::string::npos && name_end + 2 < text.size()) {
    const std::string_view stat = std::string_view(text).substr(name_end + 2);
    const auto user = number_at(stat, 11);
    const auto system = number_at(stat, 12);
    const auto started = number_at(stat, 19);
    if (user && system) emit(Metric::process_cpu, {}, (*user + *system) / ticks);
    if (started && boot) emit(Metric::process_start_time, {}, *boot + *started / ticks);
    emit_if(emit, Metric::process_virtual_memory, number_at(stat, 20));
    emit_if(emit, Metric::process_resident_memory, number_at(stat, 21), page);
  }
  emit_if(emit, Metric::process_open_fds, open_descriptors());
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    emit(Metric::process_max_fds, {}, static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace

void add_process_metrics(Registry& registry) {
  registry.add_collector(
      [boot = boot_time()](const Registry::Emit& emit) { emit_process(emit, boot); });
}

}  // namespace kollect::metrics
