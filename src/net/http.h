// HTTP as plain values: what is asked and what is answered, on the client's and on the server's
// side.
//
// Bytes enter Kollect here. One request: client.h. Many streaming responses on one thread: loop.h.
// Answering: server.h. No type of a library appears in any header of this module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kollect::net {

struct Header {
  std::string name;
  std::string value;
};

// Header fields in the order they were given; names compare without regard to case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields) : fields_(fields) {}

  void add(std::string name, std::string value);
  // Replaces every field of this name by one.
  void set(std::string_view name, std::string value);
  // The first field of this name. The view is good until the next change.
  std::optional<std::string_view> find(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  size_t size() const { return fields_.size(); }

 private:
  std::vector<Header> fields_;
};

struct Request {
  std::string method = "GET";
  std::string url = {};  // client: https://host/path?query; server: the target, /path?query
  Headers headers = {};
  std::string body = {};
};

struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};

  bool is_success() const { return status >= 200 && status < 300; }
};

// Which protocol a client speaks.
enum class HttpVersion {
  automatic,  // HTTP/2 when the server offers it in the TLS handshake, else HTTP/1.1
  http1,      // one request at a time on a connection; the fastest for one large body
};

// The moment after which a blocking call gives up.
using Deadline = Steady::time_point;

// "Not Found"; empty for a code without a name.
std::string_view reason_phrase(int status);

// What a status that is no success means for the caller. 401, 403: denied; 404, 410: missing; 409,
// 412: conflict; 429: throttled, with the delay of Retry-After (seconds or date, read at `now`);
// 408, 425, 5xx: unavailable; other 3xx and 4xx: invalid. The text names the method, the redacted
// URL and the cure, never the body.
Error status_error(const Request& request, const Response& response,
                   Wall::time_point now = system_clock().wall());

// Seconds that a Retry-After field asks to wait, at least 0; nullopt when it is neither a number
// nor an HTTP date.
std::optional<double> retry_after_seconds(std::string_view field, Wall::time_point now);

}  // namespace kollect::net
