#include "net/detail/dial_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace kollect::net {
namespace {

using Verdict = DialGuard::Verdict;

// Whether the guard lets libcurl dial this IPv4 address.
bool may_dial(DialGuard& guard, const char* address) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  inet_pton(AF_INET, address, &v4.sin_addr);
  return guard.may_dial(reinterpret_cast<const sockaddr&>(v4));
}

bool may_dial_v6(DialGuard& guard, const char* address) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  inet_pton(AF_INET6, address, &v6.sin6_addr);
  return guard.may_dial(reinterpret_cast<const sockaddr&>(v6));
}

TEST(DialGuard, without_a_policy_everything_is_dialled_at_once) {
  DialGuard guard("h", std::nullopt);
  EXPECT_TRUE(may_dial(guard, "127.0.0.1"));
  EXPECT_EQ(guard.verdict(), Verdict::no_objection);
}

TEST(DialGuard, the_first_run_only_looks_and_the_second_dials_what_was_seen) {
  DialGuard guard("h", EndpointPolicy{});
  EXPECT_FALSE(may_dial(guard, "8.8.8.8"));
  EXPECT_FALSE(may_dial(guard, "1.1.1.1"));
  EXPECT_EQ(guard.verdict(), Verdict::dial_again);
  EXPECT_TRUE(may_dial(guard, "1.1.1.1"));
  EXPECT_TRUE(may_dial(guard, "8.8.8.8"));
  EXPECT_EQ(guard.verdict(), Verdict::no_objection);
}

TEST(DialGuard, one_forbidden_address_refuses_the_whole_name) {
  for (const char* bad : {"10.0.0.1", "127.0.0.1", "169.254.169.254"}) {
    DialGuard guard("mixed.example", EndpointPolicy{});
    EXPECT_FALSE(may_dial(guard, "8.8.8.8"));
    EXPECT_FALSE(may_dial(guard, bad));
    EXPECT_EQ(guard.verdict(), Verdict::refused);
    EXPECT_EQ(guard.refusal().fault, Fault::denied);
  }
}

TEST(DialGuard, an_answer_that_changed_between_the_runs_is_not_dialled) {
  DialGuard guard("rebinding.example", EndpointPolicy{});
  EXPECT_FALSE(may_dial(guard, "8.8.8.8"));
  EXPECT_EQ(guard.verdict(), Verdict::dial_again);
  EXPECT_FALSE(may_dial(guard, "127.0.0.1"));
  EXPECT_FALSE(may_dial(guard, "8.8.4.4"));
}

TEST(DialGuard, a_mapped_address_is_judged_as_what_it_maps) {
  DialGuard guard("h", EndpointPolicy{});
  EXPECT_FALSE(may_dial_v6(guard, "::ffff:127.0.0.1"));
  EXPECT_EQ(guard.verdict(), Verdict::refused);
}

TEST(DialGuard, what_is_no_internet_address_is_never_dialled) {
  DialGuard guard("h", EndpointPolicy{.allow_private = true, .allow_loopback = true});
  const sockaddr local{.sa_family = AF_UNIX, .sa_data = {}};
  EXPECT_FALSE(guard.may_dial(local));
}

}  // namespace
}  // namespace kollect::net
