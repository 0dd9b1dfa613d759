// URLs: strict reading, exact writing, and a form that can be shown to people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace kollect::net {

// scheme://userinfo@host:port/path?query#fragment. Parts are kept as written (still
// percent-encoded), except that scheme and host are lower case and an IPv6 host has no brackets.
struct Url {
  std::string scheme;
  std::string userinfo;
  std::string host;
  std::optional<uint16_t> port;
  std::string path;  // empty or starting with '/'
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  // The URL as it is sent and used; holds secrets when the URL did.
  std::string text() const;
  // For messages and logs: without userinfo and fragment, each value of the query as ***.
  std::string redacted() const;
  // host or host:port, an IPv6 host in brackets.
  std::string authority() const;
  // The port given, else 443 for https, 80 for http, 0 for any other scheme.
  uint16_t effective_port() const;
};

// Any scheme with an authority. Fault::invalid on whatever is not plainly a URL: blanks, control
// characters, backslashes, bytes above ASCII, bad percent-encoding, no host, a port
// outside 1..65535. The text of the error shows nothing of the input.
Result<Url> parse_url(std::string_view text);

// The redacted form of any text; "(malformed URL)" for one that does not parse.
std::string redacted_url(std::string_view text);

// Encodes every byte except the unreserved ones of RFC 3986 (letters, digits, - . _ ~); '/' too.
std::string percent_encode(std::string_view text);
// As percent_encode, but '/' stays: for a path of several segments.
std::string percent_encode_path(std::string_view text);
// nullopt on a '%' without two hex digits. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);

using QueryField = std::pair<std::string, std::string>;

// a=1&b=x%20y from decoded names and values, in order.
std::string format_query(const std::vector<QueryField>& fields);
// Decoded names and values in order, '+' as a blank; a field that does not decode is dropped.
std::vector<QueryField> parse_query(std::string_view query);

// The two parts of a request's target: "/a/b?x=1" into "/a/b" and "x=1".
struct Target {
  std::string_view path;
  std::string_view query;
};
Target split_target(std::string_view target);

}  // namespace kollect::net
