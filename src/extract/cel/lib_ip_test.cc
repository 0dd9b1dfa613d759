#include "extract/cel/lib_ip.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

std::string canonical(const char* text) {
  const auto address = IpAddress::parse(text);
  if (!address) return "refused";
  char out[IpAddress::kMaxTextBytes];
  return {out, address->format(out)};
}

TEST(LibIp, addresses_print_in_their_one_canonical_form) {
  const struct {
    const char* in;
    const char* out;
  } cases[] = {
      {"127.0.0.1", "127.0.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"2001:DB8::68", "2001:db8::68"},
      {"2001:db8:0:0:0:0:0:ABCD", "2001:db8::abcd"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"1:0:0:2:2:0:0:3", "1::2:2:0:0:3"},
      {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::1.2.3.4", "::102:304"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"1000:2000:3000:4000:5000:6000:255.255.255.255", "1000:2000:3000:4000:5000:6000:ffff:ffff"},
  };
  for (const auto& c : cases) EXPECT_EQ(canonical(c.in), c.out);
}

TEST(LibIp, text_that_is_no_address_is_refused) {
  for (const char* text : {"",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "1.2.3.-4",
                           "1.2.3.4 ",
                           "localhost",
                           "fe80::1%en0",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "::1:2:3:4:5:6:7:8",
                           "12345::",
                           "g::",
                           "1:",
                           ":1",
                           "::1:",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "::1.2.3",
                           "-1::",
                           "0x1::"}) {
    EXPECT_EQ(canonical(text), "refused") << text;
  }
}

TEST(LibIp, kinds_of_address_are_told_apart) {
  const struct {
    const char* text;
    const char* kinds;
  } cases[] = {
      {"0.0.0.0", "unspecified"},
      {"::", "unspecified"},
      {"127.9.9.9", "loopback"},
      {"::1", "loopback"},
      {"::2", "global"},
      {"224.0.0.9", "link_local_multicast"},
      {"224.0.1.1", ""},
      {"ff02::1", "link_local_multicast"},
      {"ff05::1", ""},
      {"169.254.1.1", "link_local_unicast"},
      {"febf::1", "link_local_unicast"},
      {"fec0::1", "global"},
      {"10.0.0.1", "global"},
      {"255.255.255.255", ""},
      {"255.255.255.254", "global"},
  };
  for (const auto& c : cases) {
    const IpAddress address = *IpAddress::parse(c.text);
    const std::string kinds = std::string(address.is_unspecified() ? "unspecified" : "") +
                              (address.is_loopback() ? "loopback" : "") +
                              (address.is_link_local_multicast() ? "link_local_multicast" : "") +
                              (address.is_link_local_unicast() ? "link_local_unicast" : "") +
                              (address.is_global_unicast() ? "global" : "");
    EXPECT_EQ(kinds, c.kinds) << c.text;
  }
}

TEST(LibIp, mapped_addresses_are_recognised) {
  EXPECT_TRUE(IpAddress::parse("::ffff:192.168.0.1")->is_mapped());
  EXPECT_TRUE(IpAddress::parse("::FFFF:0:0")->is_mapped());
  EXPECT_FALSE(IpAddress::parse("::1:ffff:0:0")->is_mapped());
  EXPECT_FALSE(IpAddress::parse("192.168.0.1")->is_mapped());
}

TEST(LibIp, networks_are_read_with_a_plain_prefix) {
  const auto network = IpNetwork::parse("192.168.3.1/23");
  ASSERT_TRUE(network);
  char out[IpNetwork::kMaxTextBytes];
  EXPECT_EQ(std::string_view(out, network->format(out)), "192.168.3.1/23");
  EXPECT_EQ(std::string_view(out, network->masked().format(out)), "192.168.2.0/23");
  for (const char* text : {"1.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/08", "1.2.3.4/+8",
                           "1.2.3.4/-1", "::/129", "/8", "1.2.3/8", "::1/1/1"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

TEST(LibIp, networks_contain_their_addresses_and_narrower_networks) {
  const auto contains = [](const char* network, const char* other) {
    const auto inner = IpNetwork::parse(other);
    return inner ? IpNetwork::parse(network)->contains(*inner)
                 : IpNetwork::parse(network)->contains(*IpAddress::parse(other));
  };
  EXPECT_TRUE(contains("192.168.0.9/24", "192.168.0.255"));
  EXPECT_FALSE(contains("192.168.0.0/24", "192.168.1.0"));
  EXPECT_TRUE(contains("0.0.0.0/0", "255.0.0.1"));
  EXPECT_FALSE(contains("::/0", "1.2.3.4"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::"));
  EXPECT_TRUE(contains("10.0.0.0/8", "10.0.0.0/8"));
  EXPECT_FALSE(contains("192.168.0.0/24", "192.168.0.0/23"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::/0"));
}

}  // namespace
}  // namespace kollect::extract
