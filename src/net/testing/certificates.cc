#include "net/testing/certificates.h"

#include <fstream>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/result.h"

namespace kollect::net {

namespace {

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Bio = std::unique_ptr<BIO, Free>;

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

void add_name(X509* certificate, const char* entry, const std::string& value) {
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), entry, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(value.data()),
                             static_cast<int>(value.size()), -1, 0);
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  KOLLECT_CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate blank_certificate(EVP_PKEY* key, const std::string& name) {
  Certificate certificate(X509_new());
  uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
  X509_set_pubkey(certificate.get(), key);
  add_name(certificate.get(), "CN", name);
  return certificate;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "kollect-net-XXXXXX").string();
  KOLLECT_CHECK(mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
  const std::string target = path(name);
  std::ofstream(target + ".new") << text;
  std::filesystem::rename(target + ".new", target);
  return target;
}

TlsServer TemporaryFolder::server_files(const PemPair& pair) const {
  return {.certificate_file = write("tls.crt", pair.certificate),
          .key_file = write("tls.key", pair.key)};
}

struct TestAuthority::Keys {
  Key key;
  Certificate certificate;

  PemPair sign(Certificate leaf, const Key& leaf_key) const {
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate.get()));
    KOLLECT_CHECK(X509_sign(leaf.get(), key.get(), EVP_sha256()) != 0);
    return {pem_of(leaf.get()), pem_of(leaf_key.get())};
  }
};

TestAuthority::TestAuthority(const std::string& name) : keys_(std::make_unique<Keys>()) {
  keys_->key.reset(EVP_EC_gen("P-256"));
  keys_->certificate = blank_certificate(keys_->key.get(), name);
  X509* own = keys_->certificate.get();
  add_extension(own, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own, NID_key_usage, "critical,keyCertSign");
  X509_set_issuer_name(own, X509_get_subject_name(own));
  X509_sign(own, keys_->key.get(), EVP_sha256());
  pem_ = pem_of(own);
}

TestAuthority::~TestAuthority() = default;

PemPair TestAuthority::server(const std::string& name) const {
  const Key key(EVP_EC_gen("P-256"));
  Certificate leaf = blank_certificate(key.get(), name);
  add_extension(leaf.get(), NID_subject_alt_name, "DNS:" + name + ",IP:127.0.0.1");
  return keys_->sign(std::move(leaf), key);
}

PemPair TestAuthority::client(const std::string& name, const std::string& organization) const {
  const Key key(EVP_EC_gen("P-256"));
  Certificate leaf = blank_certificate(key.get(), name);
  add_name(leaf.get(), "O", organization);
  return keys_->sign(std::move(leaf), key);
}

}  // namespace kollect::net
