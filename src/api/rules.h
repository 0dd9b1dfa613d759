// The rules of admission, for the webhook and for reconcilers alike: same rules, same texts.
//
// Start at review() in review.h for a whole AdmissionReview object, or at check() here for a
// decoded one. The rules are pure: what they need of the world comes through the two ports below.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/connection_test.h"
#include "api/findings.h"
#include "api/inventory.h"
#include "api/profile.h"
#include "api/scope.h"
#include "api/sink.h"
#include "api/target.h"
#include "base/address.h"
#include "base/result.h"

namespace kollect::api {

struct ExpressionFacts {
  // On a Secret it may read `data` or `stringData`: by name, as part of the whole object, by
  // recursion or by a computed key.
  bool reads_secret_data = false;
};

// Compiles without running. The error's message says what is wrong and where.
class ExpressionCheck {
 public:
  virtual ~ExpressionCheck() = default;
  // CEL over the variable `object`, without prefix.
  virtual Result<ExpressionFacts> cel(std::string_view expression) const = 0;
  // A kubectl path, or RFC 9535 with the prefix `jsonpath:`.
  virtual Result<ExpressionFacts> json_path(std::string_view path) const = 0;
};

// What the API server holds. Absent is an empty optional; a failed look-up is an error, never
// absence.
class ClusterView {
 public:
  virtual ~ClusterView() = default;
  // The scope in force in a namespace: of several the one with the smallest name.
  virtual Result<std::optional<Scope>> scope(std::string_view namespace_name) const = 0;
  virtual Result<std::optional<ClusterScope>> cluster_scope() const = 0;
  virtual Result<std::optional<Profile>> profile(std::string_view namespace_name,
                                                 std::string_view name) const = 0;
};

// The operator's flags that admission knows.
struct AdmissionPolicy {
  EndpointPolicy endpoints;
  int64_t max_export_bytes = 1572864;
  bool tenant_mode = false;
  std::vector<std::string> default_included_namespaces = {};
};

// References must outlive the checks.
struct RuleContext {
  const AdmissionPolicy& policy;
  const ExpressionCheck& expressions;
  const ClusterView& cluster;
};

// Everything wrong with an object, and every warning. Look-ups happen only when the object itself
// is sound.
void check(const Profile& profile, const RuleContext& context, Findings& findings);
void check(const Target& target, const RuleContext& context, Findings& findings);
void check(const Inventory& inventory, const RuleContext& context, Findings& findings);
void check(const SnapshotSink& sink, const RuleContext& context, Findings& findings);
void check(const DatabaseSink& sink, const RuleContext& context, Findings& findings);
void check(const EventSink& sink, const RuleContext& context, Findings& findings);
void check(const Scope& scope, const RuleContext& context, Findings& findings);
void check(const ConnectionTest& test, const RuleContext& context, Findings& findings);
void check(const ClusterTarget& target, const RuleContext& context, Findings& findings);
void check(const ClusterInventory& inventory, const RuleContext& context, Findings& findings);
void check(const ClusterScope& scope, const RuleContext& context, Findings& findings);

}  // namespace kollect::api
