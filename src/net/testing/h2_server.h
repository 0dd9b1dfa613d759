// A small HTTP/2 server for tests, on libnghttp2: TLS, chosen by ALPN.
//
//   GET /idle      headers, one chunk "hello", then nothing more; the stream stays open
//   GET /bytes/N   N bytes
//   GET /endless   bytes without end
//   GET /cut       one chunk, then the stream is reset
#pragma once

#include <stop_token>
#include <string>
#include <thread>

#include "base/guarded.h"
#include "net/tls.h"

namespace kollect::net {

class H2Server {
 public:
  explicit H2Server(TlsServer tls);
  ~H2Server();
  H2Server(const H2Server&) = delete;
  H2Server& operator=(const H2Server&) = delete;

  std::string url(const std::string& path) const;
  int accepted() const { return accepted_.copy(); }

 private:
  void run(const std::stop_token& stop);
  void serve(int fd, const std::stop_token& stop) const;

  const TlsServer tls_;
  int listener_;
  uint16_t port_;
  Guarded<int> accepted_;
  std::jthread thread_;
};

}  // namespace kollect::net
