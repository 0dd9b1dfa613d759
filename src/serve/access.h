// Who may ask: bearer tokens and permissions, reviewed by the API server and remembered for a
// while.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "kube/client.h"
#include "net/http.h"

namespace kollect::serve {

// Whom a token belongs to.
struct Caller {
  std::string user;
  std::string uid = {};
  std::vector<std::string> groups = {};
  std::vector<std::pair<std::string, std::vector<std::string>>> extra = {};
};

// A verb on a path that is no resource: `get` on `/metrics`.
struct PathAccess {
  std::string verb;
  std::string path;
};

kube::Request token_review(const std::string& token);
// Nobody: the token was rejected. Fault::unavailable for an answer that says neither.
Result<std::optional<Caller>> read_token_review(std::string_view answer);
// Its answer is read by kube::read_access_review.
kube::Request access_review(const Caller& caller, const PathAccess& access);

// The API server as those who decide; both wait for it.
struct Reviewers {
  std::function<Result<std::optional<Caller>>(const std::string& token)> authenticate;
  std::function<Result<bool>(const Caller& caller, const PathAccess& access)> authorize;
};
// The client outlives them; a stop ends what they wait for.
Reviewers reviewers_of(const kube::KubeClient& client, std::stop_token stop);

struct AccessAges {
  std::chrono::seconds token{60};
  std::chrono::seconds allowed{300};
  std::chrono::seconds denied{30};
};

struct AccessVerdict {
  int status = 200;  // 401: no or a rejected token; 403: not permitted; 500: no review to be had
  std::string why = {};
  // Null lets the request through; else the answer.
  std::optional<net::Response> refusal() const;
};

// Any thread may ask; reviews run without a lock. Tokens are kept as digests; errors are not kept.
class AccessGate {
 public:
  // The clock outlives this.
  explicit AccessGate(Reviewers reviewers, AccessAges ages = {},
                      const Clock& clock = system_clock());

  AccessVerdict judge(const net::Request& request, const PathAccess& access);

 private:
  // Values with an end; the oldest gives way.
  template <typename Value>
  struct Remembered {
    struct Entry {
      Value value;
      Steady::time_point end;
    };
    std::map<std::string, Entry> entries;
    std::deque<std::string> order;

    std::optional<Value> find(const std::string& key, Steady::time_point now) const;
    void keep(const std::string& key, Value value, Steady::time_point end);
  };

  Result<std::optional<Caller>> caller_of(const std::string& token, const std::string& digest);
  Result<bool> is_allowed(const Caller& caller, const std::string& digest,
                          const PathAccess& access);

  const Reviewers reviewers_;
  const AccessAges ages_;
  const Clock& clock_;
  Guarded<Remembered<std::optional<Caller>>> callers_;
  Guarded<Remembered<bool>> decisions_;
};

}  // namespace kollect::serve
