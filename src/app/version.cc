#include "app/version.h"

#include <fmt/format.h>

#ifndef KOLLECT_VERSION
#define KOLLECT_VERSION "dev"
#endif
#ifndef KOLLECT_COMMIT
#define KOLLECT_COMMIT "unknown"
#endif
#ifndef KOLLECT_BUILT
#define KOLLECT_BUILT "unknown"
#endif

namespace kollect::app {

std::string_view version() { return KOLLECT_VERSION; }
std::string_view commit() { return KOLLECT_COMMIT; }
std::string_view built() { return KOLLECT_BUILT; }

std::string version_line() {
  return fmt::format("{} (commit {}, built {})", version(), commit(), built());
}

}  // namespace kollect::app
