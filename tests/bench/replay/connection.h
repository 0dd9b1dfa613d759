// One client: requests in, responses out, plain or TLS, never blocking.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <openssl/ssl.h>

#include "bench/replay/routes.h"

namespace kollect::bench {

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Ssl = std::unique_ptr<SSL, SslFree>;
using SslContext = std::unique_ptr<SSL_CTX, SslFree>;

class Connection {
 public:
  enum class State {
    readable,  // wants to hear when bytes come
    writable,  // wants to hear when bytes can go, too
    closed,    // to be destroyed
  };

  // Owns the non-blocking socket; `ssl` is null for plain text.
  Connection(int fd, Ssl ssl, Routes& routes, Counters& counters);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Reads what there is, answers, writes what goes.
  State turn(double now_seconds);
  // Writes what a waiting response has to say since then. Cheaper than turn() when nothing came in.
  State pump(double now_seconds);

 private:
  enum class Io { done, would_block, closed };

  Io read_some();
  Io write_some();
  bool next_request(double now_seconds);
  void fill(double now_seconds);

  const int fd_;
  const Ssl ssl_;
  Routes& routes_;
  Counters& counters_;

  std::string in_;
  std::string out_;
  size_t sent_ = 0;  // of out_
  std::optional<Response> response_;
  Progress progress_ = Progress::done;
  bool close_after_ = false;
};

}  // namespace kollect::bench
