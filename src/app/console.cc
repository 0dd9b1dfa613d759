#include "app/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace kollect::app {

namespace {

namespace fs = std::filesystem;

void write_to(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

Error cannot_read(const std::string& path, const std::string& why) {
  return invalid(fmt::format("cannot read {}: {}", path, why));
}

Result<std::string> read_stream(std::FILE* stream, const std::string& path) {
  std::string text;
  char piece[65536];
  while (const size_t got = std::fread(piece, 1, sizeof piece, stream)) text.append(piece, got);
  if (std::ferror(stream) != 0) return cannot_read(path, std::strerror(errno));
  return text;
}

Result<std::string> read_file(const std::string& path) {
  if (path == "-") return read_stream(stdin, "standard input");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) return cannot_read(path, std::strerror(errno));
  return read_stream(file.get(), path);
}

bool has_ending(const fs::path& path, const std::vector<std::string_view>& endings) {
  return std::ranges::any_of(endings,
                             [&](std::string_view ending) { return path.extension() == ending; });
}

// A pipe whose other end is closed says so before anything is written to it.
bool flush_out() {
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  if (::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLNVAL)) != 0) return false;
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

}  // namespace

Console process_console() {
  return {.out = [](std::string_view text) { write_to(stdout, text); },
          .err = [](std::string_view text) { write_to(stderr, text); },
          .read = &read_file,
          .flush = &flush_out};
}

Result<std::vector<std::string>> files_at(const std::string& path,
                                          const std::vector<std::string_view>& endings) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (!fs::exists(status)) return cannot_read(path, "no such file or folder");
  if (!fs::is_directory(status)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator at(path, failed), end; !failed && at != end;
       at.increment(failed)) {
    const bool is_hidden = at->path().filename().string().starts_with('.');
    if (is_hidden && at->is_directory(failed)) at.disable_recursion_pending();
    if (at->is_regular_file(failed) && has_ending(at->path(), endings))
      files.push_back(at->path().string());
  }
  if (failed) return cannot_read(path, failed.message());
  std::ranges::sort(files);
  return files;
}

Result<std::vector<std::string>> manifest_files(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    std::error_code failed;
    auto files = fs::is_directory(path, failed) ? files_at(path, {".yaml", ".yml", ".json"})
                                                : Result<std::vector<std::string>>({path});
    if (!files) return files.error();
    if (files->empty())
      return cannot_read(path, "no .yaml, .yml or .json file is in it or below it");
    for (std::string& file : *files)
      if (std::ranges::find(out, file) == out.end()) out.push_back(std::move(file));
  }
  return out;
}

}  // namespace kollect::app
