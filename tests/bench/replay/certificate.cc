#include "bench/replay/certificate.h"

#include <cstdio>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace kollect::bench {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

bool add_extension(X509* certificate, int id, const char* value) {
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, id, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Certificate self_signed(EVP_PKEY* key) {
  Certificate out(X509_new());
  X509_set_version(out.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), 86400);
  X509_set_pubkey(out.get(), key);
  X509_NAME* const name = X509_get_subject_name(out.get());
  const std::string text = "kollect-replay";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
  X509_set_issuer_name(out.get(), name);
  const bool complete =
      add_extension(out.get(), NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost") &&
      add_extension(out.get(), NID_basic_constraints, "critical,CA:TRUE") &&
      X509_sign(out.get(), key, EVP_sha256()) > 0;
  return complete ? std::move(out) : nullptr;
}

}  // namespace

Result<SslContext> self_signed_context(const std::string& ca_file) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = key ? self_signed(key.get()) : nullptr;
  SslContext out(SSL_CTX_new(TLS_server_method()));
  const bool usable = certificate && out &&
                      SSL_CTX_use_certificate(out.get(), certificate.get()) == 1 &&
                      SSL_CTX_use_PrivateKey(out.get(), key.get()) == 1;
  if (!usable) return internal("cannot make a certificate");
  SSL_CTX_set_mode(out.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (ca_file.empty()) return out;
  const std::unique_ptr<std::FILE, Free> file(std::fopen(ca_file.c_str(), "w"));
  if (!file || PEM_write_X509(file.get(), certificate.get()) != 1) {
    return invalid("cannot write the certificate to " + ca_file);
  }
  return out;
}

}  // namespace kollect::bench
