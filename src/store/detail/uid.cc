#include "store/detail/uid.h"

#include <array>

namespace kollect::store {

namespace {

constexpr size_t kTextBytes = 36;
constexpr std::string_view kDigits = "0123456789abcdef";
constexpr uint8_t kNoDigit = 0xFF;
// Where the two digits of each byte stand in the text; dashes are between.
constexpr std::array<uint8_t, 16> kPairs = {0,  2,  4,  6,  9,  11, 14, 16,
                                            19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<uint8_t, 4> kDashes = {8, 13, 18, 23};

constexpr std::array<uint8_t, 256> kValues = [] {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (size_t digit = 0; digit < kDigits.size(); ++digit)
    values[static_cast<uint8_t>(kDigits[digit])] = static_cast<uint8_t>(digit);
  return values;
}();

uint8_t value_of(char digit) { return kValues[static_cast<uint8_t>(digit)]; }

}  // namespace

PackedUid::PackedUid(std::string_view text) : text_(text.substr(0, UINT8_MAX)) {
  binary_ = pack(text);
}

bool PackedUid::pack(std::string_view text) {
  if (text.size() != kTextBytes) return false;
  for (const uint8_t dash : kDashes) {
    if (text[dash] != '-') return false;
  }
  unsigned seen = 0;
  for (size_t byte = 0; byte < kPairs.size(); ++byte) {
    const unsigned high = value_of(text[kPairs[byte]]);
    const unsigned low = value_of(text[kPairs[byte] + 1U]);
    seen |= high | low;
    packed_[byte] = static_cast<char>(high << 4U | low);
  }
  return seen < kNoDigit;
}

std::string unpacked(std::string_view bytes) {
  std::string text(kTextBytes, '-');
  for (size_t byte = 0; byte < kPairs.size(); ++byte) {
    text[kPairs[byte]] = kDigits[static_cast<uint8_t>(bytes[byte]) >> 4U];
    text[kPairs[byte] + 1U] = kDigits[static_cast<uint8_t>(bytes[byte]) & 0xFU];
  }
  return text;
}

}  // namespace kollect::store
