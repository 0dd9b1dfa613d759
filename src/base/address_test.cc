#include "base/address.h"

namespace kollect {
namespace {

constexpr EndpointPolicy kClosed{};
constexpr EndpointPolicy kPrivate{.allow_private = true};
constexpr EndpointPolicy kLoopback{.allow_loopback = true};

struct ClassCase {
  const char* text;
  AddressClass kind;
};

constexpr ClassCase kClasses[] = {
    {"8.8.8.8", AddressClass::open},
    {"2606:4700::1111", AddressClass::open},
    {"10.0.0.0", AddressClass::confined},
    {"10.255.255.255", AddressClass::confined},
    {"11.0.0.0", AddressClass::open},
    {"172.15.255.255", AddressClass::open},
    {"172.16.0.0", AddressClass::confined},
    {"172.31.255.255", AddressClass::confined},
    {"172.32.0.0", AddressClass::open},
    {"192.168.4.5", AddressClass::confined},
    {"192.169.0.0", AddressClass::open},
    {"fc00::1", AddressClass::confined},
    {"fdff::1", AddressClass::confined},
    {"fe00::1", AddressClass::open},
    {"127.0.0.1", AddressClass::loopback},
    {"127.255.255.255", AddressClass::loopback},
    {"::1", AddressClass::loopback},
    {"[::1]", AddressClass::loopback},
    {"169.254.169.254", AddressClass::link_local},
    {"fe80::1%eth0", AddressClass::link_local},
    {"febf::1", AddressClass::link_local},
    {"fec0::1", AddressClass::open},
    {"0.0.0.0", AddressClass::unspecified},
    {"::", AddressClass::unspecified},
    {"224.0.0.1", AddressClass::multicast},
    {"239.1.2.3", AddressClass::multicast},
    {"255.255.255.255", AddressClass::multicast},
    {"ff02::1", AddressClass::multicast},
    {"100.64.0.1", AddressClass::carrier},
    {"100.127.255.255", AddressClass::carrier},
    {"100.128.0.0", AddressClass::open},
    {"198.18.0.1", AddressClass::benchmark},
    {"198.19.255.255", AddressClass::benchmark},
    {"198.20.0.0", AddressClass::open},
    {"fd00:ec2::254", AddressClass::metadata},
    {"::ffff:10.0.0.1", AddressClass::confined},
    {"[::ffff:127.0.0.1]", AddressClass::loopback},
    {"::ffff:a9fe:a9fe", AddressClass::link_local},
    {"64:ff9b::169.254.169.254", AddressClass::link_local},
    {"64:ff9b::8.8.8.8", AddressClass::open},
    {"127.1", AddressClass::loopback},
    {"2130706433", AddressClass::loopback},
    {"0x7f000001", AddressClass::loopback},
    {"0177.0.0.1", AddressClass::loopback},
    {"0", AddressClass::unspecified},
};

TEST(Address, every_block_is_classified_up_to_its_edges) {
  for (const ClassCase& c : kClasses) {
    const auto address = parse_ip(c.text);
    ASSERT_TRUE(address) << c.text;
    EXPECT_EQ(word(classify(*address)), word(c.kind)) << c.text;
  }
}

TEST(Address, what_is_no_address_is_not_read_as_one) {
  for (const char* text : {"", "example.com", "1.2.3.4.5", "256.1.1.1", "10.0.0.1 ", "10.0.0.1 x",
                           "::g", "[10.0.0.1", "%eth0", "10.0.0.1%eth0", "1:2"}) {
    EXPECT_FALSE(parse_ip(text)) << text;
  }
}

TEST(Address, text_is_canonical) {
  EXPECT_EQ(parse_ip("::ffff:10.0.0.1")->text(), "10.0.0.1");
  EXPECT_EQ(parse_ip("127.1")->text(), "127.0.0.1");
  EXPECT_EQ(parse_ip("[FE80:0::1%eth0]")->text(), "fe80::1");
}

struct HostCase {
  const char* host;
  bool closed, with_private, with_loopback;
};

constexpr HostCase kHosts[] = {
    {"example.com", true, true, true},
    {"8.8.8.8", true, true, true},
    {"my-localhost", true, true, true},
    {"metadata.example.com", true, true, true},
    {"10.1.2.3", false, true, false},
    {"[::ffff:10.0.0.1]", false, true, false},
    {"fd12::1", false, true, false},
    {"127.0.0.1", false, false, true},
    {"[::1]", false, false, true},
    {"LocalHost.", false, false, true},
    {"localhost.localdomain", false, false, true},
    {"a.b.localhost", false, false, true},
    {"169.254.169.254", false, false, false},
    {"metadata", false, false, false},
    {"Metadata.Google.Internal..", false, false, false},
    {"instance-data", false, false, false},
    {"instance-data.ec2.internal", false, false, false},
    {"100.64.1.1", false, false, false},
    {"0.0.0.0", false, false, false},
    {"fd00:ec2::254", false, false, false},
    {"3232235521", false, true, false},
};

TEST(EndpointPolicy, each_switch_opens_exactly_its_own_addresses) {
  for (const HostCase& c : kHosts) {
    EXPECT_EQ(check_host(c.host, kClosed).has_value(), c.closed) << c.host;
    EXPECT_EQ(check_host(c.host, kPrivate).has_value(), c.with_private) << c.host;
    EXPECT_EQ(check_host(c.host, kLoopback).has_value(), c.with_loopback) << c.host;
  }
}

TEST(EndpointPolicy, a_refusal_names_the_host_the_rule_and_the_switch) {
  const Status refused = check_address(*parse_ip("10.0.0.7"), "db.example.com", kClosed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::denied);
  EXPECT_EQ(
      refused.error().message,
      "host db.example.com leads to 10.0.0.7, a private address, which sinks may not use unless "
      "--allow-private-sinks is set");
}

TEST(EndpointPolicy, a_metadata_address_offers_no_switch) {
  const Status refused = check_host("169.254.169.254", kClosed);
  EXPECT_EQ(refused.error().message,
            "host 169.254.169.254 leads to 169.254.169.254, a link-local address, which sinks may "
            "not use");
}

}  // namespace
}  // namespace kollect
