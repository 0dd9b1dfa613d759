#include <array>
#include <set>

#include <fmt/format.h>

#include "api/common_rules.h"
#include "api/kind.h"
#include "api/rules.h"
#include "api/scalar.h"
#include "api/scope_policy.h"

namespace kollect::api {
namespace {

// One of the three lists of references with what a scope permits for its family.
struct Family {
  std::string_view list;
  std::vector<SinkRef> SinkRefs::*refs;
  std::vector<std::string> SinkAllowLists::*allowed;
};

constexpr std::array<Family, 3> kFamilies = {{
    {"snapshotSinkRefs", &SinkRefs::snapshot, &SinkAllowLists::snapshot},
    {"databaseSinkRefs", &SinkRefs::database, &SinkAllowLists::database},
    {"eventSinkRefs", &SinkRefs::event, &SinkAllowLists::event},
}};

enum class RefNamespace { forbidden, allowed };

template <typename Visit>
void each_ref(const SinkRefs& refs, const Visit& visit) {
  for (const Family& family : kFamilies) {
    const std::vector<SinkRef>& list = refs.*family.refs;
    for (size_t i = 0; i < list.size(); ++i) visit(family, i, list[i]);
  }
}

Path place(const Family& family, size_t index) { return (Path("spec") / family.list)[index]; }

void check_bytes(const Path& path, std::optional<int64_t> bytes, int64_t cap, Findings& findings) {
  if (!bytes || (*bytes > 0 && *bytes <= cap)) return;
  findings.invalid_json(path, std::to_string(*bytes),
                        fmt::format("must be above 0 and at most {}, the operator's cap", cap));
}

void check_ref_namespace(const Path& path, const SinkRef& ref, RefNamespace mode,
                         Findings& findings) {
  if (is_blank(ref.namespace_name)) return;
  if (mode == RefNamespace::forbidden) {
    findings.forbidden(path, "a KollectInventory refers to sinks of its own namespace only");
  } else if (!is_dns_label(ref.namespace_name)) {
    findings.invalid(path, ref.namespace_name, "must be a DNS-1123 label");
  }
}

void check_sink_refs(const SinkRefs& refs, RefNamespace mode, const AdmissionPolicy& policy,
                     Findings& findings) {
  const size_t total = refs.snapshot.size() + refs.database.size() + refs.event.size();
  if (total > kMostSinkRefs) {
    return findings.invalid_json(
        Path("spec"), std::to_string(total),
        fmt::format("must have at most {} sink references in all", kMostSinkRefs));
  }
  std::set<std::pair<std::string_view, std::string>> seen;
  each_ref(refs, [&](const Family& family, size_t i, const SinkRef& ref) {
    const Path path = place(family, i);
    check_local_ref(path / "name", ref.name, findings);
    if (!ref.name.empty() && !seen.emplace(family.list, ref.name).second) {
      findings.duplicate(path / "name", ref.name);
    }
    check_ref_namespace(path / "namespace", ref, mode, findings);
    check_interval(path / "exportMinInterval", ref.export_min_interval, findings);
    check_bytes(path / "maxExportBytes", ref.max_export_bytes, policy.max_export_bytes, findings);
  });
}

// The contract reports the intervals of references under `sinkRefs`, with the index inside their
// list.
void check_floors(std::optional<Duration> interval, const SinkRefs& refs, const Ceiling& ceiling,
                  Findings& findings) {
  check_floor(Path("spec") / "exportMinInterval", interval.value_or(kDefaultExportInterval),
              ceiling, findings);
  each_ref(refs, [&](const Family&, size_t i, const SinkRef& ref) {
    if (!ref.export_min_interval) return;
    check_floor((Path("spec") / "sinkRefs")[i] / "exportMinInterval", *ref.export_min_interval,
                ceiling, findings);
  });
}

void check_inventory_scope(const Inventory& inventory, const Scope& scope, Findings& findings) {
  check_floors(inventory.spec.export_min_interval, inventory.spec.sink_refs, scope.spec.ceiling,
               findings);
  each_ref(inventory.spec.sink_refs, [&](const Family& family, size_t i, const SinkRef& ref) {
    if (permits(scope.spec.sinks.*family.allowed, ref.name)) return;
    findings.forbidden(place(family, i) / "name",
                       fmt::format("{} is not in {} of KollectScope {}", quoted(ref.name),
                                   family.list, quoted(scope.metadata.name)));
  });
}

void check_namespaces(const std::vector<std::string>& names, Findings& findings) {
  std::set<std::string> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    const Path path = (Path("spec") / "namespaces")[i];
    if (is_blank(names[i])) {
      findings.required(path, "must not be empty");
    } else if (trimmed(names[i]) != names[i]) {
      findings.invalid(path, names[i], "must not be surrounded by whitespace");
    } else if (!seen.insert(names[i]).second) {
      findings.duplicate(path, names[i]);
    } else if (!is_dns_label(names[i])) {
      findings.invalid(path, names[i], "must be a DNS-1123 label");
    }
  }
}

void check_cluster_spec(const ClusterInventorySpec& spec, const AdmissionPolicy& policy,
                        Findings& findings) {
  const Path path("spec");
  if (spec.profile_ref) check_cluster_ref(path / "profileRef", *spec.profile_ref, findings);
  for (size_t i = 0; i < spec.target_refs.size(); ++i) {
    check_local_ref((path / "targetRefs")[i], spec.target_refs[i], findings);
  }
  check_namespaces(spec.namespaces, findings);
  check_selector(path / "targetSelector", spec.target_selector, findings);
  check_selector(path / "namespaceSelector", spec.namespace_selector, findings);
  const bool has_selector = spec.namespace_selector && !spec.namespace_selector->is_empty();
  if (!has_selector && spec.namespaces.empty()) {
    findings.required(
        path / "namespaceSelector",
        "without labels, expressions or names in spec.namespaces it would roll up the whole "
        "cluster");
  }
  check_sink_refs(spec.sink_refs, RefNamespace::allowed, policy, findings);
  if (spec.sink_namespace.find('/') != std::string::npos) {
    findings.invalid(path / "sinkNamespace", spec.sink_namespace, "must be a bare name");
  }
  check_interval(path / "exportMinInterval", spec.export_min_interval, findings);
  if (!spec.dedupe.empty() && spec.dedupe != "keepAll" && spec.dedupe != "byResourceUID") {
    findings.unsupported(path / "dedupe", spec.dedupe, "keepAll byResourceUID");
  }
}

void check_static_namespace(std::string_view what, std::string_view namespace_name,
                            const ClusterScope& scope, Findings& findings) {
  if (permits(scope.spec.allowed_static_ref_namespaces, namespace_name)) return;
  findings.forbidden(Path("spec"),
                     fmt::format("{}: namespace {} is not in allowedStaticRefNamespaces of "
                                 "KollectClusterScope {}",
                                 what, quoted(namespace_name), quoted(scope.metadata.name)));
}

void check_cluster_scope(const ClusterInventorySpec& spec, const ClusterScope& scope,
                         Findings& findings) {
  if (spec.profile_ref) {
    check_static_namespace("profileRef", spec.profile_ref->namespace_name, scope, findings);
  }
  each_ref(spec.sink_refs, [&](const Family& family, size_t i, const SinkRef& ref) {
    const std::string what = fmt::format("{}[{}]", family.list, i);
    const bool is_default = is_blank(ref.namespace_name);
    check_static_namespace(what,
                           is_default ? sink_namespace(spec) : std::string_view(ref.namespace_name),
                           scope, findings);
    if (permits(scope.spec.sinks.*family.allowed, ref.name)) return;
    findings.forbidden(Path("spec"),
                       fmt::format("{}: sink {} is not in {} of KollectClusterScope {}", what,
                                   quoted(ref.name), family.list, quoted(scope.metadata.name)));
  });
  check_floors(spec.export_min_interval, spec.sink_refs, scope.spec.ceiling, findings);
}

void check_cluster_policy(const ClusterInventorySpec& spec, const RuleContext& context,
                          Findings& findings) {
  const auto floor = context.cluster.scope(sink_namespace(spec));
  const auto scope = context.cluster.cluster_scope();
  if (!floor || !scope) {
    const Error& error = floor ? scope.error() : floor.error();
    return findings.internal(Path("spec"), "look up the scopes in force: " + error.text());
  }
  if (*floor)
    check_floors(spec.export_min_interval, spec.sink_refs, (*floor)->spec.ceiling, findings);
  if (*scope) check_cluster_scope(spec, **scope, findings);
}

}  // namespace

