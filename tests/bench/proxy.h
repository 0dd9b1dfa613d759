// A TCP proxy on loopback that counts what passes, for figures about bytes on the wire.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace kollect::bench {

// Forwards every connection to a port of 127.0.0.1, in one thread of its own, until it is
// destroyed.
class CountingProxy {
 public:
  struct Counts {
    uint64_t connections = 0;
    uint64_t sent = 0;      // from clients to the server
    uint64_t received = 0;  // from the server to clients
  };

  static Result<std::unique_ptr<CountingProxy>> open(uint16_t target_port);
  virtual ~CountingProxy() = default;

  // Where clients connect to.
  virtual uint16_t port() const = 0;
  // So far; bytes are counted before they are passed on. Any thread.
  virtual Counts counts() const = 0;
};

}  // namespace kollect::bench
