// A plain blocking client, for what a figure reads or asks itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kollect::bench {

// A connection to 127.0.0.1, plain or TLS (any certificate is accepted: it is our own server).
class Socket {
 public:
  enum class Security { plain, tls };

  static Result<Socket> connect(uint16_t port, Security security = Security::plain);
  Socket(Socket&&) noexcept;
  Socket& operator=(Socket&&) noexcept;
  ~Socket();

  bool send(std::string_view bytes);
  // Some bytes into the buffer; 0 at the end or on an error.
  size_t receive(char* buffer, size_t size);

 private:
  struct State;
  explicit Socket(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

// Sends `GET path` (or `POST path`) and reads the whole answer of a server that closes afterwards.
struct Drained {
  uint64_t bytes = 0;  // headers and framing included
  std::string text;    // head and body as received, when it was asked for
};
enum class Keep { nothing, text };
Result<Drained> drain(uint16_t port, std::string_view method_and_path, Keep keep = Keep::nothing,
                      Socket::Security security = Socket::Security::plain);

}  // namespace kollect::bench
