#include "bench/replay/server.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "bench/replay/certificate.h"

namespace kollect::bench {
namespace {

constexpr int kTickMilliseconds = 10;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void interest(int epoll, int operation, int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll, operation, fd, &event);
}

Result<int> listen_on(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool listening = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
                         listen(fd, SOMAXCONN) == 0;
  if (listening) return fd;
  const std::string why = std::strerror(errno);
  close(fd);
  return unavailable("cannot listen on port " + std::to_string(port) + ": " + why);
}

uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

ReplayServer::ReplayServer(const ReplayOptions& options, Sockets sockets)
    : sockets_(std::move(sockets)),
      port_(port_of(sockets_.listener)),
      cluster_(options.shape),
      churn_(cluster_, options.shape.seed),
      routes_(cluster_, churn_, counters_, options.bookmark_seconds) {}

Result<std::unique_ptr<ReplayServer>> ReplayServer::open(const ReplayOptions& options) {
  SslContext tls;
  if (options.tls) {
    auto context = self_signed_context(options.ca_file);
    if (!context) return context.error();
    tls = *std::move(context);
  }
  const auto listener = listen_on(options.port);
  if (!listener) return listener.error();
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  interest(epoll, EPOLL_CTL_ADD, *listener, EPOLLIN);
  auto out = std::make_unique<ReplayServer>(options, Sockets{*listener, epoll, std::move(tls)});
  for (const Script& script : options.churn) {
    const Status started = out->churn_.start(script, seconds_now());
    if (!started) return started.error();
  }
  return out;
}

ReplayServer::~ReplayServer() {
  close(sockets_.listener);
  close(sockets_.epoll);
}

void ReplayServer::run(std::stop_token stop) {
  std::array<epoll_event, 256> events{};
  while (!stop.stop_requested()) {
    const int count = epoll_wait(sockets_.epoll, events.data(), events.size(), kTickMilliseconds);
    const double now = seconds_now();
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      if (fd == sockets_.listener) {
        accept_all();
      } else {
        serve(fd, now, true);
      }
    }
    const uint64_t before = cluster_.version();
    churn_.advance(now);
    if (count > 0 && cluster_.version() == before) continue;
    // A tick, or a change: every response that waits may have something to say.
    std::vector<int> waiting;
    for (const auto& [fd, client] : clients_) {
      if (!client.wants_to_write) waiting.push_back(fd);
    }
    for (const int fd : waiting) serve(fd, now, false);
  }
}

void ReplayServer::accept_all() {
  while (true) {
    const int fd = accept4(sockets_.listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    Ssl ssl;
    if (sockets_.tls) {
      ssl.reset(SSL_new(sockets_.tls.get()));
      SSL_set_fd(ssl.get(), fd);
      SSL_set_accept_state(ssl.get());
    }
    clients_[fd] = {std::make_unique<Connection>(fd, std::move(ssl), routes_, counters_), false};
    interest(sockets_.epoll, EPOLL_CTL_ADD, fd, EPOLLIN);
  }
}

void ReplayServer::serve(int fd, double now_seconds, bool came_in) {
  const auto found = clients_.find(fd);
  if (found == clients_.end()) return;
  Connection& connection = *found->second.connection;
  settle(fd, came_in ? connection.turn(now_seconds) : connection.pump(now_seconds));
}

void ReplayServer::settle(int fd, Connection::State state) {
  if (state == Connection::State::closed) {
    clients_.erase(fd);  // closing the socket takes it out of the epoll set
    return;
  }
  const bool wants_to_write = state == Connection::State::writable;
  bool& known = clients_[fd].wants_to_write;
  if (known == wants_to_write) return;
  known = wants_to_write;
  interest(sockets_.epoll, EPOLL_CTL_MOD, fd, wants_to_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

}  // namespace kollect::bench
