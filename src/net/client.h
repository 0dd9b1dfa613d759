// One request, one response, on the caller's thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/address.h"
#include "net/http.h"
#include "net/tls.h"

namespace kollect::net {

// How connections are made; shared by Client and Loop.
struct ConnectionOptions {
  TlsClient tls;
  // Set for endpoints that a tenant wrote. Then names are denied as check_host says; every address
  // of a name is checked before the first byte is sent, one forbidden address refuses the whole
  // name; proxies of the environment (https_proxy, ...) are ignored. Not set: no check, and those
  // proxies are used.
  std::optional<EndpointPolicy> guard;
  HttpVersion version = HttpVersion::automatic;
  std::chrono::milliseconds connect_timeout{
      30'000};                                 // name lookup, dial and TLS handshake together
  size_t max_header_bytes = size_t{64} << 10;  // of one response
  size_t max_header_count = 256;
  // The proxy to go through (http, https or socks5 URL) instead of those of the environment; never
  // with a guard.
  std::string proxy;
};

struct ClientOptions {
  ConnectionOptions connection;
  size_t max_body_bytes = size_t{64} << 20;  // of a response that is kept whole
  // A call ends when no byte came for so long; 0: only the deadline counts.
  std::chrono::milliseconds idle_timeout{0};
};

// A Client keeps connections alive between calls and shares them among its callers; any number of
// threads may call at once. Calls return within a second of a stop. Redirects are answers, not
// followed. Every failure below HTTP is an Error: cancelled (stopped), denied (guard,
// certificates), invalid (URL, header or TLS material that cannot be used), unavailable (anything
// the network or the server did). A status of the server is a Response, never an Error. Using this
// module makes the process ignore SIGPIPE.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Waits for the whole response.
  Result<Response> call(const Request& request, Deadline deadline, std::stop_token stop);

  // Takes a piece of the body; an Error ends the call and is what the call returns.
  using ChunkReader = std::function<Status(std::string_view)>;

  // Hands the body of a success to `on_chunk` piece by piece, as it arrives, on this thread;
  // nothing is read while on_chunk runs, so a slow reader slows the sender. The Response returned
  // has an empty body then; with any other status it has its body, and on_chunk is not called.
  Result<Response> call_streaming(const Request& request, Deadline deadline, std::stop_token stop,
                                  const ChunkReader& on_chunk);

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace kollect::net
