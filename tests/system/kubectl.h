// The world's kubectl, as admin.
#pragma once

#include <string>

#include "world/world.h"

namespace kollect::testing {

struct KubectlOutcome {
  bool ok = false;
  std::string text;  // both streams
};

KubectlOutcome kubectl(const KubeApiserver& server, const std::string& arguments);
// `kubectl <arguments> -f <a file with this text>`.
KubectlOutcome kubectl_with(const KubeApiserver& server, const std::string& arguments,
                            const std::string& text);
// deploy/crds, applied and established; a warning is a failure.
KubectlOutcome install_definitions(const KubeApiserver& server);

}  // namespace kollect::testing
