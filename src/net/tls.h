// What TLS needs to know, as plain values. Of a pair like ca_pem and ca_file at most one is set.
#pragma once

#include <string>

namespace kollect::net {

struct TlsClient {
  // Who may sign the server's certificate: PEM text or a file; neither: the system's authorities.
  std::string ca_pem;
  std::string ca_file;
  // Our certificate (with its chain) and key, when the server asks for one. Files are read anew for
  // each new connection, so that they may rotate.
  std::string certificate_pem;
  std::string certificate_file;
  std::string key_pem;
  std::string key_file;
  // The name that the server's certificate must carry, when it is not the URL's host.
  std::string server_name;
  // Accept any certificate: only for an operator who asked for it in so many words.
  bool insecure_skip_verify = false;
};

struct TlsServer {
  std::string certificate_file = {};  // PEM, leaf first, then its chain
  std::string key_file = {};          // PEM
  // When set, clients may (or must) present a certificate signed by one of these authorities.
  std::string client_ca_file = {};
  enum class ClientCertificate { optional, required };
  ClientCertificate client_certificate = ClientCertificate::required;
  // When set, no file is read: a certificate for this name, signed by itself, is made in memory and
  // lives as long as the server. Clients can encrypt, but not tell who answers.
  std::string self_signed_name = {};
};

}  // namespace kollect::net
