#include "bench/manifests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json_write.h"

namespace kollect::bench {

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

}  // namespace

std::string manifests(const Wanted& wanted) {
  const api::Gvk gvk = profile_of(wanted.resource, {}).target_gvk;
  std::string out = fmt::format(
      "apiVersion: kollect.dev/v1alpha1\nkind: KollectProfile\n"
      "metadata: {{namespace: {}, name: objects}}\nspec:\n"
      "  targetGVK: {{group: {}, version: {}, kind: {}}}\n  attributes:\n",
      kHome, quoted(gvk.group), gvk.version, gvk.kind);
  for (const auto& [name, path] : wanted.attributes)
    out += fmt::format("  - {{name: {}, path: {}}}\n", name, quoted(path));
  for (const WantedTarget& target : wanted.targets) {
    const std::string where =
        target.namespaces.empty()
            ? "namespaceSelector: {}"
            : fmt::format("includedNamespaces: [{}]", fmt::join(target.namespaces, ", "));
    out += fmt::format(
        "---\napiVersion: kollect.dev/v1alpha1\nkind: KollectTarget\n"
        "metadata: {{namespace: {}, name: {}}}\nspec: {{profileRef: objects, {}}}\n",
        kHome, target.name, where);
  }
  return out;
}

std::string kubeconfig(uint16_t port, const std::string& ca_file) {
  const std::string trust =
      ca_file.empty() ? "" : fmt::format(", certificate-authority: {}", quoted(ca_file));
  return fmt::format(
      "{{apiVersion: v1, kind: Config, current-context: replay,"
      " clusters: [{{name: replay, cluster: {{server: '{}'{}}}}}],"
      " contexts: [{{name: replay, context: {{cluster: replay, user: replay}}}}],"
      " users: [{{name: replay, user: {{}}}}]}}",
      server_url(port, !ca_file.empty()), trust);
}

size_t values_bytes(std::string_view line, std::span<const NamedPath> attributes) {
  constexpr std::string_view kKey = R"("attributes":{)";
  const size_t begin = line.find(kKey);
  const size_t end = line.find_last_not_of('}');
  if (begin == std::string_view::npos || end < begin) return 0;
  size_t around = attributes.size() - 1;  // commas
  for (const NamedPath& attribute : attributes) around += attribute.name.size() + 3;
  return end + 1 - begin - kKey.size() - around;
}

std::string server_url(uint16_t port, bool is_tls) {
  return fmt::format("{}://127.0.0.1:{}", is_tls ? "https" : "http", port);
}

}  // namespace kollect::bench
