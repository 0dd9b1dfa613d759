// Running a credential plugin, as client.authentication.k8s.io has it.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kube/kubeconfig.h"
#include "net/http.h"

namespace kollect::kube {

struct ExecCredential {
  std::string token;
  std::string certificate_pem;
  std::string key_pem;
  std::optional<Wall::time_point> expires;
};

// Runs access.exec without a terminal and reads what it prints; kills it, with its children, at the
// deadline or on a stop. Errors never show what it printed to standard output, and of standard
// error the redacted end.
Result<ExecCredential> run_exec_plugin(const ClusterAccess& access, net::Deadline deadline,
                                       std::stop_token stop);

}  // namespace kollect::kube
