#include "control/target_setup.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/names.h"
#include "api/scope_policy.h"

namespace kollect::control {

namespace {

constexpr std::string_view kSuspended = "Suspended";
constexpr std::string_view kMissingProfileRef = "MissingProfileRef";
constexpr std::string_view kProfileNotFound = "ProfileNotFound";
constexpr std::string_view kKindDenied = "ScopeGVKDenied";
constexpr std::string_view kNamespaceDenied = "ScopeNamespaceDenied";
constexpr std::string_view kRegistrationFailed = "InformerRegistrationFailed";

bool is_opt_in(const TargetInput& input) { return input.watch_mode == "OptIn"; }

// What of a profile decides rows; its labels and resourceVersion do not.
bool is_same_profile(const api::Profile& a, const api::Profile& b) {
  const auto consents = [](const api::Profile& profile) {
    return std::pair(has_consent(profile, api::kAllowSecretExtraction),
                     has_consent(profile, api::kAllowFullResourceExport));
  };
  return a.metadata.namespace_name == b.metadata.namespace_name &&
         a.metadata.name == b.metadata.name && a.metadata.uid == b.metadata.uid &&
         a.metadata.generation == b.metadata.generation && consents(a) == consents(b) &&
         a.spec == b.spec;
}

// The kinds that a scope must allow: the profile's, and those of the rules (F11).
std::optional<Refusal> denied_kind(const TargetInput& input) {
  if (!input.ceiling) return std::nullopt;
  const auto refusal = [](const api::Gvk& gvk) {
    return Refusal{kKindDenied,
                   fmt::format("{} is not among the allowedGVKs of the scope", api::text(gvk))};
  };
  const api::Gvk& watched = input.profile->spec.target_gvk;
  if (!allows_kind(*input.ceiling, watched)) return refusal(watched);
  for (const api::ResourceRule& rule : input.filter.resource_rules) {
    if (!allows_kind(*input.ceiling, rule.gvk)) return refusal(rule.gvk);
  }
  return std::nullopt;
}

std::optional<Refusal> refused(const TargetInput& input) {
  if (input.is_suspended) return Refusal{kSuspended, "spec.suspend is true"};
  if (input.profile_name.empty())
    return Refusal{kMissingProfileRef, "spec.profileRef names no profile"};
  if (!input.profile) {
    return Refusal{kProfileNotFound,
                   fmt::format("there is no KollectProfile {}", input.profile_name)};
  }
  if (!api::permits(input.allowed_static_ref_namespaces, input.profile->metadata.namespace_name)) {
    return Refusal{kNamespaceDenied,
                   fmt::format("the cluster scope does not allow profiles of namespace {}",
                               input.profile->metadata.namespace_name)};
  }
  return denied_kind(input);
}

}  // namespace

std::string TargetName::text() const {
  if (origin == store::Origin::cluster_target) return "KollectClusterTarget " + name;
  return "KollectTarget " + namespace_name + '/' + name;
}

TargetInput input_of(const api::Target& target, std::optional<api::Profile> profile,
                     const std::optional<api::Scope>& scope) {
  const auto& [metadata, spec, status] = target;
  TargetInput input{.name = {store::Origin::target, metadata.namespace_name, metadata.name},
                    .uid = metadata.uid,
                    .generation = metadata.generation.value_or(0)};
  if (!spec.profile_ref.empty())
    input.profile_name = metadata.namespace_name + '/' + spec.profile_ref;
  input.profile = std::move(profile);
  input.filter = spec.filter;
  input.label_selector = spec.label_selector;
  input.names = spec.names;
  input.watch_mode = spec.watch_mode;
  input.is_suspended = spec.suspend.value_or(false);
  if (scope) input.ceiling = scope->spec.ceiling;
  return input;
}

TargetInput input_of(const api::ClusterTarget& target, std::optional<api::Profile> profile,
                     const std::optional<api::ClusterScope>& scope) {
  const auto& [metadata, spec, status] = target;
  TargetInput input{.name = {store::Origin::cluster_target, "", metadata.name},
                    .uid = metadata.uid,
                    .generation = metadata.generation.value_or(0)};
  if (!spec.profile_ref.name.empty())
    input.profile_name = spec.profile_ref.namespace_name + '/' + spec.profile_ref.name;
  input.profile = std::move(profile);
  input.filter = spec.filter;
  input.is_suspended = spec.suspend.value_or(false);
  if (!scope) return input;
  input.ceiling = scope->spec.ceiling;
  input.allowed_static_ref_namespaces = scope->spec.allowed_static_ref_namespaces;
  return input;
}

TargetSetup::TargetSetup(TargetInput input, std::shared_ptr<const extract::CompiledProfile> profile,
                         ObjectGates gates, const CollectionDefaults& defaults)
    : input_(std::move(input)),
      defaults_(defaults),
      profile_(std::move(profile)),
      gates_(std::move(gates)),
      namespaces_(input_.filter, input_.ceiling, defaults) {}

bool TargetSetup::is_same(const TargetSetup& other) const {
  const TargetInput& a = input_;
  const TargetInput& b = other.input_;
  return a.name == b.name && a.uid == b.uid && a.generation == b.generation &&
         is_same_profile(*a.profile, *b.profile) && a.filter == b.filter &&
         a.label_selector == b.label_selector && a.names == b.names &&
         is_opt_in(a) == is_opt_in(b) && a.ceiling == b.ceiling && defaults_ == other.defaults_;
}

PreparedTarget TargetCompiler::prepare(TargetInput input) {
  if (auto refusal = refused(input)) return *std::move(refusal);
  auto profile = compile(*input.profile);
  if (!profile) {
    return Refusal{kRegistrationFailed, fmt::format("KollectProfile {}: {}", input.profile_name,
                                                    profile.error().text())};
  }
  const GateSpec gate_spec{.rules = input.filter.resource_rules,
                           .label_selector = input.label_selector,
                           .names = input.names,
                           .mode = is_opt_in(input) ? WatchMode::opt_in : WatchMode::all};
  auto gates = ObjectGates::compile(gate_spec, (*profile)->gvk());
  if (!gates) return Refusal{kRegistrationFailed, gates.error().text()};
  return std::make_shared<const TargetSetup>(
      TargetSetup(std::move(input), *std::move(profile), *std::move(gates), defaults_));
}

size_t TargetCompiler::compiled() const {
  return cache_.read([](const Cache& cache) { return cache.compiled; });
}

Result<std::shared_ptr<const extract::CompiledProfile>> TargetCompiler::compile(
    const api::Profile& profile) {
  using Compiled = std::shared_ptr<const extract::CompiledProfile>;
  const Compiled known = cache_.with([&](Cache& cache) -> Compiled {
    std::erase_if(cache.known, [](const Known& one) { return one.compiled.expired(); });
    for (const Known& one : cache.known) {
      if (is_same_profile(one.profile, profile)) return one.compiled.lock();
    }
    return nullptr;
  });
  if (known) return known;
  auto made = extract::compile_profile(
      profile.spec, {.scrub_keys = defaults_.scrub_keys,
                     .may_read_secrets = has_consent(profile, api::kAllowSecretExtraction),
                     .may_export_secrets = has_consent(profile, api::kAllowFullResourceExport)});
  if (!made) return made;
  cache_.with([&](Cache& cache) {
    ++cache.compiled;
    cache.known.push_back({profile, *made});
  });
  return made;
}

}  // namespace kollect::control
