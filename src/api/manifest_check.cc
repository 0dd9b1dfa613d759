#include "api/manifest_check.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "api/codec.h"
#include "api/review.h"
#include "api/scalar.h"
#include "api/schema_check.h"
#include "api/scope_policy.h"

namespace kollect::api {
namespace {

std::string_view namespace_of(const json::Value& object) {
  const json::Value* metadata = object.find("metadata");
  return metadata ? metadata->text("namespace") : "";
}

std::string_view name_of(const json::Value& object) {
  const json::Value* metadata = object.find("metadata");
  return metadata ? metadata->text("name") : "";
}

std::string title_of(const Kind& kind, const json::Value& object) {
  if (kind.is_cluster_scoped) return fmt::format("{} {}", kind.name, name_of(object));
  return fmt::format("{} {}/{}", kind.name, namespace_of(object), name_of(object));
}

// `spec.attributes[2].path` as the JSON pointer `/spec/attributes/2/path`.
std::string pointer_of(std::string_view path) {
  std::string out;
  bool in_brackets = false;
  if (!path.empty()) out += '/';
  for (const char c : path) {
    if (c == ']') {
      in_brackets = false;
    } else if (c == '[' || (c == '.' && !in_brackets)) {
      in_brackets = in_brackets || c == '[';
      out += '/';
    } else if (c == '~' || c == '/') {
      out += c == '~' ? "~0" : "~1";
    } else {
      out += c;
    }
  }
  return out;
}

// The line that a fault of the reader (`line 3, column 1: ...`) is about.
size_t line_of_fault(std::string_view message) {
  constexpr std::string_view kStart = "line ";
  size_t line = 1;
  if (message.starts_with(kStart))
    std::from_chars(message.data() + kStart.size(), message.data() + message.size(), line);
  return line;
}

// The API server refuses these before it asks the rules.
void check_names(const Kind& kind, const json::Value& object, Findings& findings) {
  const Path metadata("metadata");
  const std::string_view name = name_of(object);
  const std::string_view space = namespace_of(object);
  if (name.empty()) {
    findings.required(metadata / "name", "must be given");
  } else if (!is_dns_subdomain(name)) {
    findings.invalid(metadata / "name", name, "must be a DNS-1123 subdomain");
  }
  if (!kind.is_cluster_scoped && !space.empty() && !is_dns_label(space))
    findings.invalid(metadata / "namespace", space, "must be a DNS-1123 label");
}

// The manifests of the run as a cluster. Objects that do not decode are not there.
class ManifestCluster : public ClusterView {
 public:
  void add(const Kind& kind, const json::Value& object) {
    if (&kind == &kind_of<Scope>()) keep(object, scopes_[std::string(namespace_of(object))]);
    if (&kind == &kind_of<ClusterScope>()) keep(object, cluster_scopes_);
    if (&kind == &kind_of<Profile>()) keep(object, profiles_[std::string(namespace_of(object))]);
  }

  Result<std::optional<Scope>> scope(std::string_view namespace_name) const override {
    const auto found = scopes_.find(namespace_name);
    return found == scopes_.end() ? std::nullopt : copy_of(in_force(found->second));
  }

  Result<std::optional<ClusterScope>> cluster_scope() const override {
    return copy_of(in_force(cluster_scopes_));
  }

  Result<std::optional<Profile>> profile(std::string_view namespace_name,
                                         std::string_view name) const override {
    const auto found = profiles_.find(namespace_name);
    if (found == profiles_.end()) return std::optional<Profile>();
    for (const Profile& profile : found->second) {
      if (profile.metadata.name == name) return std::optional<Profile>(profile);
    }
    return std::optional<Profile>();
  }

 private:
  template <typename Object>
  static void keep(const json::Value& object, std::vector<Object>& list) {
    Findings findings;
    Object decoded = decode<Object>(object, findings);
    if (findings.ok()) list.push_back(std::move(decoded));
  }

  template <typename Object>
  static std::optional<Object> copy_of(const Object* object) {
    return object ? std::optional<Object>(*object) : std::nullopt;
  }

