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
};

// The real streams and files.
Console process_console();

// Every regular file at `path`: itself, or those below it with one of the endings, in order of
// their names.
Result<std::vector<std::string>> files_at(const std::string& path,
                                          const std::vector<std::string_view>& endings);

// Exit codes of every subcommand.
inline constexpr int kDone = 0;
inline constexpr int kIncomplete = 1;  // ran, and something did not work out
inline constexpr int kBadInput = 2;    // flags or files that cannot be used

}  // namespace kollect::app
