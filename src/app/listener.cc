#include "app/listener.h"

#include <fmt/format.h>

namespace kollect::app {

namespace {

using namespace std::chrono_literals;

// Short, so that all listeners together stop within a second.
constexpr std::chrono::milliseconds kDrain{300};
constexpr std::chrono::seconds kProbeTimeout{1};

net::ServerOptions server_options(const Listener::Spec& spec, std::string address, const Log& log) {
  net::ServerOptions options;
  options.address = std::move(address);
  options.port = spec.where.port;
  options.tls = spec.tls;
  options.max_body_bytes = spec.max_body_bytes;
  options.drain_timeout = kDrain;
  options.on_reload = [log](const Status& status) {
    if (status) return log.info("certificate read again");
    log.error("the new certificate cannot be used, the old one stays", status.error());
  };
  return options;
}

// Where this process reaches what listens on `address`.
std::string reachable(const std::string& address) {
  if (address == "::") return "[::1]";
  if (address == "0.0.0.0") return "127.0.0.1";
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

net::ClientOptions probe_options() {
  net::ClientOptions options;
  // The question is whether the listener answers; who it is, is clear.
  options.connection.tls.insecure_skip_verify = true;
  options.connection.connect_timeout = kProbeTimeout;
  return options;
}

}  // namespace

Listener::Listener(std::unique_ptr<net::Server> server, std::string url)
    : server_(std::move(server)),
      url_(std::move(url)),
      probe_(std::make_unique<net::Client>(probe_options())) {}

Result<std::unique_ptr<Listener>> Listener::open(const Spec& spec, net::Handler handler,
                                                 const Log& log) {
  const Log own = log.named(spec.name);
  std::string address = spec.where.address.empty() ? "::" : spec.where.address;
  auto server = net::Server::open(server_options(spec, address, own), handler);
  if (!server && spec.where.address.empty()) {
    address = "0.0.0.0";
    server = net::Server::open(server_options(spec, address, own), std::move(handler));
  }
  if (!server) return server.error().in(spec.name);
  const uint16_t port = (*server)->port();
  own.info("listening", {{"address", address}, {"port", port}, {"tls", spec.tls.has_value()}});
  std::string url =
      fmt::format("{}://{}:{}/", spec.tls ? "https" : "http", reachable(address), port);
  return std::make_unique<Listener>(std::move(*server), std::move(url));
}

void Listener::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) noexcept { server_->run(stop); });
}

void Listener::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Status Listener::answers() const {
  const auto answer = probe_->call({.url = url_}, Steady::now() + kProbeTimeout, {});
  if (!answer) return answer.error();
  return {};
}

}  // namespace kollect::app
