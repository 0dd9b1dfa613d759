#include "net/testing/running_server.h"

namespace kollect::net {

namespace {

std::unique_ptr<Server> opened(ServerOptions options, Handler handler) {
  auto server = Server::open(std::move(options), std::move(handler));
  KOLLECT_CHECK(server.has_value());
  return *std::move(server);
}

}  // namespace

RunningServer::RunningServer(ServerOptions options, Handler handler)
    : server_(), is_tls_(options.tls.has_value()) {
  server_ = opened(std::move(options), std::move(handler));
  thread_ =
      std::jthread([server = server_.get()](std::stop_token stop) noexcept { server->run(stop); });
}

std::string RunningServer::url(const std::string& target) const {
  return (is_tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server_->port()) +
         target;
}

void RunningServer::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace kollect::net
