// As much of HTTP/1.1 as a Kubernetes client says to its server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace kollect::bench {

struct Request {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // decoded
  std::string accept;
  std::string body;
  bool close = false;  // the client asked for it

  // Empty when absent.
  std::string_view parameter(std::string_view name) const;
  // The parameter as a whole number, or `fallback` when it is absent or none.
  uint64_t number(std::string_view name, uint64_t fallback) const;
  bool flag(std::string_view name) const {
    return parameter(name) == "true" || parameter(name) == "1";
  }
};

// Takes the next whole request off the front of `in`; nothing when more bytes are needed.
Result<std::optional<Request>> take_request(std::string& in);

// Status line and headers up to the empty line. The body follows in chunks.
std::string response_head(int status, std::string_view content_type);

}  // namespace kollect::bench
