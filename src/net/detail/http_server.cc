#include <map>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <fmt/format.h>

#include "net/detail/server_connection.h"
#include "net/detail/tls_context.h"
#include "net/server.h"

namespace kollect::net {

namespace asio = boost::asio;

namespace {

using Tcp = asio::ip::tcp;
using SharedContext = std::shared_ptr<asio::ssl::context>;

constexpr std::chrono::milliseconds kAcceptPause{100};  // when the process is out of descriptors

class HttpServer : public Server {
 public:
  HttpServer(ServerOptions options, Handler handler)
      : service_{std::move(options), std::move(handler)},
        options_(service_.options),
        strand_(asio::make_strand(io_)),
        acceptor_(strand_),
        accept_timer_(strand_),
        reload_timer_(strand_),
        drain_timer_(strand_) {}

  // Sockets must go before the context they belong to.
  ~HttpServer() override {
    auto left = connections_.with([](Connections& open) { return std::exchange(open, {}); });
    left.clear();
  }

  Status bind() {
    const auto address = asio::ip::make_address(options_.address, error_);
    if (error_) return invalid(fmt::format("cannot listen on {}: no address", options_.address));
    const Tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error_);
    if (!error_) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error_);
    if (!error_) acceptor_.bind(endpoint, error_);
    if (!error_) acceptor_.listen(asio::socket_base::max_listen_connections, error_);
    if (!error_) port_ = acceptor_.local_endpoint(error_).port();
    if (!error_) return {};
    return unavailable(fmt::format("cannot listen on {} port {}: {}", options_.address,
                                   options_.port, error_.message()));
  }

  Status load() {
    if (!options_.tls) return {};
    if (!stamps_) stamps_.emplace(*options_.tls);
    Result<TlsContext> context = open_tls_context(*options_.tls);
    if (!context) return context.error();
    auto shared = std::make_shared<asio::ssl::context>(context->release());
    tls_.with([&](SharedContext& current) { current.swap(shared); });
    return {};
  }

  uint16_t port() const override { return port_; }

  Status reload() override {
    const Status loaded = load();
    if (options_.on_reload) options_.on_reload(loaded);
    return loaded;
  }

  void run(std::stop_token stop) override {
    asio::post(strand_, [this] {
      accept();
      watch_files();
    });
    const std::stop_callback on_stop(stop, [this] { asio::post(strand_, [this] { drain(); }); });
    std::vector<std::jthread> others;
    for (int i = 1; i < options_.threads; ++i) {
      others.emplace_back([this]() noexcept { io_.run(); });
    }
    io_.run();
  }

 private:
  using Connections = std::map<uint64_t, std::shared_ptr<ServerConnection>>;

  bool is_draining() const { return service_.draining.stop_requested(); }

  void accept() {
    acceptor_.async_accept(asio::make_strand(io_),
                           [this](const ErrorCode& error, TcpSocket socket) {
                             if (is_draining()) return;
                             if (error) return pause();
                             serve(std::move(socket));
                             accept();
                           });
  }

  void pause() {
    accept_timer_.expires_after(kAcceptPause);
    accept_timer_.async_wait([this](const ErrorCode& error) {
      if (!error && !is_draining()) accept();
    });
  }

  void serve(TcpSocket socket) {
    const SharedContext context = tls_.copy();
    const uint64_t id = ++last_id_;
    auto connection = std::make_shared<ServerConnection>(
        make_server_socket(std::move(socket), context.get()), service_, [this, id] { forget(id); });
    const bool has_room = connections_.with([&](Connections& open) {
      if (open.size() >= options_.max_connections && !make_room(open)) return false;
      open.emplace(id, connection);
      return true;
    });
    if (has_room) connection->start();
  }

  // Connections that say nothing must not keep others out.
  static bool make_room(const Connections& open) {
    std::shared_ptr<ServerConnection> longest;
    std::optional<Steady::time_point> since;
    for (const auto& [id, connection] : open) {
      const auto waiting = connection->waiting_since();
      if (!waiting || (since && *since <= *waiting)) continue;
      since = waiting;
      longest = connection;
    }
    if (longest) longest->evict();
    return longest != nullptr;
  }

  void forget(uint64_t id) {
    const bool is_last = connections_.with([&](Connections& open) {
      open.erase(id);
      return open.empty();
    });
    if (is_last) asio::post(strand_, [this] { end_drain_when_empty(); });
  }

  void watch_files() {
    if (!options_.tls || is_draining()) return;
    reload_timer_.expires_after(options_.reload_interval);
    reload_timer_.async_wait([this](const ErrorCode& error) {
      if (error) return;
      if (stamps_->have_changed()) static_cast<void>(reload());
      watch_files();
    });
  }

  void drain() {
    service_.draining.request_stop();
    acceptor_.close(error_);
    accept_timer_.cancel();
    reload_timer_.cancel();
    drain_timer_.expires_after(options_.drain_timeout);
    drain_timer_.async_wait([this](const ErrorCode& error) {
      if (!error) io_.stop();
    });
    for (const auto& [id, connection] : connections_.copy()) connection->drain();
    end_drain_when_empty();
  }

  void end_drain_when_empty() {
    const bool is_empty = connections_.read([](const Connections& open) { return open.empty(); });
    if (is_draining() && is_empty) drain_timer_.cancel();
  }

  ServerService service_;
  const ServerOptions& options_;
  asio::io_context io_;
  asio::strand<asio::io_context::executor_type> strand_;
  uint16_t port_ = 0;
  Guarded<SharedContext> tls_;
  Guarded<Connections> connections_;

  // On the strand.
  Tcp::acceptor acceptor_;
  asio::steady_timer accept_timer_;
  asio::steady_timer reload_timer_;
  asio::steady_timer drain_timer_;
  std::optional<FileStamps> stamps_;
  uint64_t last_id_ = 0;
  ErrorCode error_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::open(ServerOptions options, Handler handler) {
  auto server = std::make_unique<HttpServer>(std::move(options), std::move(handler));
  if (const Status loaded = server->load(); !loaded) return loaded.error();
  if (const Status bound = server->bind(); !bound) return bound.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace kollect::net
