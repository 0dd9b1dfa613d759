#include "kube/detail/small_file.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kollect::kube {

namespace {

constexpr size_t kMaxBytes = size_t{16} << 20;

Error failed(const std::string& path, int code) {
  std::string text = fmt::format("read {}: {}", path, std::strerror(code));
  if (code == ENOENT || code == ENOTDIR) return missing(std::move(text));
  if (code == EACCES || code == EPERM) return denied(std::move(text));
  return invalid(std::move(text));
}

}  // namespace

Result<std::string> read_small_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed(path, errno);
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t size = ::read(file, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    const int code = size < 0 ? errno : 0;
    const bool whole = size <= 0;
    if (!whole) text.append(buffer.data(), static_cast<size_t>(size));
    if (whole || text.size() > kMaxBytes) ::close(file);
    if (code != 0) return failed(path, code);
    if (text.size() > kMaxBytes) return invalid(fmt::format("read {}: larger than 16 MiB", path));
    if (whole) return text;
  }
}

}  // namespace kollect::kube
