// How to reach a cluster and as whom: kubeconfig files by kubectl's rules, or the service account
// of a pod.
//
// Reading decides nothing about time: tokens that rotate and plugins that must be run are only
// described here and brought to life by credentials.h.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/tls.h"

namespace kollect::kube {

// Environment variables by name; a port, so that tests need not set any.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// A program that prints credentials (client.authentication.k8s.io).
struct ExecPlugin {
  std::string api_version;  // client.authentication.k8s.io/v1 or /v1beta1
  std::string command;      // absolute, or a name to be found in PATH
  std::vector<std::string> args = {};
  std::vector<std::pair<std::string, std::string>> environment =
      {};                           // added to that of the process
  std::string install_hint = {};    // shown when the program is missing
  bool provide_cluster = false;     // hand it the description of the cluster
  std::string cluster_config = {};  // JSON of the cluster's extension for it, handed over too
};

struct Impersonation {
  std::string user;  // empty: nobody
  std::string uid = {};
  std::vector<std::string> groups = {};
  std::vector<std::pair<std::string, std::vector<std::string>>> extra = {};
};

// One cluster, seen as one user. At most one of token, token_file, username and exec is set.
struct ClusterAccess {
  std::string context = {};  // its name; empty for in-cluster
  std::string server = {};   // https://host:port, perhaps with a path; no slash at the end
  std::string ns = "default";
  net::TlsClient tls = {};
  std::string proxy_url = {};
  std::string token = {};
  std::string token_file = {};
  std::string username = {};
  std::string password = {};
  std::optional<ExecPlugin> exec = std::nullopt;
  Impersonation impersonation = {};
};

// The merged content of kubeconfig files: of entries of the same name the first file's counts as a
// whole, and the first current-context. Immutable.
class Kubeconfig {
 public:
  // Every file must exist for Missing::refuse, else those that do not are left out. Fault::missing
  // when none is left, Fault::invalid for what is no kubeconfig; both name the file.
  enum class Missing { refuse, leave_out };
  static Result<Kubeconfig> load(const std::vector<std::string>& paths, Missing missing);

  std::vector<std::string> context_names() const;  // ascending
  const std::string& current_context() const { return current_context_; }

  // Of the named context, or of the current one. File names are made absolute by the folder of
  // their kubeconfig. Fault::missing for a name that leads nowhere, Fault::invalid for
  // contradicting, malformed or no longer supported entries.
  Result<ClusterAccess> access(std::string_view context = {}) const;

 private:
  struct Entry {
    json::Value value;
    std::string folder;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  Kubeconfig() = default;
  Status add_file(const std::string& path, std::string_view text);

  json::Arena arena_;
  Entries clusters_;
  Entries users_;
  Entries contexts_;
  std::string current_context_;
};

// What people give on a command line, all optional.
struct AccessFlags {
  std::string kubeconfig = {};
  std::string context = {};
  std::string ns = {};
};

// As kubectl looks for it: the flag's file, else the files of $KUBECONFIG, else ~/.kube/config,
// else, when there is none and no context was asked for, the service account of this pod.
Result<ClusterAccess> find_access(const AccessFlags& flags, const Environment& environment);

inline constexpr std::string_view kServiceAccountFolder =
    "/var/run/secrets/kubernetes.io/serviceaccount";

// The service account of this pod: address from the environment; token, authority and namespace
// from the folder. The token is re-read, as it rotates. Fault::missing when this is no pod.
Result<ClusterAccess> in_cluster_access(
    const Environment& environment, const std::string& folder = std::string(kServiceAccountFolder));

}  // namespace kollect::kube
