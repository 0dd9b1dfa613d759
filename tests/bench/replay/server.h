// The replay server's loop: one thread, one epoll, all connections.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "bench/replay/connection.h"

namespace kollect::bench {

struct ReplayOptions {
  CorpusShape shape = {};
  std::vector<Script> churn = {};
  uint16_t port = 0;  // 0: any
  bool tls = false;
  std::string ca_file = {};  // with tls: where to write the certificate that clients trust
  double bookmark_seconds = 60;
  int cpu = -1;  // pin to this one; -1: do not
};

// `--pods=N` and the like; an unknown word is Fault::invalid with the list of all.
Result<ReplayOptions> parse_replay_options(int count, const char* const* words);

class ReplayServer {
 public:
  // Listens on 127.0.0.1.
  static Result<std::unique_ptr<ReplayServer>> open(const ReplayOptions& options);
  // What open() has made; use that.
  struct Sockets {
    int listener;
    int epoll;
    SslContext tls;
  };
  ReplayServer(const ReplayOptions& options, Sockets sockets);
  ~ReplayServer();
  ReplayServer(const ReplayServer&) = delete;
  ReplayServer& operator=(const ReplayServer&) = delete;

  uint16_t port() const { return port_; }
  // Serves until stopped, which is noticed within 20 ms.
  void run(std::stop_token stop);

 private:
  void accept_all();
  void serve(int fd, double now_seconds, bool came_in);
  void settle(int fd, Connection::State state);

  const Sockets sockets_;
  uint16_t port_ = 0;
  Counters counters_;
  Cluster cluster_;
  Churn churn_;
  Routes routes_;
  struct Client {
    std::unique_ptr<Connection> connection;
    bool wants_to_write = false;
  };
  std::unordered_map<int, Client> clients_;
};

}  // namespace kollect::bench
