#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "api/attribute_path.h"
#include "api/common_rules.h"
#include "api/kind.h"
#include "api/rules.h"
#include "api/scalar.h"

namespace kollect::api {
namespace {

constexpr size_t kMostMetricLabels = 5;
constexpr std::string_view kAttributeTypes =
    "list int float bool string timestamp duration bytes object map";
constexpr std::string_view kReservedLabels = "profile gvk series";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

class ProfileRules {
 public:
  ProfileRules(const Profile& profile, const ExpressionCheck& expressions, Findings& findings)
      : profile_(profile), spec_(profile.spec), expressions_(expressions), findings_(findings) {
    for (const Attribute& attribute : spec_.attributes) names_.insert(attribute.name);
  }

  void run() {
    check_target();
    check_attributes();
    check_metrics();
    if (spec_.resource_export) check_export(*spec_.resource_export);
    warn_inert(kind_of<Profile>().fields, &profile_, findings_);
  }

 private:
  void check_target();
  void check_attributes();
  void check_attribute_name(const Path& path, const std::string& name, std::set<std::string>& seen);
  void check_attribute_path(const Path& path, std::string_view text);
  void guard_secret(const Path& path, bool reads_data);
  void check_metrics();
  void check_metric(const Path& path, const SeriesSpec& metric);
  void check_label(const Path& path, const std::string& label);
  void check_export(const ResourceExport& whole);
  void check_export_key(const Path& path, const ResourceExport& whole);
  void check_prune(const Path& path, const Prune& prune);