void check(const Inventory& inventory, const RuleContext& context, Findings& findings) {
  const InventorySpec& spec = inventory.spec;
  const Path path("spec");
  check_sink_refs(spec.sink_refs, RefNamespace::forbidden, context.policy, findings);
  check_interval(path / "exportMinInterval", spec.export_min_interval, findings);
  check_bytes(path / "maxExportBytes", spec.max_export_bytes, context.policy.max_export_bytes,
              findings);
  if (inventory.metadata.namespace_name == "cluster") {
    findings.warn(
        "a KollectInventory in the namespace \"cluster\" shares paths and keys with cluster "
        "inventories of the same name");
  }
  warn_inert(kind_of<Inventory>().fields, &inventory, findings);
  if (!findings.ok()) return;
  const auto scope = context.cluster.scope(inventory.metadata.namespace_name);
  if (!scope) {
    return findings.internal(path, "look up the KollectScope in force: " + scope.error().text());
  }
  if (*scope) check_inventory_scope(inventory, **scope, findings);
}

void check(const ClusterInventory& inventory, const RuleContext& context, Findings& findings) {
  if (context.policy.tenant_mode) {
    return findings.plain(Path("spec"),
                          "KollectClusterInventory needs cluster-wide rights, which the "
                          "operator does not have in tenant mode");
  }
  check_cluster_spec(inventory.spec, context.policy, findings);
  warn_inert(kind_of<ClusterInventory>().fields, &inventory, findings);
  if (findings.ok()) check_cluster_policy(inventory.spec, context, findings);
}

}  // namespace kollect::api
