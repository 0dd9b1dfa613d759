#include "store/detail/uid.h"

namespace kollect::store {

namespace {

constexpr size_t kTextBytes = 36;
constexpr std::string_view kDigits = "0123456789abcdef";

constexpr bool is_dash_place(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

}  // namespace

PackedUid::PackedUid(std::string_view text) : text_(text.substr(0, UINT8_MAX)) {
  binary_ = pack(text);
}

bool PackedUid::pack(std::string_view text) {
  if (text.size() != kTextBytes) return false;
  size_t nibbles = 0;
  for (size_t at = 0; at < kTextBytes; ++at) {
    if (is_dash_place(at)) {
      if (text[at] != '-') return false;
      continue;
    }
    const size_t digit = kDigits.find(text[at]);
    if (digit == std::string_view::npos) return false;
    const auto so_far = static_cast<uint8_t>(packed_[nibbles / 2]);
    packed_[nibbles / 2] = static_cast<char>(so_far << 4 | digit);
    ++nibbles;
  }
  return true;
}

std::string unpacked(std::string_view bytes) {
  std::string text;
  text.reserve(kTextBytes);
  for (const char c : bytes) {
    if (is_dash_place(text.size())) text += '-';
    text += kDigits[static_cast<uint8_t>(c) >> 4];
    text += kDigits[static_cast<uint8_t>(c) & 0xF];
  }
  return text;
}

}  // namespace kollect::store
