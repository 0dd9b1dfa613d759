#include "base/address.h"

#include <algorithm>
#include <cstring>
#include <span>

#include <arpa/inet.h>

namespace kollect {

namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<uint8_t, 12> kTranslatedPrefix = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

// A block of addresses: the first `bits` of `first`, given in 16 bytes.
struct Block {
  const char* first;
  int bits;
  AddressClass kind;
};

// The first block that contains an address decides.
constexpr Block kV4Blocks[] = {
    {"0.0.0.0", 8, AddressClass::unspecified},        {"127.0.0.0", 8, AddressClass::loopback},
    {"169.254.0.0", 16, AddressClass::link_local},    {"224.0.0.0", 4, AddressClass::multicast},
    {"255.255.255.255", 32, AddressClass::multicast}, {"100.64.0.0", 10, AddressClass::carrier},
    {"198.18.0.0", 15, AddressClass::benchmark},      {"10.0.0.0", 8, AddressClass::confined},
    {"172.16.0.0", 12, AddressClass::confined},       {"192.168.0.0", 16, AddressClass::confined},
};
constexpr Block kV6Blocks[] = {
    {"::", 128, AddressClass::unspecified},         {"::1", 128, AddressClass::loopback},
    {"fe80::", 10, AddressClass::link_local},       {"ff00::", 8, AddressClass::multicast},
    {"fd00:ec2::254", 128, AddressClass::metadata}, {"fc00::", 7, AddressClass::confined},
};

constexpr std::string_view kLoopbackNames[] = {"localhost", "localhost.localdomain"};
constexpr std::string_view kMetadataNames[] = {"metadata", "metadata.google.internal",
                                               "instance-data", "instance-data.ec2.internal"};

IpAddress from_v4(const in_addr& v4) {
  IpAddress address;
  std::ranges::copy(kMappedPrefix, address.bytes.begin());
  std::memcpy(address.bytes.data() + kMappedPrefix.size(), &v4, sizeof v4);
  return address;
}

bool has_prefix(const IpAddress& address, const std::array<uint8_t, 12>& prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

bool contains(const Block& block, const uint8_t* address, int family) {
  uint8_t first[sizeof(in6_addr)] = {};
  inet_pton(family, block.first, first);
  const int whole = block.bits / 8;
  if (std::memcmp(first, address, static_cast<size_t>(whole)) != 0) return false;
  const int rest = block.bits % 8;
  return rest == 0 || ((first[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

bool is_permitted(AddressClass kind, const EndpointPolicy& policy) {
  return kind == AddressClass::open || (kind == AddressClass::confined && policy.allow_private) ||
         (kind == AddressClass::loopback && policy.allow_loopback);
}

std::string folded(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  while (host.starts_with('.')) host.remove_prefix(1);
  std::string name(host);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return name;
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool IpAddress::is_v4() const { return has_prefix(*this, kMappedPrefix); }

std::string IpAddress::text() const {
  char out[INET6_ADDRSTRLEN] = {};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), out, sizeof out);
  } else {
    inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  }
  return out;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.find(':') != text.npos) text = text.substr(0, text.find('%'));
  if (text.empty() || std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; }))
    return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  in_addr v4;
  if (inet_aton(terminated.c_str(), &v4) == 1) return from_v4(v4);
  return std::nullopt;
}

std::string_view word(AddressClass kind) {
  switch (kind) {
    case AddressClass::open:
      return "public";
    case AddressClass::confined:
      return "private";
    case AddressClass::loopback:
      return "loopback";
    case AddressClass::link_local:
      return "link-local";
    case AddressClass::unspecified:
      return "unspecified";
    case AddressClass::multicast:
      return "multicast";
    case AddressClass::carrier:
      return "carrier-shared (100.64.0.0/10)";
    case AddressClass::benchmark:
      return "benchmark (198.18.0.0/15)";
    case AddressClass::metadata:
      return "cloud metadata";
  }
  return "unknown";
}

AddressClass classify(const IpAddress& address) {
  const bool v4 = address.is_v4() || has_prefix(address, kTranslatedPrefix);
  const uint8_t* bytes = address.bytes.data() + (v4 ? kMappedPrefix.size() : 0);
  const std::span<const Block> blocks = v4 ? std::span<const Block>(kV4Blocks) : kV6Blocks;
  for (const Block& block : blocks) {
    if (contains(block, bytes, v4 ? AF_INET : AF_INET6)) return block.kind;
  }
  return AddressClass::open;
}

Status check_address(const IpAddress& address, std::string_view host,
                     const EndpointPolicy& policy) {
  const AddressClass kind = classify(address);
  if (is_permitted(kind, policy)) return {};
  std::string message = "host " + std::string(host) + " leads to ";
  message += address.text();
  message += ", a ";
  message += word(kind);
  message += " address, which sinks may not use";
  if (kind == AddressClass::confined) message += " unless --allow-private-sinks is set";
  if (kind == AddressClass::loopback) message += " unless --allow-loopback-sinks is set";
  return denied(std::move(message));
}

Status check_host(std::string_view host, const EndpointPolicy& policy) {
  const std::string name = folded(host);
  if (const auto literal = parse_ip(name)) return check_address(*literal, host, policy);
  const bool loopback = is_one_of(kLoopbackNames, name) || name.ends_with(".localhost");
  if (loopback && !policy.allow_loopback) {
    return denied(
        "host " + std::string(host) +
        " is a loopback name, which sinks may not use unless --allow-loopback-sinks is set");
  }
  if (is_one_of(kMetadataNames, name)) {
    return denied("host " + std::string(host) +
                  " is the name of a cloud metadata service, which sinks may not use");
  }
  return {};
}

}  // namespace kollect
