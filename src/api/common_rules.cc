#include "api/common_rules.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "api/inventory.h"
#include "api/scalar.h"

namespace kollect::api {
namespace {

constexpr std::string_view kBadLabelKey =
    "must be a label key: a name of at most 63 characters, with an optional DNS-1123 subdomain and "
    "'/' before it";
constexpr std::string_view kBadLabelValue =
    "must be empty or a label value of at most 63 characters";

void check_requirement(const Path& path, const LabelRequirement& requirement, Findings& findings) {
  if (is_blank(requirement.key)) {
    findings.required(path / "key", "a label key must be given");
  } else if (!is_label_key(requirement.key)) {
    findings.invalid(path / "key", requirement.key, std::string(kBadLabelKey));
  }
  for (size_t i = 0; i < requirement.values.size(); ++i) {
    const std::string& value = requirement.values[i];
    if (!is_label_value(value))
      findings.invalid((path / "values")[i], value, std::string(kBadLabelValue));
  }
  if (requirement.op == "In" || requirement.op == "NotIn") {
    if (requirement.values.empty()) {
      findings.required(path / "values", "must be given when the operator is In or NotIn");
    }
  } else if (requirement.op == "Exists" || requirement.op == "DoesNotExist") {
    if (!requirement.values.empty()) {
      findings.forbidden(path / "values",
                         "must not be given when the operator is Exists or DoesNotExist");
    }
  } else {
    findings.unsupported(path / "operator", requirement.op, "In NotIn Exists DoesNotExist");
  }
}

bool is_empty(const Field& field, const void* value) {
  return (field.type == FieldType::text && static_cast<const std::string*>(value)->empty()) ||
         (field.type == FieldType::text_map && static_cast<const TextMap*>(value)->empty());
}

// Calls `visit(field, value, path)` for every value that is given, and goes below an object when it
// answers yes.
template <typename Visit>
void each_given(std::span<const Field> fields, const void* owner, const Path& path,
                const Visit& visit) {
  for (const Field& field : fields) {
    const Path here = field.is_inline() ? path : path / field.name;
    for (size_t i = 0; const void* value = field.member.nth(owner, i); ++i) {
      if (field.member.is_bare && is_empty(field, value)) break;
      const Path item = field.is_list() ? here[i] : here;
      const bool below = field.is_inline() || visit(field, value, item);
      if (below && field.type == FieldType::object) each_given(field.fields, value, item, visit);
    }
  }
}

}  // namespace

void check_local_ref(const Path& path, std::string_view name, Findings& findings) {
  if (is_blank(name)) {
    findings.required(path, "a name must be given");
  } else if (name.find('/') != std::string_view::npos) {
    findings.invalid(path, name, "must be a bare name of an object in the same namespace");
  }
}

void check_cluster_ref(const Path& path, const ObjectRef& ref, Findings& findings) {
  if (is_blank(ref.name)) {
    findings.required(path / "name", "a name must be given");
  } else if (ref.name.find('/') != std::string::npos) {
    findings.invalid(path / "name", ref.name,
                     "must be a bare name; the namespace has its own field");
  } else if (!is_dns_subdomain(ref.name)) {
    findings.invalid(path / "name", ref.name, "must be a DNS-1123 subdomain");
  }
  if (is_blank(ref.namespace_name)) {
    findings.required(path / "namespace",
                      "a cluster kind has no namespace of its own to fall back to");
  } else if (!is_dns_label(ref.namespace_name)) {
    findings.invalid(path / "namespace", ref.namespace_name, "must be a DNS-1123 label");
  }
}

void check_interval(const Path& path, std::optional<Duration> interval, Findings& findings) {
  if (!interval) return;
  if (*interval < Duration(0)) {
    findings.invalid(path, duration_text(*interval), "must not be negative");
  } else if (*interval > kMostExportInterval) {
    findings.invalid(path, duration_text(*interval), "must be at most 24h");
  }
}

void check_unique(const Path& path, const std::vector<std::string>& list, Findings& findings) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < list.size(); ++i) {
    if (is_blank(list[i])) {
      findings.invalid(path[i], list[i], "must not be empty");
    } else if (!seen.insert(list[i]).second) {
      findings.invalid(path[i], list[i], "is a duplicate entry");
    }
  }
}

void check_rule_gvk(const Path& path, const Gvk& gvk, Findings& findings) {
  if (gvk.version.empty() || gvk.kind.empty()) {
    findings.required(path, "version and kind must be given");
  }
}

void check_selector(const Path& path, const std::optional<LabelSelector>& selector,
                    Findings& findings) {
  if (!selector) return;
  check_labels(path / "matchLabels", selector->match_labels, findings);
  check_requirements(path / "matchExpressions", selector->match_expressions, findings);
}

void check_labels(const Path& path, const TextMap& labels, Findings& findings) {
  for (const auto& [key, value] : labels) {
    if (!is_label_key(key)) findings.invalid(path.key(key), key, std::string(kBadLabelKey));
    if (!is_label_value(value)) findings.invalid(path.key(key), value, std::string(kBadLabelValue));
  }
}

void check_requirements(const Path& path, const std::vector<LabelRequirement>& requirements,
                        Findings& findings) {
  for (size_t i = 0; i < requirements.size(); ++i) {
    check_requirement(path[i], requirements[i], findings);
  }
}

void check_floor(const Path& path, Duration interval, const Ceiling& ceiling, Findings& findings) {
  const Duration floor = ceiling.min_export_interval.value_or(Duration(0));
  if (floor > Duration(0) && interval < floor) {
    findings.invalid(path, duration_text(interval),
                     fmt::format("must be at least {}, the minExportInterval of the scope",
                                 duration_text(floor)));
  }
}

void warn_inert(std::span<const Field> fields, const void* object, Findings& findings) {
  each_given(fields, object, Path(), [&](const Field& field, const void*, const Path& path) {
    if (!field.inert.empty()) findings.warn(fmt::format("{} {}", path.text(), field.inert));
    return field.inert.empty();
  });
}

void check_blocks(std::span<const Field> spec_fields, const void* spec, std::string_view sink_type,
                  Findings& findings) {
  each_given(spec_fields, spec, Path("spec"),
             [&](const Field& field, const void*, const Path& path) {
               if (!field.only_types.empty() && !has_word(field.only_types, sink_type)) {
                 findings.forbidden(path, fmt::format("not allowed for sink type {}", sink_type));
               }
               return false;
             });
}

std::vector<SecretUse> secret_uses(std::span<const Field> fields, const void* object) {
  std::vector<SecretUse> uses;
  each_given(fields, object, Path(), [&](const Field& field, const void* value, const Path& path) {
    if (field.secret_ref) uses.push_back({path, static_cast<const ObjectRef*>(value)});
    return !field.secret_ref;
  });
  return uses;
}

bool has(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace kollect::api
