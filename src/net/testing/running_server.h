// A server of ours, running on its own thread for as long as the object lives.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "net/server.h"

namespace kollect::net {

class RunningServer {
 public:
  // Ends the process when the server cannot be opened: a test has nothing to do then.
  RunningServer(ServerOptions options, Handler handler);

  // http(s)://127.0.0.1:<port>
  std::string url(const std::string& target = "/") const;
  Server& server() { return *server_; }
  // Asks for a stop and waits for its end.
  void stop();

 private:
  std::unique_ptr<Server> server_;
  bool is_tls_;
  std::jthread thread_;
};

}  // namespace kollect::net
