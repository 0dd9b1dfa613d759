#include "bench/scratch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace kollect::bench {

Result<ScratchFile> ScratchFile::write(std::string_view bytes) {
  std::string path = (std::filesystem::temp_directory_path() / "kollect-bench-XXXXXX").string();
  const int fd = mkstemp(path.data());
  if (fd < 0) return unavailable("cannot make a temporary file");
  close(fd);
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return unavailable("cannot write " + path);
  return ScratchFile(std::move(path));
}

ScratchFile::~ScratchFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace kollect::bench
