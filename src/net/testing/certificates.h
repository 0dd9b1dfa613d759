// Certificates for tests: an authority, and what it signs; files in a folder that goes with the
// object.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "net/tls.h"

namespace kollect::net {

struct PemPair {
  std::string certificate;
  std::string key;
};

// A folder of its own under the system's temporary folder, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  // Writes the file by renaming a new one into place; returns its path.
  std::string write(const std::string& name, const std::string& text) const;
  // Writes tls.crt and tls.key.
  TlsServer server_files(const PemPair& pair) const;

 private:
  std::filesystem::path folder_;
};

// A certificate authority with a P-256 key.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name);
  ~TestAuthority();

  const std::string& pem() const { return pem_; }
  // For servers: valid for the DNS name `name` and for 127.0.0.1.
  PemPair server(const std::string& name) const;
  // For clients: CN and one O.
  PemPair client(const std::string& name, const std::string& organization) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string pem_;
};

}  // namespace kollect::net
