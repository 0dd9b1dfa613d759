#include "net/detail/dial_guard.h"

#include <algorithm>
#include <cstring>
#include <sys/socket.h>

#include <netinet/in.h>

namespace kollect::net {

namespace {

std::optional<IpAddress> ip_of(const sockaddr& address) {
  IpAddress ip;
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(ip.bytes.data(), &v6.sin6_addr, ip.bytes.size());
    return ip;
  }
  if (address.sa_family != AF_INET) return std::nullopt;
  sockaddr_in v4;
  std::memcpy(&v4, &address, sizeof v4);
  ip.bytes[10] = ip.bytes[11] = 0xff;
  std::memcpy(ip.bytes.data() + 12, &v4.sin_addr, 4);
  return ip;
}

}  // namespace

Status DialGuard::check_name() const { return policy_ ? check_host(host_, *policy_) : Status(); }

bool DialGuard::may_dial(const sockaddr& address) {
  if (!policy_) return true;
  const auto ip = ip_of(address);
  if (!ip) return false;
  if (approved_) return std::ranges::find(good_, *ip) != good_.end();
  const Status allowed = check_address(*ip, host_, *policy_);
  if (!allowed && !refusal_) refusal_ = allowed.error();
  seen_.push_back(*ip);
  return false;
}

DialGuard::Verdict DialGuard::verdict() {
  if (refusal_) return Verdict::refused;
  if (approved_ || seen_.empty()) return Verdict::no_objection;
  approved_ = true;
  good_ = std::move(seen_);
  return Verdict::dial_again;
}

}  // namespace kollect::net