  const Profile& profile_;
  const ProfileSpec& spec_;
  const ExpressionCheck& expressions_;
  Findings& findings_;
  std::set<std::string> names_;
};

void ProfileRules::check_target() {
  const Path path = Path("spec") / "targetGVK";
  if (spec_.target_gvk.version.empty()) findings_.required(path / "version", "must be given");
  if (spec_.target_gvk.kind.empty()) findings_.required(path / "kind", "must be given");
}

void ProfileRules::check_attributes() {
  const Path list = Path("spec") / "attributes";
  std::set<std::string> seen;
  for (size_t i = 0; i < spec_.attributes.size(); ++i) {
    const Attribute& attribute = spec_.attributes[i];
    check_attribute_name(list[i] / "name", attribute.name, seen);
    if (attribute.path.empty()) {
      findings_.required(list[i] / "path", "must be given");
    } else {
      check_attribute_path(list[i] / "path", attribute.path);
    }
    if (!attribute.type.empty() && !has_word(kAttributeTypes, attribute.type)) {
      findings_.warn(fmt::format("{} {} is no known type and has no effect; known are {}",
                                 (list[i] / "type").text(), quoted(attribute.type),
                                 kAttributeTypes));
    }
  }
}

void ProfileRules::check_attribute_name(const Path& path, const std::string& name,
                                        std::set<std::string>& seen) {
  if (name.empty()) {
    findings_.required(path, "must be given");
  } else if (!seen.insert(name).second) {
    findings_.duplicate(path, name);
  }
}

void ProfileRules::check_attribute_path(const Path& path, std::string_view text) {
  const auto parsed = parse_attribute_path(text);
  if (!parsed) return findings_.invalid(path, text, parsed.error().message);
  if (parsed->language == PathLanguage::helm) {
    return guard_secret(path, is_helm_config(parsed->text));
  }
  const bool is_cel = parsed->language == PathLanguage::cel;
  const auto facts = is_cel ? expressions_.cel(parsed->text) : expressions_.json_path(parsed->text);
  if (!facts) return findings_.invalid(path, text, facts.error().message);
  const bool is_rfc = parsed->text.rfind("jsonpath:", 0) == 0;
  if (!is_cel && !is_rfc && contains(text, "[?(")) {
    findings_.warn(fmt::format(
        "{} uses a filter, which a later version may refuse; CEL has filter()", path.text()));
  }
  guard_secret(path, facts->reads_secret_data || names_data(parsed->text));
}

void ProfileRules::guard_secret(const Path& path, bool reads_data) {
  if (!reads_data || !is_secret(spec_.target_gvk) ||
      has_consent(profile_, kAllowSecretExtraction)) {
    return;
  }
  findings_.forbidden(path,
                      fmt::format("may read Secret data, which needs the annotation {}: \"true\"",
                                  kAllowSecretExtraction));
}

void ProfileRules::check_metrics() {
  const Path list = Path("spec") / "metrics";
  std::set<std::string> seen;
  for (size_t i = 0; i < spec_.metrics.size(); ++i) {
    check_attribute_name(list[i] / "name", spec_.metrics[i].name, seen);
    check_metric(list[i], spec_.metrics[i]);
  }
}

void ProfileRules::check_metric(const Path& path, const SeriesSpec& metric) {
  if (metric.path.empty()) {
    findings_.required(path / "path", "must be the name of an attribute");
  } else if (names_.count(metric.path) == 0) {
    findings_.invalid(path / "path", metric.path, "must be the name of an attribute");
  }
  if (metric.labels.size() > kMostMetricLabels) {
    findings_.too_many(path / "labels", metric.labels.size(), kMostMetricLabels);
  }
  for (size_t i = 0; i < metric.labels.size(); ++i)
    check_label((path / "labels")[i], metric.labels[i]);
}

void ProfileRules::check_label(const Path& path, const std::string& label) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto is_label_char = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  if (label.empty()) {
    findings_.required(path, "must be the name of an attribute");
  } else if (names_.count(label) == 0) {
    findings_.invalid(path, label, "must be the name of an attribute");
  } else if (has_word(kReservedLabels, label)) {
    findings_.invalid(path, label, "is a label that every series has already");
  } else if (!is_letter(label.front()) || !std::all_of(label.begin(), label.end(), is_label_char)) {
    findings_.invalid(path, label, "must be a Prometheus label name: [a-zA-Z_][a-zA-Z0-9_]*");
  }
}

void ProfileRules::check_export(const ResourceExport& whole) {
  const Path path = Path("spec") / "export";
  if (!whole.is_resource() && spec_.attributes.empty()) {
    findings_.required(Path("spec") / "attributes",
                       "an export in Attributes mode needs attributes");
  }
  if (whole.is_resource() && is_secret(spec_.target_gvk) &&
      !has_consent(profile_, kAllowFullResourceExport)) {
    findings_.forbidden(path / "mode",
                        fmt::format("the export of whole Secrets needs the annotation {}: \"true\"",
                                    kAllowFullResourceExport));
  }
  check_export_key(path / "as", whole);
  if (whole.prune) check_prune(path / "prune", *whole.prune);
}

void ProfileRules::check_export_key(const Path& path, const ResourceExport& whole) {
  const std::string key = whole.as.empty() ? "resource" : whole.as;
  const bool is_odd = std::any_of(key.begin(), key.end(), [](char c) {
    return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (is_blank(key) || is_odd) {
    findings_.invalid(path, key, "must not be blank and must have no slash or control character");
  } else if (whole.is_resource() && names_.count(key) > 0) {
    findings_.duplicate(path, key);
  }
}

void ProfileRules::check_prune(const Path& path, const Prune& prune) {
  for (size_t i = 0; i < prune.json_pointers.size(); ++i) {
    const std::string_view pointer = trimmed(prune.json_pointers[i]);
    bool sound = !pointer.empty() && pointer.front() == '/';
    for (size_t at = pointer.find('~'); at != std::string_view::npos;
         at = pointer.find('~', at + 1)) {
      const char next = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
      sound = sound && (next == '0' || next == '1');
    }
    if (!sound) {
      findings_.invalid((path / "jsonPointers")[i], prune.json_pointers[i],
                        "must be an RFC 6901 pointer: a leading /, and ~ only as ~0 or ~1");
    }
  }
  for (size_t i = 0; i < prune.json_paths.size(); ++i) {
    const std::string_view text = prune.json_paths[i];
    const bool is_inert = contains(text, "?(") || contains(text, "*") || contains(text, "..") ||
                          contains(text, "{") || contains(text, "}");
    if (!is_inert) continue;
    findings_.warn(
        fmt::format("{} removes nothing: filters, wildcards, .. and braces are not supported",
                    (path / "jsonPaths")[i].text()));
  }
}

}  // namespace

void check(const Profile& profile, const RuleContext& context, Findings& findings) {
  ProfileRules(profile, context.expressions, findings).run();
}

}  // namespace kollect::api
