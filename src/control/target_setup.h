// A target made ready: everything that decides which objects it collects and how, compiled once.
//
// Reconcilers and the command line put a TargetInput together, a TargetCompiler makes a TargetSetup
// of it, and the Collector (collector.h) carries it out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/profile.h"
#include "api/scope.h"
#include "api/target.h"
#include "base/guarded.h"
#include "control/namespace_choice.h"
#include "control/object_gates.h"
#include "extract/compiled_profile.h"
#include "store/row.h"

namespace kollect::control {

// A KollectTarget, or a KollectClusterTarget, whose namespace is empty. The two never meet (W40).
struct TargetName {
  store::Origin origin = store::Origin::target;
  std::string namespace_name;
  std::string name;

  auto operator<=>(const TargetName&) const = default;
  // `KollectTarget team-a/api`, `KollectClusterTarget api`.
  std::string text() const;
};

// All that a target's collection depends on.
struct TargetInput {
  TargetName name;
  std::string uid = {};
  int64_t generation = 0;
  std::string profile_name = {};             // with its namespace: of messages
  std::optional<api::Profile> profile = {};  // none: there is no such profile
  api::CollectionFilter filter = {};
  std::optional<api::LabelSelector> label_selector = {};
  std::vector<std::string> names = {};
  std::string watch_mode = {};
  bool is_suspended = false;
  std::optional<api::Ceiling> ceiling = {};                     // of the scope in force
  std::vector<std::string> allowed_static_ref_namespaces = {};  // of the cluster scope in force
};

TargetInput input_of(const api::Target& target, std::optional<api::Profile> profile,
                     const std::optional<api::Scope>& scope);
TargetInput input_of(const api::ClusterTarget& target, std::optional<api::Profile> profile,
                     const std::optional<api::ClusterScope>& scope);

// Why a target collects nothing: the reason as conditions spell it, and a message that names what
// to change. Words of operator.md 1.3 and 1.4.
struct Refusal {
  std::string_view reason;
  std::string message;
};

class TargetSetup {
 public:
  const TargetName& name() const { return input_.name; }
  const TargetInput& input() const { return input_; }
  const api::Gvk& gvk() const { return profile_->gvk(); }
  const std::shared_ptr<const extract::CompiledProfile>& profile() const { return profile_; }
  const ObjectGates& gates() const { return gates_; }
  const NamespaceChoice& namespaces() const { return namespaces_; }

  // Whether the other one collects exactly the same in the same way (W33).
  bool is_same(const TargetSetup& other) const;

 private:
  friend class TargetCompiler;
  TargetSetup(TargetInput input, std::shared_ptr<const extract::CompiledProfile> profile,
              ObjectGates gates, const CollectionDefaults& defaults);

  TargetInput input_;
  CollectionDefaults defaults_;
  std::shared_ptr<const extract::CompiledProfile> profile_;
  ObjectGates gates_;
  NamespaceChoice namespaces_;
};

using PreparedTarget = std::variant<std::shared_ptr<const TargetSetup>, Refusal>;

// Any thread may call. A profile that several targets share is compiled once per content.
class TargetCompiler {
 public:
  explicit TargetCompiler(CollectionDefaults defaults = {}) : defaults_(std::move(defaults)) {}

  // Suspension, the profile and the scope's kinds are judged here; its namespaces where namespaces
  // are known, in the collector.
  PreparedTarget prepare(TargetInput input);

  // How many profiles were compiled so far.
  size_t compiled() const;

 private:
  struct Known {
    api::Profile profile;
    std::weak_ptr<const extract::CompiledProfile> compiled;
  };
  struct Cache {
    std::vector<Known> known;
    size_t compiled = 0;
  };

  Result<std::shared_ptr<const extract::CompiledProfile>> compile(const api::Profile& profile);

  const CollectionDefaults defaults_;
  Guarded<Cache> cache_;
};

}  // namespace kollect::control
