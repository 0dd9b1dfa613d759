#include "kubectl.h"

#include <fmt/format.h>

#include "net/testing/certificates.h"
#include "shell.h"

namespace kollect::testing {

KubectlOutcome kubectl(const KubeApiserver& server, const std::string& arguments) {
  const ShellOutcome done = shell(
      fmt::format("KUBECONFIG='{}' '{}' {} 2>&1", server.kubeconfig, server.kubectl, arguments));
  return {.ok = done.code == 0, .text = done.out};
}

KubectlOutcome kubectl_with(const KubeApiserver& server, const std::string& arguments,
                            const std::string& text) {
  const net::TemporaryFolder folder;
  return kubectl(server, fmt::format("{} -f '{}'", arguments, folder.write("manifest", text)));
}

KubectlOutcome install_definitions(const KubeApiserver& server) {
  KubectlOutcome applied =
      kubectl(server, "apply --warnings-as-errors -f '" KOLLECT_SOURCE_DIR "/deploy/crds'");
  if (!applied.ok) return applied;
  const KubectlOutcome established =
      kubectl(server, "wait --for=condition=Established crd --all --timeout=60s");
  if (!established.ok) return established;
  return applied;
}

}  // namespace kollect::testing
