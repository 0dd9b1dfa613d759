// Files that people write by hand: configuration and tokens.
#pragma once

#include <string>

#include "base/result.h"

namespace kollect::kube {

// The whole file. Fault::missing when it does not exist, denied when it may not be read, invalid
// above 16 MiB or when it is no file; each names the path.
Result<std::string> read_small_file(const std::string& path);

}  // namespace kollect::kube
