// Addresses and networks of IPv4 and IPv6 as plain values.
//
// Reads what Go's net/netip reads, except zones ("fe80::1%eth0"), and prints its canonical text
// (RFC 5952 for IPv6).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kollect::extract {

class IpAddress {
 public:
  // Four decimal numbers without leading zeros, or IPv6 in any of its spellings.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const { return is_v4_; }
  int bits() const { return is_v4_ ? 32 : 128; }
  // ::ffff:0:0/96, an IPv4 address in the clothes of IPv6.
  bool is_mapped() const;
  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_multicast() const;
  bool is_link_local_multicast() const;
  bool is_link_local_unicast() const;
  // Neither unspecified, loopback, link-local, multicast nor 255.255.255.255; private addresses
  // count.
  bool is_global_unicast() const;

  // With all but the first `prefix` bits zero.
  IpAddress masked(int prefix) const;

  // The canonical text goes to `out`; tells its size, at most kMaxTextBytes.
  static constexpr size_t kMaxTextBytes = 48;
  size_t format(char* out) const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  bool parse_v4(std::string_view text, size_t at);
  bool parse_v6(std::string_view text);
  uint16_t group(size_t index) const;

  std::array<uint8_t, 16> bytes_{};  // IPv4 uses the first four
  bool is_v4_ = false;
};

class IpNetwork {
 public:
  // "10.0.0.0/8"; bits behind the prefix may be set.
  static std::optional<IpNetwork> parse(std::string_view text);

  const IpAddress& address() const { return address_; }
  int prefix() const { return prefix_; }
  IpNetwork masked() const { return IpNetwork(address_.masked(prefix_), prefix_); }
  // False when the families differ.
  bool contains(const IpAddress& address) const;
  bool contains(const IpNetwork& network) const;

  static constexpr size_t kMaxTextBytes = IpAddress::kMaxTextBytes + 4;
  size_t format(char* out) const;

  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;

 private:
  IpNetwork(IpAddress address, int prefix) : address_(address), prefix_(prefix) {}

  IpAddress address_;
  int prefix_;
};

}  // namespace kollect::extract
