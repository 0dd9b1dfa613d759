#include "net/detail/server_socket.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace kollect::net {

namespace asio = boost::asio;

namespace {

class PlainSocket : public ServerSocket {
 public:
  explicit PlainSocket(TcpSocket socket) : socket_(std::move(socket)) {}

  TcpSocket& tcp() override { return socket_; }
  void handshake(Done done) override { complete(std::move(done)); }
  void read_some(char* into, size_t size, Done done) override {
    socket_.async_read_some(asio::buffer(into, size), std::move(done));
  }
  void write(std::string_view bytes, Done done) override {
    asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), std::move(done));
  }
  void shut_down(Done done) override { complete(std::move(done)); }
  CertificateNames names() const override { return {}; }
  bool is_tls() const override { return false; }

 private:
  void complete(Done done) {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done({}, 0); });
  }

  TcpSocket socket_;
};

class TlsSocket : public ServerSocket {
 public:
  TlsSocket(TcpSocket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  TcpSocket& tcp() override { return stream_.next_layer(); }
  void handshake(Done done) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [done = std::move(done)](const ErrorCode& error) { done(error, 0); });
  }
  void read_some(char* into, size_t size, Done done) override {
    stream_.async_read_some(asio::buffer(into, size), std::move(done));
  }
  void write(std::string_view bytes, Done done) override {
    asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), std::move(done));
  }
  void shut_down(Done done) override {
    stream_.async_shutdown([done = std::move(done)](const ErrorCode& error) { done(error, 0); });
  }
  CertificateNames names() const override { return peer_names(native()); }
  bool is_tls() const override { return true; }

 private:
  const SSL* native() const { return const_cast<TlsSocket*>(this)->stream_.native_handle(); }

  asio::ssl::stream<TcpSocket> stream_;
};

}  // namespace

std::unique_ptr<ServerSocket> make_server_socket(TcpSocket socket, asio::ssl::context* tls) {
  if (tls == nullptr) return std::make_unique<PlainSocket>(std::move(socket));
  return std::make_unique<TlsSocket>(std::move(socket), *tls);
}

}  // namespace kollect::net
