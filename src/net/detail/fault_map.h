// What the end of a transfer means: libcurl's codes as our faults, in words that tell what to
// change.
#pragma once

#include <string>
#include <string_view>

#include <curl/curl.h>

#include "base/result.h"

namespace kollect::net {

// What was known about a transfer when it failed.
struct TransferFacts {
  std::string_view method;
  std::string_view url;     // redacted
  std::string_view detail;  // libcurl's own words
  bool connected = false;   // the server was reached
  bool headed = false;      // its headers arrived
  int tls_alert = -1;  // the last alert that the server sent while the connection was made or used
};

// Only for codes other than CURLE_OK.
Error transfer_error(CURLcode code, const TransferFacts& facts);

}  // namespace kollect::net
