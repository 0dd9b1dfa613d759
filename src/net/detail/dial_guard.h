// Decides about every address a transfer is about to connect to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/address.h"

struct sockaddr;

namespace kollect::net {

// libcurl tells one address at a time, when it dials it. To judge all addresses of a name before
// the first byte leaves, a guarded transfer with a new connection runs twice: in the first run
// every dial is refused, which makes libcurl walk the whole answer; if all addresses were fine, the
// second run may dial exactly those.
class DialGuard {
 public:
  // No policy: everything may be dialled.
  DialGuard(std::string host, const std::optional<EndpointPolicy>& policy)
      : host_(std::move(host)), policy_(policy) {}

  // Before any dial: the rules that need no lookup.
  Status check_name() const;
  // Whether this address may be dialled now.
  bool may_dial(const sockaddr& address);

  enum class Verdict { no_objection, dial_again, refused };
  // Asked when a transfer ended. dial_again: run it once more.
  Verdict verdict();
  // The reason of `refused`.
  const Error& refusal() const { return *refusal_; }

 private:
  const std::string host_;
  const std::optional<EndpointPolicy> policy_;
  bool approved_ = false;
  std::vector<IpAddress> seen_;  // while not approved
  std::vector<IpAddress> good_;  // once approved
  std::optional<Error> refusal_;
};

}  // namespace kollect::net
