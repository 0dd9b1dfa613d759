// One listener of the operator: a server on its own thread.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "app/operator_options.h"
#include "base/log.h"
#include "net/client.h"
#include "net/server.h"

namespace kollect::app {

class Listener {
 public:
  struct Spec {
    std::string name;  // in logs: "webhook"
    BindAddress where;
    std::optional<net::TlsServer> tls = std::nullopt;
    size_t max_body_bytes = size_t{4} << 10;  // of a request; beyond: 413
  };

  // Bound, but not answering yet. Without an address: on all of both families, where there are two.
  static Result<std::unique_ptr<Listener>> open(const Spec& spec, net::Handler handler,
                                                const Log& log);

  // For open(): what it bound, and where this process reaches it.
  Listener(std::unique_ptr<net::Server> server, std::string url);

  void start();
  // Returns at once; what is in flight is finished.
  void request_stop() { thread_.request_stop(); }
  // Asks for a stop and joins.
  void stop();

  uint16_t port() const { return server_->port(); }
  // Whether it answers, asked over the network as any client would.
  Status answers() const;

 private:
  std::unique_ptr<net::Server> server_;
  const std::string url_;
  std::unique_ptr<net::Client> probe_;
  std::jthread thread_;
};

}  // namespace kollect::app
