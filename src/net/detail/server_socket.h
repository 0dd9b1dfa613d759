// A connection's socket, plain or TLS, behind one face so that the rest is compiled once.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "net/detail/tls_context.h"

namespace kollect::net {

using ErrorCode = boost::system::error_code;
using TcpSocket = boost::asio::ip::tcp::socket;

// All calls and all completions on the socket's strand; one read and one write at a time. What
// completions hold keeps the owner alive.
class ServerSocket {
 public:
  using Done = std::function<void(const ErrorCode&, size_t)>;

  virtual ~ServerSocket() = default;
  virtual TcpSocket& tcp() = 0;
  virtual void handshake(Done done) = 0;
  virtual void read_some(char* into, size_t size, Done done) = 0;
  // Completes when all bytes were taken.
  virtual void write(std::string_view bytes, Done done) = 0;
  // Says goodbye on the TLS layer.
  virtual void shut_down(Done done) = 0;
  virtual CertificateNames names() const = 0;
  virtual bool is_tls() const = 0;
};

// With a context TLS, else plain; the context may go away afterwards.
std::unique_ptr<ServerSocket> make_server_socket(TcpSocket socket, boost::asio::ssl::context* tls);

}  // namespace kollect::net
