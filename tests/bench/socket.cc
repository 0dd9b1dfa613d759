#include "bench/socket.h"

#include <array>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace kollect::bench {

struct Socket::State {
  int fd = -1;
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
  }
};

Socket::Socket(std::unique_ptr<State> state) : state_(std::move(state)) {}
Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&&) noexcept = default;
Socket::~Socket() = default;

Result<Socket> Socket::connect(uint16_t port, Security security) {
  auto state = std::make_unique<State>();
  state->fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(state->fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return unavailable(fmt::format("cannot connect to port {}", port));
  }
  if (security == Security::tls) {
    state->context = SSL_CTX_new(TLS_client_method());
    state->ssl = SSL_new(state->context);
    SSL_set_fd(state->ssl, state->fd);
    if (SSL_connect(state->ssl) != 1) return unavailable("the TLS handshake failed");
  }
  return Socket(std::move(state));
}

bool Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = state_->ssl != nullptr
                             ? SSL_write(state_->ssl, bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(state_->fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

size_t Socket::receive(char* buffer, size_t size) {
  const ssize_t got = state_->ssl != nullptr ? SSL_read(state_->ssl, buffer, static_cast<int>(size))
                                             : recv(state_->fd, buffer, size, 0);
  return got <= 0 ? 0 : static_cast<size_t>(got);
}

Result<Drained> drain(uint16_t port, std::string_view method_and_path, Keep keep,
                      Socket::Security security) {
  auto socket = Socket::connect(port, security);
  if (!socket) return socket.error();
  if (!socket->send(fmt::format("{} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
                                "Connection: close\r\n\r\n",
                                method_and_path))) {
    return unavailable("cannot send the request");
  }
  Drained out;
  std::array<char, 128 << 10> buffer;
  while (const size_t size = socket->receive(buffer.data(), buffer.size())) {
    out.bytes += size;
    if (keep == Keep::text) out.text.append(buffer.data(), size);
  }
  if (out.bytes == 0) return unavailable("the server sent nothing");
  return out;
}

}  // namespace kollect::bench
