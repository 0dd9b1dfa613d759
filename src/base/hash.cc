#include "base/hash.h"

#include <openssl/evp.h>

#include "base/result.h"

namespace kollect {

namespace {

// Fetched once: looking the method up costs more than hashing a row.
const EVP_MD* method() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

struct Sha256::Context {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> evp{EVP_MD_CTX_new()};

  void start() { KOLLECT_CHECK(EVP_DigestInit_ex2(evp.get(), method(), nullptr) == 1); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { context_->start(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  KOLLECT_CHECK(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) == 1);
}

Digest256 Sha256::finish() {
  Digest256 digest{};
  KOLLECT_CHECK(EVP_DigestFinal_ex(context_->evp.get(), digest.data(), nullptr) == 1);
  context_->start();
  return digest;
}

Digest256 sha256(std::string_view bytes) {
  Digest256 digest{};
  KOLLECT_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, method(), nullptr) ==
                1);
  return digest;
}

std::string hex(const Digest256& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xF];
  }
  return text;
}

}  // namespace kollect
