// The private-endpoint guard at admission: literal addresses and denied names in what a sink names.
// No name is resolved here; whoever dials checks again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/findings.h"
#include "base/address.h"

namespace kollect::api {

// Where a destination may be written, which decides how its host is found.
enum class EndpointForm {
  git,        // URL, or [user@]host:path
  bucket,     // URL; s3://, gs:// and texts without a scheme name a bucket, not a host
  url,        // URL, or several between commas
  authority,  // host:port, [v6]:port, a bare host or address, or a URL
};

// The hosts that an endpoint leads to, without brackets, user or port; none when it is blank or
// names none.
std::vector<std::string> hosts_of(std::string_view endpoint, EndpointForm form);

// Forbidden: `file`, and hosts that the policy denies. Blank and host-less values pass.
void check_endpoint(const Path& path, std::string_view endpoint, EndpointForm form,
                    const EndpointPolicy& policy, Findings& findings);

}  // namespace kollect::api
