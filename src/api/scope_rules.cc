#include <fmt/format.h>

#include "api/common_rules.h"
#include "api/kind.h"
#include "api/rules.h"
#include "api/scalar.h"

namespace kollect::api {
namespace {

void check_ceiling(const Ceiling& ceiling, Findings& findings) {
  const Path spec("spec");
  for (size_t i = 0; i < ceiling.allowed_gvks.size(); ++i) {
    check_rule_gvk((spec / "allowedGVKs")[i], ceiling.allowed_gvks[i], findings);
  }
  check_unique(spec / "allowedNamespaces", ceiling.allowed_namespaces, findings);
  check_unique(spec / "deniedNamespaces", ceiling.denied_namespaces, findings);
  check_interval(spec / "minExportInterval", ceiling.min_export_interval, findings);
}

// The contract reports only the first problem of the three lists, as one plain sentence.
void check_sink_lists(const SinkAllowLists& sinks, Findings& findings) {
  const Path spec("spec");
  Findings found;
  check_unique(spec / "snapshotSinkRefs", sinks.snapshot, found);
  check_unique(spec / "databaseSinkRefs", sinks.database, found);
  check_unique(spec / "eventSinkRefs", sinks.event, found);
  if (found.ok()) return;
  const FieldError& first = found.errors().front();
  findings.add({ErrorType::plain, first.path, "",
                fmt::format("{}: {} {}", first.path, first.value, first.detail)});
}

}  // namespace

void check(const Scope& scope, const RuleContext&, Findings& findings) {
  check_ceiling(scope.spec.ceiling, findings);
  check_sink_lists(scope.spec.sinks, findings);
}

void check(const ClusterScope& scope, const RuleContext&, Findings& findings) {
  check_ceiling(scope.spec.ceiling, findings);
  check_sink_lists(scope.spec.sinks, findings);
}

void check(const ConnectionTest& test, const RuleContext&, Findings& findings) {
  const Path path = Path("spec") / "sinkRef";
  const TestedSink& sink = test.spec.sink_ref;
  const std::pair<std::string_view, const std::string*> members[] = {
      {"snapshotSinkRef", &sink.snapshot},
      {"databaseSinkRef", &sink.database},
      {"eventSinkRef", &sink.event},
  };
  size_t set = 0;
  std::string given;
  for (const auto& [name, value] : members) {
    if (value->empty()) continue;
    ++set;
    given += (given.empty() ? "" : ", ") + std::string(name);
  }
  if (set == 0) findings.required(path, "exactly one member must be set");
  if (set > 1) findings.invalid(path, given, "exactly one member must be set");
  for (const auto& [name, value] : members) {
    if (set == 1 && !value->empty()) check_local_ref(path / name, *value, findings);
  }
  if (!test.spec.profile_ref.empty()) {
    check_local_ref(Path("spec") / "profileRef", test.spec.profile_ref, findings);
  }
  warn_inert(kind_of<ConnectionTest>().fields, &test, findings);
}

}  // namespace kollect::api
