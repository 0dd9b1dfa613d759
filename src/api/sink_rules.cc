#include <fmt/format.h>

#include "api/common_rules.h"
#include "api/endpoint_rules.h"
#include "api/kind.h"
#include "api/rules.h"
#include "api/scalar.h"
#include "api/text_rules.h"

namespace kollect::api {
namespace {

// What the three kinds have in common, as the shared rules see it.
struct Subject {
  const Kind& kind;
  const void* object;
  const Metadata& metadata;
  const void* spec;
  const std::string& type;
  const SinkCommon& common;
};

template <typename Sink>
Subject subject_of(const Sink& sink) {
  return {kind_of<Sink>(), &sink, sink.metadata, &sink.spec, sink.spec.type, sink.spec.common};
}

std::span<const Field> spec_fields(const Kind& kind) {
  return find_field(kind.fields, "spec")->fields;
}

bool is_git_family(std::string_view type) { return type == "git" || type == "gitlab"; }

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Whether the type is one of the kind's; nothing else is checked when it is not.
bool check_type(const Subject& sink, Findings& findings) {
  const Path path = Path("spec") / "type";
  const std::string_view types = find_field(spec_fields(sink.kind), "type")->values;
  if (is_blank(sink.type)) {
    findings.required(path, fmt::format("one of {}", types));
  } else if (!has_word(types, sink.type)) {
    findings.unsupported(path, sink.type, types);
  }
  return has_word(types, sink.type);
}

void check_common(const Subject& sink, Findings& findings) {
  const Path spec("spec");
  const SinkCommon& common = sink.common;
  check_path_template(spec / "pathTemplate", common.path_template, findings);
  check_interval(spec / "exportMinInterval", common.export_min_interval, findings);
  check_serialization(spec, sink.type, common, findings);
  if (common.provisioning && common.provisioning->naming) {
    check_path_template(spec / "provisioning" / "naming" / "template",
                        common.provisioning->naming->path_template, findings);
  }
  check_options(spec / "options", common.options, findings);
  if (common.tls) check_tls(spec / "tls", *common.tls, findings);
  check_blocks(spec_fields(sink.kind), sink.spec, sink.type, findings);
}

void check_present(const Path& path, bool present, Findings& findings) {
  if (!present) findings.required(path, "the sink type needs this block");
}

void check_not_blank(const Path& path, std::string_view text, Findings& findings) {
  if (is_blank(text)) findings.required(path, "must not be blank");
}

void warn_common(const Subject& sink, const std::string& format, Findings& findings) {
  const auto& provisioning = sink.common.provisioning;
  if (provisioning && lower(trimmed(provisioning->mode)) == "existing") {
    findings.warn(
        "spec.provisioning.mode existing: nothing is created; the destination must be there");
  }
  if (format == "parquet") {
    findings.warn(
        "format parquet: identity becomes typed columns, attributes stay one JSON column unless "
        "they are listed as hot attributes");
  }
  warn_inert(sink.kind.fields, sink.object, findings);
}

bool writes_tree(const SinkCommon& common) {
  return common.layout && (common.layout->mode == "perResource" || common.layout->mode == "split");
}

void warn_git_family(const SinkCommon& common, const std::string& format, Findings& findings) {
  const bool is_chosen = common.serialization && !is_blank(common.serialization->format);
  if (!is_chosen) {
    findings.warn("spec.serialization.format defaults to yaml; set json to write JSON");
  }
  const std::string_view path = trimmed(common.path_template);
  constexpr std::string_view kJson = ".json";
  if (format != "json" && path.size() >= kJson.size() &&
      path.substr(path.size() - kJson.size()) == kJson) {
    findings.warn(fmt::format(
        "spec.pathTemplate ends in .json and the format is {}; use {{extension}}", format));
  }
  if (common.layout && common.layout->content == "manifest") {
    findings.warn("spec.layout.content manifest needs profiles with export.mode Resource");
  }
  if (writes_tree(common)) {
    findings.warn(fmt::format("spec.layout.mode {} removes stale files of the managed tree",
                              common.layout->mode));
  }
}

// Two clusters that write the same document overwrite each other.
void warn_shared_path(const Subject& sink, const std::string& format, Findings& findings) {
  const SinkCommon& common = sink.common;
  if (is_blank(common.cluster) || format == "parquet" || writes_tree(common)) return;
  if (contains(common.path_template, "{cluster}")) return;
  findings.warn(
      "spec.cluster is set and the document path has no {cluster}: clusters that share this "
      "destination overwrite each other");
}

void check_snapshot_blocks(const SnapshotSinkSpec& spec, const EndpointPolicy& policy,
                           Findings& findings) {
  const Path path("spec");
  const bool git_family = is_git_family(spec.type);
  if (spec.type == "git" && spec.git) check_git(path / "git", *spec.git, findings);
  if (git_family && spec.common.layout)
    check_layout(path / "layout", *spec.common.layout, findings);
  const EndpointForm form = git_family ? EndpointForm::git : EndpointForm::bucket;
  check_endpoint(path / "endpoint", spec.common.endpoint, form, policy, findings);
  const std::string_view endpoint = trimmed(spec.common.endpoint);
  const bool is_odd = !endpoint.empty() && (endpoint.front() == '-' || contains(endpoint, "\n") ||
                                            contains(endpoint, std::string_view("\0", 1)));
  if (git_family && is_odd) {
    findings.forbidden(path / "endpoint", "must not start with - or hold a line end");
  }
}

void warn_snapshot(const SnapshotSinkSpec& spec, Findings& findings) {
  if (spec.git && spec.git->push_policy == "ForcePush") {
    findings.warn("spec.git.pushPolicy ForcePush overwrites the remote history");
  }
  if (spec.common.serialization && spec.object_store && !spec.object_store->format.empty()) {
    findings.warn("spec.serialization wins over spec.objectStore.format");
  }
  const auto* request =
      spec.gitlab && spec.gitlab->merge_request ? &*spec.gitlab->merge_request : nullptr;
  if (request && request->mode == "merge_request" && is_blank(request->target_branch)) {
    findings.warn("spec.gitlab.mergeRequest.targetBranch is missing; exports fail without it");
  }
}

void check_bigquery(const Path& path, const BigQuerySpec& spec, Findings& findings) {
  check_not_blank(path / "project", spec.project, findings);
  check_not_blank(path / "dataset", spec.dataset, findings);
  check_not_blank(path / "table", spec.table, findings);
  if (spec.secret_ref) {
    check_not_blank(path / "secretRef" / "name", spec.secret_ref->name, findings);
  }
}

void check_nats(const EventSinkSpec& spec, const EndpointPolicy& policy, Findings& findings) {
  const Path path("spec");
  const bool has_url = spec.nats && !is_blank(spec.nats->url);
  check_endpoint(has_url ? path / "nats" / "url" : path / "endpoint",
                 has_url ? spec.nats->url : spec.common.endpoint, EndpointForm::url, policy,
                 findings);
  if (!spec.nats) return;
  const std::string& subject = spec.nats->subject;
  if (subject.find_first_of("*>") != std::string::npos) {
    findings.invalid(path / "nats" / "subject", subject, "must not hold the wildcards * and >");
  }
}

void check_kafka(const EventSinkSpec& spec, const EndpointPolicy& policy, Findings& findings) {
  if (!spec.kafka) return;
  const Path path = Path("spec") / "kafka" / "brokers";
  for (size_t i = 0; i < spec.kafka->brokers.size(); ++i) {
    check_endpoint(path[i], spec.kafka->brokers[i], EndpointForm::authority, policy, findings);
  }
}

// A Secret of another namespace needs the word of the cluster's administrator.
void check_foreign_secrets(const Subject& sink, const RuleContext& context, Findings& findings) {
  std::vector<SecretUse> foreign;
  for (const SecretUse& use : secret_uses(sink.kind.fields, sink.object)) {
    const std::string_view name = trimmed(use.ref->namespace_name);
    if (!name.empty() && name != sink.metadata.namespace_name) foreign.push_back(use);
  }
  if (foreign.empty()) return;
  const auto scope = context.policy.tenant_mode ? Result<std::optional<ClusterScope>>(std::nullopt)
                                                : context.cluster.cluster_scope();
  if (!scope) {
    return findings.internal(Path("spec"),
                             "look up the KollectClusterScope: " + scope.error().text());
  }
  for (const SecretUse& use : foreign) {
    const std::string_view name = trimmed(use.ref->namespace_name);
    if (*scope && has((*scope)->spec.allowed_static_ref_namespaces, name)) {
      findings.warn(fmt::format("{}: a Secret of namespace {} is read for cluster inventories only",
                                use.path.text(), quoted(name)));
    } else {
      findings.forbidden(
          use.path / "namespace",
          "a Secret of another namespace needs a KollectClusterScope that lists the namespace "
          "in allowedStaticRefNamespaces");
    }
  }
}

void check_policy(const Subject& sink, const RuleContext& context, Findings& findings) {
  if (!findings.ok()) return;
  const auto scope = context.cluster.scope(sink.metadata.namespace_name);
  if (!scope) {
    return findings.internal(Path("spec"),
                             "look up the KollectScope in force: " + scope.error().text());
  }
  if (*scope && sink.common.export_min_interval) {
    check_floor(Path("spec") / "exportMinInterval", *sink.common.export_min_interval,
                (*scope)->spec.ceiling, findings);
  }
  check_foreign_secrets(sink, context, findings);
}

}  // namespace

void check(const SnapshotSink& sink, const RuleContext& context, Findings& findings) {
  const Subject subject = subject_of(sink);
  if (!check_type(subject, findings)) return;
  check_common(subject, findings);
  check_snapshot_blocks(sink.spec, context.policy.endpoints, findings);
  const ObjectStoreSpec* store = sink.spec.object_store ? &*sink.spec.object_store : nullptr;
  const std::string format = effective_format(sink.spec.type, sink.spec.common, store);
  warn_snapshot(sink.spec, findings);
  warn_common(subject, format, findings);
  if (is_git_family(sink.spec.type)) warn_git_family(sink.spec.common, format, findings);
  warn_shared_path(subject, format, findings);
  check_policy(subject, context, findings);
}

void check(const DatabaseSink& sink, const RuleContext& context, Findings& findings) {
  const Subject subject = subject_of(sink);
  if (!check_type(subject, findings)) return;
  check_common(subject, findings);
  const DatabaseSinkSpec& spec = sink.spec;
  const Path path("spec");
  if (spec.type == "postgres")
    check_present(path / "postgres", spec.postgres.has_value(), findings);
  if (spec.type == "mongodb") check_present(path / "mongodb", spec.mongodb.has_value(), findings);
  if (spec.type == "bigquery")
    check_present(path / "bigquery", spec.bigquery.has_value(), findings);
  if (spec.type == "bigquery" && spec.bigquery)
    check_bigquery(path / "bigquery", *spec.bigquery, findings);
  warn_common(subject, effective_format(spec.type, spec.common, nullptr), findings);
  check_policy(subject, context, findings);
}

void check(const EventSink& sink, const RuleContext& context, Findings& findings) {
  const Subject subject = subject_of(sink);
  if (!check_type(subject, findings)) return;
  check_common(subject, findings);
  const EventSinkSpec& spec = sink.spec;
  if (spec.type == "nats") {
    check_present(Path("spec") / "nats", spec.nats.has_value(), findings);
    check_nats(spec, context.policy.endpoints, findings);
  } else {
    check_present(Path("spec") / "kafka", spec.kafka.has_value(), findings);
    check_kafka(spec, context.policy.endpoints, findings);
  }
  warn_common(subject, effective_format(spec.type, spec.common, nullptr), findings);
  check_policy(subject, context, findings);
}

}  // namespace kollect::api
