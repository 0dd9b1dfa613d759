#include "net/testing/raw_server.h"

#include <sys/socket.h>
#include <vector>

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include "base/result.h"

namespace kollect::net {

namespace {

constexpr int kPollMilliseconds = 20;

// Whether there is something to read (or an end); false at a stop.
bool wait_readable(int fd, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    if (poll(&entry, 1, kPollMilliseconds) > 0) return true;
  }
  return false;
}

}  // namespace

Listener listen_on_loopback() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  KOLLECT_CHECK(fd >= 0 && bind(fd, generic, size) == 0 && listen(fd, 128) == 0);
  KOLLECT_CHECK(getsockname(fd, generic, &size) == 0);
  return {fd, ntohs(address.sin_port)};
}

bool RawConnection::send(std::string_view bytes) const {
  while (!bytes.empty() && !stop_.stop_requested()) {
    pollfd entry{.fd = fd_, .events = POLLOUT, .revents = 0};
    if (poll(&entry, 1, kPollMilliseconds) <= 0) continue;
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return bytes.empty();
}

std::string RawConnection::read_head() const {
  std::string head;
  char byte = 0;
  while (head.find("\r\n\r\n") == std::string::npos && wait_readable(fd_, stop_)) {
    if (recv(fd_, &byte, 1, 0) <= 0) break;
    head += byte;
  }
  return head;
}

void RawConnection::wait_for_end() const {
  char bytes[4096];
  while (wait_readable(fd_, stop_) && recv(fd_, bytes, sizeof bytes, 0) > 0) {
  }
}

RawServer::RawServer(Script script) : script_(std::move(script)), accepted_(0) {
  const Listener listener = listen_on_loopback();
  listener_ = listener.fd;
  port_ = listener.port;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

RawServer::~RawServer() {
  thread_.request_stop();
  thread_.join();
  close(listener_);
}

void RawServer::run(const std::stop_token& stop) {
  std::vector<std::jthread> connections;
  while (wait_readable(listener_, stop)) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    accepted_.update([](int& count) { ++count; });
    connections.emplace_back([this, fd, stop] {
      script_(RawConnection(fd, stop));
      shutdown(fd, SHUT_WR);
      close(fd);
    });
  }
}

}  // namespace kollect::net
