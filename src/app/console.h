// What a command sees of its process: arguments and the three streams, so that a test can be the
// terminal.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kollect::app {

using Arguments = std::vector<std::string>;

struct Console {
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;
  // The content of a file; `-` is standard input.
  std::function<Result<std::string>(const std::string& path)> read;
  // Passes on what `out` holds back; false when nobody reads it any more. Not set: nothing is held
  // back.
  std::function<bool()> flush = {};
};

// The real streams and files.
Console process_console();

// Every regular file at `path`: itself, or those below it with one of the endings, in order of
// their names. Hidden folders are left out.
Result<std::vector<std::string>> files_at(const std::string& path,
                                          const std::vector<std::string_view>& endings);

// Every file of the arguments, once: of a folder its YAML and JSON files. What is no folder is left
// to the reader; a folder without any is an error.
Result<std::vector<std::string>> manifest_files(const std::vector<std::string>& paths);

// Exit codes of every subcommand.
inline constexpr int kDone = 0;
inline constexpr int kIncomplete = 1;  // ran, and something did not work out
inline constexpr int kBadInput = 2;    // flags or files that cannot be used
inline constexpr int kNoCluster = 3;   // no way to a cluster: kubeconfig, credentials or server

}  // namespace kollect::app
