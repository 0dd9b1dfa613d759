// A server that sends exactly the bytes a test wants, right or wrong.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/guarded.h"

namespace kollect::net {

// One accepted connection, in the hands of a script.
class RawConnection {
 public:
  RawConnection(int fd, std::stop_token stop) : fd_(fd), stop_(std::move(stop)) {}

  // false once the other side has gone.
  bool send(std::string_view bytes) const;
  // Reads until an empty line has come (a request's head); what was read.
  std::string read_head() const;
  // Until the other side has gone or the test ends.
  void wait_for_end() const;
  const std::stop_token& stop() const { return stop_; }

 private:
  int fd_;
  std::stop_token stop_;
};

// Listens on a free loopback port and runs the script for each connection, each on its own thread;
// closes when it ends.
class RawServer {
 public:
  using Script = std::function<void(const RawConnection&)>;

  explicit RawServer(Script script);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  // http://127.0.0.1:<port>/
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  uint16_t port() const { return port_; }
  int accepted() const { return accepted_.copy(); }

 private:
  void run(const std::stop_token& stop);

  const Script script_;
  int listener_;
  uint16_t port_;
  Guarded<int> accepted_;
  std::jthread thread_;
};

// A listening loopback socket on a free port. Ends the process on failure.
struct Listener {
  int fd;
  uint16_t port;
};
Listener listen_on_loopback();

}  // namespace kollect::net
