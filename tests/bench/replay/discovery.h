// What a client asks a server about itself.
#pragma once

#include <string_view>

#include "bench/replay/http.h"

namespace kollect::bench {

struct DiscoveryText {
  std::string_view content_type;  // empty: the path is none of discovery's
  std::string_view body;
};

// /version, /api, /apis and below, aggregated when the client accepts that.
DiscoveryText discovery(const Request& request);

}  // namespace kollect::bench
