// A certificate for 127.0.0.1 and localhost, made when the server starts.
#pragma once

#include <string>

#include "base/result.h"
#include "bench/replay/connection.h"

namespace kollect::bench {

// A server context with a fresh self-signed certificate, good for a day, whose PEM text is written
// to `ca_file` unless that is empty.
Result<SslContext> self_signed_context(const std::string& ca_file);

}  // namespace kollect::bench
