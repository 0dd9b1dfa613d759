// Who asks: the credentials of one user of one cluster, kept fresh.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "kube/kubeconfig.h"
#include "net/http.h"

namespace kollect::kube {

// What a request carries.
struct Identity {
  std::string authorization = {};    // value of the header; empty: none
  std::string certificate_pem = {};  // of a plugin, instead of the kubeconfig's; empty: none
  std::string key_pem = {};

  bool operator==(const Identity&) const = default;
};

// How long a token file is believed before it is read again.
inline constexpr std::chrono::seconds kTokenFileAge{10};

// Any thread may ask; a plugin runs once for all who wait for it. A token file that cannot be read
// again leaves the token that was read before in use.
class Credentials {
 public:
  // `clock` outlives this.
  explicit Credentials(ClusterAccess access, const Clock& clock = system_clock());

  // Reads the token file or runs the plugin when what is held is absent, old or expired. Errors:
  // denied (file, plugin refuses), missing (no such file or program), invalid (its answer),
  // cancelled, unavailable (deadline).
  Result<Identity> current(net::Deadline deadline, std::stop_token stop);

  // The server answered 401 to this identity. True when asking current() again may bring another
  // one.
  bool refuse(const Identity& identity);

 private:
  struct Held {
    std::optional<Identity> identity;
    Steady::time_point read_at{};
    std::optional<Wall::time_point> expires;
    bool stale = false;     // refused
    bool fetching = false;  // by one thread, without the lock
  };

  bool rotates() const { return access_.exec || !access_.token_file.empty(); }
  bool is_fresh(const Held& held) const;
  Result<Held> fetch(net::Deadline deadline, std::stop_token stop) const;

  const ClusterAccess access_;
  const Clock& clock_;
  Guarded<Held> held_;
};

}  // namespace kollect::kube
