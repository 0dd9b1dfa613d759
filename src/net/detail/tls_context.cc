#include "net/detail/tls_context.h"

#include <memory>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace kollect::net {

namespace {

constexpr unsigned char kProtocols[] = "\x08http/1.1";

// The reason OpenSSL noted first, which names the cause; the others follow from it.
std::string first_reason() {
  const unsigned long code = ERR_peek_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  return reason == nullptr ? "unknown reason" : reason;
}

Error unusable(std::string_view what, const std::string& file) {
  return invalid(fmt::format("{} {} cannot be used: {}", what, file, first_reason()));
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kProtocols, sizeof kProtocols - 1,
                                          offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

Status use_certificate(SSL_CTX* context, const TlsServer& files) {
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate_file.c_str()) != 1) {
    return unusable("certificate file", files.certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return unusable("key file", files.key_file);
  }
  return {};
}

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

bool add_subject_names(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  const bool is_named = X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text,
                                                   static_cast<int>(name.size()), -1, 0) == 1;
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
  const bool is_listed = names != nullptr && X509_add_ext(certificate, names, -1) == 1;
  X509_EXTENSION_free(names);
  return is_named && is_listed && X509_set_issuer_name(certificate, subject) == 1;
}

// P-256, valid for a year from an hour ago: longer than a pod lives.
Status use_self_signed(SSL_CTX* context, const std::string& name) {
  const std::unique_ptr<EVP_PKEY, FreeKey> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, FreeCertificate> certificate(X509_new());
  uint64_t serial = 0;
  const bool is_made =
      key != nullptr && certificate != nullptr &&
      RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 365 * 86400) != nullptr &&
      X509_set_pubkey(certificate.get(), key.get()) == 1 &&
      add_subject_names(certificate.get(), name) &&
      X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0 &&
      SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
      SSL_CTX_use_PrivateKey(context, key.get()) == 1;
  if (is_made) return {};
  return internal(fmt::format("no certificate can be made for {}: {}", name, first_reason()));
}

Status use_client_authorities(SSL_CTX* context, const TlsServer& files) {
  if (files.client_ca_file.empty()) return {};
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(files.client_ca_file.c_str());
  if (names == nullptr ||
      SSL_CTX_load_verify_locations(context, files.client_ca_file.c_str(), nullptr) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return unusable("client CA file", files.client_ca_file);
  }
  SSL_CTX_set_client_CA_list(context, names);
  int mode = SSL_VERIFY_PEER;
  if (files.client_certificate == TlsServer::ClientCertificate::required) {
    mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  SSL_CTX_set_verify(context, mode, nullptr);
  return {};
}

// The UTF-8 texts of every entry of this kind in a name.
std::vector<std::string> entries(const X509_NAME* name, int nid) {
  std::vector<std::string> texts;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;) {
    unsigned char* text = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size >= 0) texts.emplace_back(text, text + size);
    OPENSSL_free(text);
  }
  return texts;
}

}  // namespace

Result<TlsContext> open_tls_context(const TlsServer& files) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  KOLLECT_CHECK(context != nullptr);
  static const unsigned char session_name[] = "kollect";
  SSL_CTX_set_session_id_context(context.get(), session_name, sizeof session_name - 1);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  const Status own = files.self_signed_name.empty()
                         ? use_certificate(context.get(), files)
                         : use_self_signed(context.get(), files.self_signed_name);
  if (!own) return own.error();
  if (const Status theirs = use_client_authorities(context.get(), files); !theirs) {
    return theirs.error();
  }
  return context;
}

FileStamps::FileStamps(const TlsServer& files) : paths_{files.certificate_file, files.key_file} {
  if (!files.client_ca_file.empty()) paths_.push_back(files.client_ca_file);
  static_cast<void>(have_changed());
}

bool FileStamps::have_changed() {
  std::vector<Stamp> now;
  for (const std::string& path : paths_) {
    struct stat file {};
    Stamp stamp;
    if (stat(path.c_str(), &file) == 0) {
      stamp = {file.st_ino, file.st_size, file.st_mtim.tv_sec, file.st_mtim.tv_nsec};
    }
    now.push_back(stamp);
  }
  return now != std::exchange(stamps_, now);
}

CertificateNames peer_names(const SSL* ssl) {
  CertificateNames names;
  X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) return names;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const auto common_names = entries(subject, NID_commonName);
  if (!common_names.empty()) names.common_name = common_names.back();
  names.organizations = entries(subject, NID_organizationName);
  return names;
}

}  // namespace kollect::net
