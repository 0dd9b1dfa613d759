// SHA-256: checksums of what is written out, and digests of rows.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kollect {

using Digest256 = std::array<uint8_t, 32>;

Digest256 sha256(std::string_view bytes);
// 64 lower-case hex digits.
std::string hex(const Digest256& digest);

// The digest of bytes that come in pieces. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void add(std::string_view bytes);
  // The digest of all that was added; starts over.
  Digest256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace kollect
