// A server's certificate, key and rules as an OpenSSL context, read from files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "base/result.h"
#include "net/tls.h"

namespace kollect::net {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

// TLS 1.2 and later, HTTP/1.1 by ALPN. Fault::invalid names the file that is missing, unreadable or
// does not fit.
Result<TlsContext> open_tls_context(const TlsServer& files);

// Tells whether any of the files was replaced or written since the last look.
class FileStamps {
 public:
  explicit FileStamps(const TlsServer& files);
  // Compares with the look before; the first one only remembers.
  bool have_changed();

 private:
  struct Stamp {
    uint64_t inode = 0;
    int64_t size = -1;  // -1: cannot be read
    int64_t seconds = 0;
    int64_t nanoseconds = 0;
    bool operator==(const Stamp&) const = default;
  };

  std::vector<std::string> paths_;
  std::vector<Stamp> stamps_;
};

// Who the verified certificate of the other side names; empty without one.
struct CertificateNames {
  std::string common_name;
  std::vector<std::string> organizations;
};
CertificateNames peer_names(const SSL* ssl);

}  // namespace kollect::net
