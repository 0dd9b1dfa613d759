// A file that goes when its owner goes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kollect::bench {

class ScratchFile {
 public:
  // In the folder for temporary files, under a name of its own.
  static Result<ScratchFile> write(std::string_view bytes);
  ScratchFile(ScratchFile&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile();

  const std::string& path() const { return path_; }

 private:
  explicit ScratchFile(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace kollect::bench
