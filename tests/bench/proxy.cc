#include "bench/proxy.h"

#include <array>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include "base/guarded.h"

namespace kollect::bench {
namespace {

constexpr int kPollMilliseconds = 20;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

bool send_all(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

class Proxy : public CountingProxy {
 public:
  Proxy(int listener, uint16_t port, uint16_t target)
      : listener_(listener),
        port_(port),
        target_(target),
        thread_([this](std::stop_token stop) { run(stop); }) {}
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy() override {
    thread_.request_stop();
    thread_.join();
    for (const int fd : ends_) close(fd);
    close(listener_);
  }

  uint16_t port() const override { return port_; }
  Counts counts() const override { return counts_.copy(); }

 private:
  void run(std::stop_token stop) noexcept {
    while (!stop.stop_requested()) {
      std::vector<pollfd> waiting = {{listener_, POLLIN, 0}};
      for (const int fd : ends_) waiting.push_back({fd, POLLIN, 0});
      if (poll(waiting.data(), waiting.size(), kPollMilliseconds) <= 0) continue;
      // Backwards: a pair that ends takes its two places with it.
      for (size_t i = ends_.size(); i > 0; i -= 2) {
        const size_t pair = i - 2;
        const bool open = (waiting[pair + 1].revents == 0 || forward(pair, 0)) &&
                          (waiting[pair + 2].revents == 0 || forward(pair, 1));
        if (!open) drop(pair);
      }
      if (waiting[0].revents != 0) add();
    }
  }

  void add() {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(target_);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      close(client);
      close(server);
      return;
    }
    ends_.insert(ends_.end(), {client, server});
    counts_.with([](Counts& counts) { ++counts.connections; });
  }

  // From one end of a pair (0: the client's) to the other; false at the end.
  bool forward(size_t pair, size_t from) {
    const ssize_t size = recv(ends_[pair + from], buffer_.data(), buffer_.size(), 0);
    if (size <= 0) return false;
    const auto bytes = static_cast<size_t>(size);
    counts_.with([&](Counts& counts) { (from == 0 ? counts.sent : counts.received) += bytes; });
    return send_all(ends_[pair + 1 - from], buffer_.data(), bytes);
  }

  void drop(size_t pair) {
    const auto first = ends_.begin() + static_cast<ptrdiff_t>(pair);
    close(first[0]);
    close(first[1]);
    ends_.erase(first, first + 2);
  }

  const int listener_;
  const uint16_t port_;
  const uint16_t target_;
  Guarded<Counts> counts_;
  // Owned by the thread.
  std::vector<int> ends_;  // client, server, client, server
  std::array<char, 64 << 10> buffer_;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<CountingProxy>> CountingProxy::open(uint16_t target_port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  const bool listening = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                         listen(fd, SOMAXCONN) == 0 &&
                         getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listening) {
    close(fd);
    return unavailable("cannot listen");
  }
  std::unique_ptr<CountingProxy> out =
      std::make_unique<Proxy>(fd, ntohs(address.sin_port), target_port);
  return out;
}

}  // namespace kollect::bench
