// Which addresses and host names an endpoint that a tenant writes may lead to (the private-endpoint
// guard).
//
// Admission asks check_host, which never resolves; whoever dials asks check_address for every
// address that the name resolved to. Both answer Fault::denied with the host and the rule in the
// text. Everything here is pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kollect {

// An IP address in 16 bytes; IPv4 is held as ::ffff:a.b.c.d, so that a mapped address is the
// address it maps.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  bool is_v4() const;
  // 10.0.0.1 or fd00::1, without brackets or zone.
  std::string text() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// Reads "10.0.0.1", "fe80::1%eth0" or "[::1]"; a zone is dropped. The historical spellings of IPv4
// that resolvers still accept ("127.1", "0x7f000001", "017700000001") are read as what they mean,
// so that none slips by as a name.
std::optional<IpAddress> parse_ip(std::string_view text);

enum class AddressClass {
  open,         // anything not below
  confined,     // RFC 1918 and IPv6 unique-local
  loopback,     // 127.0.0.0/8, ::1
  link_local,   // 169.254.0.0/16, fe80::/10; the metadata service of most clouds is here
  unspecified,  // 0.0.0.0/8, ::
  multicast,    // 224.0.0.0/4, ff00::/8, and the broadcast address
  carrier,      // 100.64.0.0/10
  benchmark,    // 198.18.0.0/15
  metadata,     // fd00:ec2::254
};

// What a message calls it: "private", "loopback", "link-local", ...
std::string_view word(AddressClass kind);

// IPv4 inside IPv6 (mapped, and translated under 64:ff9b::/96) is judged as the IPv4 address.
AddressClass classify(const IpAddress& address);

// What the operator's flags permit on top of open addresses; closed by default, the same for the
// whole process.
struct EndpointPolicy {
  bool allow_private = false;   // AddressClass::confined
  bool allow_loopback = false;  // AddressClass::loopback and the `localhost` names
};

// `host` is what the user wrote and the text names; `address` is what it led to.
Status check_address(const IpAddress& address, std::string_view host, const EndpointPolicy& policy);

// Literal addresses and names that are denied without a lookup: the `localhost` family and the
// names of metadata services. Case and trailing dots do not matter. A name that passes must still
// pass check_address when dialled.
Status check_host(std::string_view host, const EndpointPolicy& policy);

}  // namespace kollect
