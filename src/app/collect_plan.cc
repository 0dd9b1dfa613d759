#include "app/collect_plan.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "api/manifest_check.h"
#include "extract/expression_check.h"

namespace kollect::app {

namespace {

using control::TargetInput;

constexpr std::string_view kNoTarget =
    "there is no KollectTarget in the files: a profile says what to read of an object, a target "
    "says "
    "of which objects.\n"
    "Add one, for example for all objects of the kind of profile {1}:\n\n"
    "apiVersion: kollect.dev/v1alpha1\n"
    "kind: KollectTarget\n"
    "metadata:\n"
    "  name: {0}\n"
    "  namespace: {2}\n"
    "spec:\n"
    "  profileRef: {0}\n"
    "  namespaceSelector: {{}}";

// Whether a finding is about something that collection uses; one without an object is about a file
// that cannot be read.
bool concerns(const api::ManifestFinding& finding) {
  constexpr std::string_view kUsed[] = {"",
                                        "KollectProfile",
                                        "KollectTarget",
                                        "KollectClusterTarget",
                                        "KollectScope",
                                        "KollectClusterScope"};
  const std::string_view object = finding.object;
  return std::ranges::find(kUsed, object.substr(0, object.find(' '))) != std::end(kUsed);
}

// Tells every finding as `kollect validate` does.
Status tell_findings(const api::ManifestCheck& check, const Console& console, Warnings warnings) {
  size_t errors = 0;
  for (const api::ManifestFinding& finding : check.findings()) {
    if (!concerns(finding)) continue;
    const bool is_warning = finding.severity == api::Severity::warning;
    if (is_warning && warnings == Warnings::leave_out) continue;
    if (!is_warning) ++errors;
    console.err(finding.text() + "\n");
  }
  if (errors == 0) return {};
  return invalid(fmt::format("{} error{} in the manifests", errors, errors == 1 ? "" : "s"));
}

template <typename Object>
Status look_for_twins(const api::ManifestCheck& check) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const Object& object : check.all<Object>())
    names.emplace_back(object.metadata.namespace_name, object.metadata.name);
  std::ranges::sort(names);
  const auto twin = std::ranges::adjacent_find(names);
  if (twin == names.end()) return {};
  return invalid(fmt::format("{} {}{}{} is given twice", api::kind_of<Object>().name, twin->first,
                             twin->first.empty() ? "" : "/", twin->second));
}

Status look_for_twins_of_all(const api::ManifestCheck& check) {
  if (Status profiles = look_for_twins<api::Profile>(check); !profiles) return profiles;
  if (Status targets = look_for_twins<api::Target>(check); !targets) return targets;
  return look_for_twins<api::ClusterTarget>(check);
}

Result<std::vector<TargetInput>> inputs_of(const api::ManifestCheck& check) {
  const auto cluster = check.cluster();
  std::vector<TargetInput> inputs;
  for (const api::Target& target : check.all<api::Target>()) {
    const std::string& ns = target.metadata.namespace_name;
    const auto scope = cluster->scope(ns);
    if (!scope) return scope.error();
    auto profile = cluster->profile(ns, target.spec.profile_ref);
    if (!profile) return profile.error();
    inputs.push_back(control::input_of(target, *std::move(profile), *scope));
  }
  const auto scope = cluster->cluster_scope();
  if (!scope) return scope.error();
  for (const api::ClusterTarget& target : check.all<api::ClusterTarget>()) {
    const api::ObjectRef& ref = target.spec.profile_ref;
    auto profile = cluster->profile(ref.namespace_name, ref.name);
    if (!profile) return profile.error();
    inputs.push_back(control::input_of(target, *std::move(profile), *scope));
  }
  return inputs;
}

Error no_target(const api::ManifestCheck& check) {
  const auto profiles = check.all<api::Profile>();
  if (profiles.empty())
    return invalid("there is no KollectTarget in the files, nor a KollectProfile");
  const api::Metadata& first = profiles.front().metadata;
  return invalid(fmt::format(kNoTarget, first.name, first.namespace_name + '/' + first.name,
                             first.namespace_name));
}

Result<PlannedTarget> planned(TargetInput input, control::TargetCompiler& compiler) {
  PlannedTarget target{.name = input.name, .gvk = {}, .wanted = control::Refusal{}};
  if (!input.profile) {
    return invalid(fmt::format("{} refers to KollectProfile {}, which is not in the files",
                               input.name.text(), input.profile_name));
  }
  target.gvk = input.profile->spec.target_gvk;
  const bool is_suspended = input.is_suspended;
  target.wanted = compiler.prepare(std::move(input));
  const auto* refusal = std::get_if<control::Refusal>(&target.wanted);
  if (refusal != nullptr && !is_suspended) {
    return invalid(
        fmt::format("{}: {}: {}", target.name.text(), refusal->reason, refusal->message));
  }
  return target;
}

}  // namespace

Result<CollectPlan> plan_collection(const std::vector<std::string>& files,
                                    const std::string& default_namespace, const Console& console,
                                    Warnings warnings) {
  const api::AdmissionPolicy policy;
  const extract::ExpressionCompilers expressions;
  api::ManifestCheck check(policy, expressions, default_namespace);
  for (const std::string& file : files) {
    const auto text = console.read(file);
    if (!text) return text.error();
    check.add(file == "-" ? "standard input" : file, *text);
  }
  if (Status sound = tell_findings(check, console, warnings); !sound) return sound.error();
  if (Status single = look_for_twins_of_all(check); !single) return single.error();
  auto inputs = inputs_of(check);
  if (!inputs) return inputs.error();
  if (inputs->empty()) return no_target(check);
  std::ranges::sort(*inputs, {}, &TargetInput::name);
  CollectPlan plan;
  control::TargetCompiler compiler;
  for (TargetInput& input : *inputs) {
    auto target = planned(std::move(input), compiler);
    if (!target) return target.error();
    plan.targets.push_back(*std::move(target));
  }
  if (const size_t others = check.passed_over(); others > 0) {
    plan.remarks.push_back(fmt::format("{} of other groups than kollect.dev {} not used",
                                       others == 1 ? "1 object" : fmt::format("{} objects", others),
                                       others == 1 ? "is" : "are"));
  }
  return plan;
}

}  // namespace kollect::app
