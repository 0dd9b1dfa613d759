// Answers HTTP/1.1 and HTTPS requests on a few threads; responses are whole or pulled piece by
// piece.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "net/http.h"
#include "net/tls.h"

namespace kollect::net {

// Who asks.
struct Peer {
  std::string address;  // without port
  bool is_tls = false;
  // Of a verified client certificate; empty when there is none.
  std::string common_name;
  std::vector<std::string> organizations;
};

// Asks the server to pull a waiting body again. Cheap, copyable, any thread, at any time: does
// nothing once the connection is gone, and is not lost when it comes while the body is being
// pulled.
using Waker = std::function<void()>;

// The body of a streamed response. Called on server threads, never twice at once, and destroyed
// with its response: sent, cut off, or its client gone (noticed while it waits, too).
class BodySource {
 public:
  // `cut` closes the connection at once, as a broken server would: what was appended is lost.
  enum class State { more, wait, end, cut };
  struct Pulled {
    State state = State::end;
    std::optional<Steady::time_point> again_at =
        std::nullopt;  // with wait: pull at this time without a wake
  };

  virtual ~BodySource() = default;
  // Once, before the first pull.
  virtual void start(Waker waker) = 0;
  // Appends what to send next. Called only when the socket took everything before, so it appends a
  // piece (64 KiB, say), not all. `more` with nothing appended is asked again at once.
  virtual Pulled pull(std::string& out) = 0;
};

struct Reply {
  Response response;
  std::unique_ptr<BodySource> source =
      nullptr;  // when set, the body; sent in chunks, response.body is not used
};

// Runs on a server thread and may block it; must not throw (a throw answers 500).
using Handler = std::function<Reply(const Request&, const Peer&)>;

struct ServerOptions {
  std::string address = "127.0.0.1";  // literal to listen on; "::" or "0.0.0.0" for all
  uint16_t port = 0;                  // 0: any free one, see port()
  std::optional<TlsServer> tls;       // not set: plain HTTP
  int threads = 2;
  // Beyond: the one that waits longest for its client is closed, or the new one when none waits.
  size_t max_connections = 512;
  size_t max_header_bytes = size_t{16} << 10;  // beyond: 431
  size_t max_body_bytes = size_t{4} << 20;     // beyond: 413
  size_t max_held_bytes = size_t{64} << 20;    // of the bodies of all connections; beyond: 503
  std::chrono::milliseconds header_timeout{
      5'000};  // TLS handshake, and from first to last byte of the headers
  std::chrono::milliseconds body_timeout{
      30'000};  // of the request's body, and of each step of sending
  std::chrono::milliseconds idle_timeout{60'000};  // between requests of one connection
  std::chrono::milliseconds drain_timeout{5'000};  // after a stop, for requests in flight
  std::chrono::milliseconds reload_interval{
      2'000};  // how often the certificate's files are looked at
  // Told of each reload, by reload() or because files changed: success, or why the old certificate
  // stays.
  std::function<void(const Status&)> on_reload;
};

class Server {
 public:
  // Bound and listening, so port() is known and clients can connect; they are answered by run().
  // Fault::invalid when address, certificate or key cannot be used; unavailable when the port is
  // taken.
  static Result<std::unique_ptr<Server>> open(ServerOptions options, Handler handler);
  virtual ~Server() = default;

  virtual uint16_t port() const = 0;
  // Serves until a stop is asked for; then accepts no more, finishes requests in flight within
  // drain_timeout, cuts streamed responses at once and returns. Once only.
  virtual void run(std::stop_token stop) = 0;
  // Reads certificate, key and authorities again; any thread. New connections get the new ones; on
  // an error the old ones stay.
  virtual Status reload() = 0;
};

}  // namespace kollect::net
