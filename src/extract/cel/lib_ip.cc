#include "extract/cel/lib_ip.h"

#include <algorithm>
#include <charconv>

namespace kollect::extract {
namespace {

// A number written with 1 to `digits` digits at the front of the text, which it takes off.
std::optional<uint32_t> take_number(std::string_view& text, int base, size_t digits) {
  const std::string_view front = text.substr(0, digits + 1);
  if (front.starts_with('-')) return std::nullopt;
  uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(front.data(), front.data() + front.size(), number, base);
  const auto size = static_cast<size_t>(end - front.data());
  if (error != std::errc() || size > digits) return std::nullopt;
  text.remove_prefix(size);
  return number;
}

size_t write_number(uint32_t number, int base, char* out) {
  return static_cast<size_t>(std::to_chars(out, out + 8, number, base).ptr - out);
}

}  // namespace

bool IpAddress::parse_v4(std::string_view text, size_t at) {
  for (size_t i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    const bool leads_with_zero = text.starts_with('0');
    const size_t before = text.size();
    const auto number = take_number(text, 10, 3);
    if (!number || *number > 255 || (leads_with_zero && before - text.size() > 1)) return false;
    bytes_[at + i] = static_cast<uint8_t>(*number);
  }
  return text.empty();
}

bool IpAddress::parse_v6(std::string_view text) {
  size_t filled = 0;
  std::optional<size_t> gap;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty() && filled < 16) {
    if (text.substr(0, std::min(text.find(':'), text.size())).find('.') != std::string_view::npos) {
      if ((!gap && filled != 12) || filled > 12 || !parse_v4(text, filled)) return false;
      filled += 4;
      text = {};
      break;
    }
    const auto number = take_number(text, 16, 4);
    if (!number) return false;
    bytes_[filled++] = static_cast<uint8_t>(*number >> 8);
    bytes_[filled++] = static_cast<uint8_t>(*number & 0xFF);
    if (text.empty()) break;
    if (text.size() < 2 || text.front() != ':') return false;
    text.remove_prefix(1);
    if (text.front() != ':') continue;
    if (gap) return false;
    gap = filled;
    text.remove_prefix(1);
  }
  if (!text.empty() || gap.has_value() == (filled == 16)) return false;
  if (gap)
    std::rotate(bytes_.begin() + static_cast<ptrdiff_t>(*gap),
                bytes_.begin() + static_cast<ptrdiff_t>(filled), bytes_.end());
  return true;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() > kMaxTextBytes) return std::nullopt;
  IpAddress address;
  const size_t mark = text.find_first_of(".:");
  if (mark == std::string_view::npos) return std::nullopt;
  address.is_v4_ = text[mark] == '.';
  const bool fits = address.is_v4_ ? address.parse_v4(text, 0) : address.parse_v6(text);
  return fits ? std::optional(address) : std::nullopt;
}

uint16_t IpAddress::group(size_t index) const {
  return static_cast<uint16_t>(bytes_[2 * index] << 8 | bytes_[2 * index + 1]);
}

bool IpAddress::is_mapped() const {
  return !is_v4_ && group(5) == 0xFFFF &&
         std::all_of(bytes_.begin(), bytes_.begin() + 10, [](uint8_t b) { return b == 0; });
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](uint8_t b) { return b == 0; });
}

bool IpAddress::is_loopback() const {
  if (is_v4_) return bytes_[0] == 127;
  return bytes_[15] == 1 && masked(120).is_unspecified();
}

bool IpAddress::is_multicast() const { return is_v4_ ? bytes_[0] >> 4 == 0xE : bytes_[0] == 0xFF; }

bool IpAddress::is_link_local_multicast() const {
  if (is_v4_) return group(0) == 0xE000 && bytes_[2] == 0;
  return (group(0) & 0xFF0F) == 0xFF02;
}

bool IpAddress::is_link_local_unicast() const {
  return is_v4_ ? group(0) == 0xA9FE : (group(0) & 0xFFC0) == 0xFE80;
}

bool IpAddress::is_global_unicast() const {
  const bool is_broadcast = is_v4_ && group(0) == 0xFFFF && group(1) == 0xFFFF;
  return !is_broadcast && !is_unspecified() && !is_loopback() && !is_multicast() &&
         !is_link_local_unicast();
}

IpAddress IpAddress::masked(int prefix) const {
  IpAddress network = *this;
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(prefix - 8 * i, 0, 8);
    uint8_t& byte = network.bytes_[static_cast<size_t>(i)];
    byte = static_cast<uint8_t>(byte & (0xFF00 >> kept));
  }
  return network;
}

size_t IpAddress::format(char* out) const {
  char* const start = out;
  if (is_v4_) {
    for (size_t i = 0; i < 4; ++i) {
      if (i > 0) *out++ = '.';
      out += write_number(bytes_[i], 10, out);
    }
    return static_cast<size_t>(out - start);
  }
  size_t gap = 8;
  size_t gap_end = 8;
  for (size_t i = 0; i < 8; ++i) {
    size_t end = i;
    while (end < 8 && group(end) == 0) ++end;
    if (end - i >= 2 && end - i > gap_end - gap) {
      gap = i;
      gap_end = end;
    }
  }
  for (size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      *out++ = ':';
      *out++ = ':';
      i = gap_end;
      if (i == 8) break;
    } else if (i > 0) {
      *out++ = ':';
    }
    out += write_number(group(i), 16, out);
  }
  return static_cast<size_t>(out - start);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  if (text.size() > kMaxTextBytes) return std::nullopt;
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<IpAddress> address = IpAddress::parse(text.substr(0, slash));
  std::string_view length = text.substr(slash + 1);
  const bool leads_with_zero = length.size() > 1 && length.front() == '0';
  const auto prefix = take_number(length, 10, 3);
  if (!address || !prefix || leads_with_zero || !length.empty() ||
      static_cast<int>(*prefix) > address->bits())
    return std::nullopt;
  return IpNetwork(*address, static_cast<int>(*prefix));
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.is_v4() == address_.is_v4() && address.masked(prefix_) == address_.masked(prefix_);
}

bool IpNetwork::contains(const IpNetwork& network) const {
  return prefix_ <= network.prefix_ && contains(network.address_);
}

size_t IpNetwork::format(char* out) const {
  size_t size = address_.format(out);
  out[size++] = '/';
  return size + write_number(static_cast<uint32_t>(prefix_), 10, out + size);
}

}  // namespace kollect::extract
