// What this process may do, asked of the server (SelfSubjectAccessReview) and remembered for a
// while.
#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "kube/gvk.h"
#include "kube/request.h"
#include "metrics/registry.h"

namespace kollect::kube {

struct AccessQuestion {
  Gvr resource;
  std::string ns = {};  // empty: in all namespaces, or a resource of the cluster
  std::string verb = "list";

  auto operator<=>(const AccessQuestion&) const = default;
};

Request access_review(const AccessQuestion& question);

// Whether the answer (a SelfSubjectAccessReview) allows it. Fault::unavailable for an answer that
// says nothing, and for one that does not allow because an authorizer failed without denying.
Result<bool> read_access_review(std::string_view answer);

struct AccessReviewOptions {
  std::chrono::milliseconds age{30'000};  // how long a decision is believed
  size_t capacity = 4096;                 // the decision used longest ago gives way
};

// Decisions, allowed and denied, never errors. Any thread may call; counts hits and misses in
// kollect_access_cache_total.
class AccessReviews {
 public:
  // Asks the server and waits: send access_review(), then read_access_review(). Null: there is
  // nobody to ask, and everything is allowed.
  using Ask = std::function<Result<bool>(const AccessQuestion&)>;

  // Registry and clock outlive this.
  explicit AccessReviews(metrics::Registry& registry, AccessReviewOptions options = {},
                         const Clock& clock = system_clock());

  // The decision that is remembered, or a review; no lock is held while it runs.
  Result<bool> check(const AccessQuestion& question, const Ask& ask);

  // The two halves of check(), for those who may not wait.
  std::optional<bool> find(const AccessQuestion& question);
  void keep(const AccessQuestion& question, bool is_allowed);

  // Nothing is remembered any more.
  void forget();
  size_t size() const;

 private:
  struct Decision {
    AccessQuestion question;
    bool is_allowed;
    Steady::time_point made_at;
  };
  struct Cache {
    std::list<Decision> recent;  // the one used last is first
    std::map<AccessQuestion, std::list<Decision>::iterator> by_question;
  };

  const AccessReviewOptions options_;
  const Clock& clock_;
  const metrics::Counter hits_;
  const metrics::Counter misses_;
  Guarded<Cache> cache_;
};

}  // namespace kollect::kube