  std::map<std::string, std::vector<Scope>, std::less<>> scopes_;
  std::map<std::string, std::vector<Profile>, std::less<>> profiles_;
  std::vector<ClusterScope> cluster_scopes_;
};

// A namespaced object without a namespace goes to the default one, as kubectl sends it.
json::Value with_namespace(const Kind& kind, const json::Value& object, std::string_view fallback,
                           json::Arena& arena) {
  const json::Value* metadata = object.find("metadata");
  const json::Value* given = metadata ? metadata->find("namespace") : nullptr;
  const bool is_named = given && !(given->is_string() && given->as_string().empty());
  if (kind.is_cluster_scoped || !metadata || !metadata->is_object() || is_named) return object;
  std::vector<json::Member> inner(metadata->members().begin(), metadata->members().end());
  inner.push_back({"namespace", arena.string(fallback)});
  std::vector<json::Member> outer(object.members().begin(), object.members().end());
  outer.push_back({"metadata", arena.object(inner)});
  return arena.object(outer);
}

}  // namespace

std::string ManifestFinding::text() const {
  const std::string who = object.empty() ? "" : object + ": ";
  return fmt::format("{}:{}: {}{}{}", file, line, severity == Severity::warning ? "warning: " : "",
                     who, message);
}

size_t ManifestCheck::Manifest::line_of(std::string_view path) const {
  const size_t found = lines->at(pointer + pointer_of(path));
  return found ? found : line;
}

void ManifestCheck::add(const std::string& file, std::string_view text) {
  json::Arena& arena = *arenas_.emplace_back(std::make_unique<json::Arena>());
  files_.push_back(file);
  auto documents = yaml::parse_all(text, arena, {.lines = true});
  if (!documents) {
    const std::string message = documents.error().text();
    unread_.push_back({file, line_of_fault(message), Severity::error, "", "", message});
    return;
  }
  for (yaml::Document& document : *documents) {
    const auto lines = std::make_shared<const yaml::Lines>(std::move(document.lines));
    add_object(document.root, {file, lines, "", document.line}, arena);
  }
}

void ManifestCheck::add_items(const json::Value& list, const Place& place, json::Arena& arena) {
  const auto items = list.find("items")->items();
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string pointer = fmt::format("{}/items/{}", place.pointer, i);
    const size_t line = place.lines->at(pointer);
    add_object(items[i], {place.file, place.lines, pointer, line ? line : place.line}, arena);
  }
}

void ManifestCheck::add_object(const json::Value& object, const Place& place, json::Arena& arena) {
  const std::string_view version = object.is_object() ? object.text("apiVersion") : "";
  if (!object.is_object() || version.empty()) {
    unread_.push_back({place.file, place.line, Severity::error, "", "", "not a Kubernetes object"});
    return;
  }
  const json::Value* items = object.find("items");
  if (object.text("kind").ends_with("List") && items != nullptr && items->is_array())
    return add_items(object, place, arena);
  if (version.substr(0, version.find('/')) != kGroup) {
    ++passed_over_;
    return;
  }
  const Kind* kind = find_kind(object.text("kind"));
  if (kind == nullptr || version != kApiVersion) {
    unread_.push_back({place.file, place.line, Severity::error, "", "kind",
                       fmt::format("no kind {} in {}", quoted(object.text("kind")), version)});
    return;
  }
  const json::Value defaulted =
      with_defaults(*kind, with_namespace(*kind, object, default_namespace_, arena), arena);
  manifests_.push_back(
      {place.file, kind, defaulted, object, place.lines, place.pointer, place.line});
}

void ManifestCheck::check_manifest(const Manifest& manifest, const ClusterView& cluster,
                                   std::vector<ManifestFinding>& out) const {
  const RuleContext context{policy_, expressions_, cluster};
  Findings all;
  check_names(*manifest.kind, manifest.given, all);
  check_schema(*manifest.kind, manifest.object, all);
  all.merge(unknown_fields(*manifest.kind, manifest.given));
  all.merge(review(*manifest.kind, manifest.object, Operation::create, context).findings);
  const std::string title = title_of(*manifest.kind, manifest.object);
  for (const FieldError& error : all.errors()) {
    out.push_back({manifest.file, manifest.line_of(error.path), Severity::error, title, error.path,
                   error.text()});
  }
  for (const std::string& warning : all.warnings()) {
    const size_t line = manifest.line_of(warning.substr(0, warning.find(' ')));
    out.push_back({manifest.file, line, Severity::warning, title, "", warning});
  }
}

std::unique_ptr<const ClusterView> ManifestCheck::cluster() const {
  auto out = std::make_unique<ManifestCluster>();
  for (const Manifest& manifest : manifests_) out->add(*manifest.kind, manifest.object);
  return out;
}

std::vector<ManifestFinding> ManifestCheck::findings() const {
  const auto known = cluster();
  std::vector<ManifestFinding> out = unread_;
  for (const Manifest& manifest : manifests_) check_manifest(manifest, *known, out);
  std::map<std::string_view, size_t> order;
  for (const std::string& file : files_) order.emplace(file, order.size());
  std::stable_sort(out.begin(), out.end(), [&](const ManifestFinding& a, const ManifestFinding& b) {
    return a.file != b.file ? order[a.file] < order[b.file] : a.line < b.line;
  });
  return out;
}

}  // namespace kollect::api
