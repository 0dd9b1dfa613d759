#include "kube/kubeconfig.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/json_write.h"
#include "base/text.h"
#include "base/yaml.h"
#include "kube/detail/fields.h"
#include "kube/detail/small_file.h"
#include "net/url.h"

namespace kollect::kube {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

// Relative names are seen from the folder of the file that holds them.
std::string seen_from(const std::string& folder, const std::string& name) {
  if (name.empty() || fs::path(name).is_absolute()) return name;
  return (fs::path(folder) / name).lexically_normal().string();
}

// Content wins over a file name.
void read_material(Fields& fields, const std::string& folder, std::string_view key,
                   std::pair<std::string*, std::string*> to) {
  *to.first = fields.bytes(std::string(key) + "-data");
  if (to.first->empty()) *to.second = seen_from(folder, fields.text(key));
}

Status read_server(Fields& fields, ClusterAccess& access) {
  access.server = fields.text("server");
  if (access.server.empty()) return invalid("the cluster has no server");
  const bool has_tls = !access.tls.ca_pem.empty() || !access.tls.ca_file.empty();
  if (access.server.find("://") == std::string::npos)
    access.server.insert(0, has_tls ? "https://" : "http://");
  const auto url = net::parse_url(access.server);
  if (!url || (url->scheme != "https" && url->scheme != "http") || url->query || url->fragment) {
    return invalid("the cluster's server is no http or https URL");
  }
  while (access.server.ends_with('/')) access.server.pop_back();
  return {};
}

// What a plugin is told about the cluster by its extension.
std::string exec_config(const json::Value& cluster) {
  const json::Value* extensions = cluster.find("extensions");
  if (extensions == nullptr || !extensions->is_array()) return {};
  for (const json::Value& item : extensions->items()) {
    const json::Value* extension = item.find("extension");
    if (item.text("name") == kExecExtension && extension != nullptr)
      return json::to_text(*extension);
  }
  return {};
}

Status read_cluster(const json::Value& cluster, const std::string& folder, ClusterAccess& access) {
  Fields fields(cluster, "cluster");
  read_material(fields, folder, "certificate-authority", {&access.tls.ca_pem, &access.tls.ca_file});
  access.tls.server_name = fields.text("tls-server-name");
  access.tls.insecure_skip_verify = fields.flag("insecure-skip-tls-verify");
  access.proxy_url = fields.text("proxy-url");
  if (Status server = read_server(fields, access); !server) return server;
  if (!access.proxy_url.empty() && !net::parse_url(access.proxy_url))
    return invalid("the cluster's proxy-url is no URL");
  const bool has_authority = !access.tls.ca_pem.empty() || !access.tls.ca_file.empty();
  if (access.tls.insecure_skip_verify && has_authority) {
    return invalid(
        "the cluster has both a certificate-authority and insecure-skip-tls-verify: remove one");
  }
  return fields.status();
}

// We have no terminal to lend to a plugin, so one that insists on it cannot be run.
Status check_exec(const ExecPlugin& exec, const std::string& mode) {
  const bool v1 = exec.api_version == "client.authentication.k8s.io/v1";
  if (exec.command.empty()) return invalid("user.exec has no command");
  if (!v1 && exec.api_version != "client.authentication.k8s.io/v1beta1") {
    return invalid(fmt::format(
        "user.exec.apiVersion '{}' is neither client.authentication.k8s.io/v1 nor v1beta1",
        exec.api_version));
  }
  if (v1 && mode.empty())
    return invalid("user.exec.interactiveMode is missing, and v1 wants it: Never or IfAvailable");
  if (mode == "Always")
    return invalid("user.exec.interactiveMode is Always, but this program has no terminal to give");
  if (!mode.empty() && mode != "Never" && mode != "IfAvailable") {
    return invalid("user.exec.interactiveMode is none of Never, IfAvailable, Always");
  }
  return {};
}

Status read_exec(const json::Value& value, const std::string& folder, ClusterAccess& access) {
  Fields fields(value, "user.exec");
  ExecPlugin exec;
  exec.api_version = fields.text("apiVersion");
  exec.command = fields.text("command");
  if (exec.command.find('/') != std::string::npos) exec.command = seen_from(folder, exec.command);
  exec.args = fields.texts("args");
  exec.environment = fields.pairs("env");
  exec.install_hint = fields.text("installHint");
  exec.provide_cluster = fields.flag("provideClusterInfo");
  const std::string mode = fields.text("interactiveMode");
  if (Status status = fields.status(); !status) return status;
  if (Status status = check_exec(exec, mode); !status) return status;
  access.exec = std::move(exec);
  return {};
}

void read_impersonation(Fields& fields, Impersonation& to) {
  to.user = fields.text("as");
  to.uid = fields.text("as-uid");
  to.groups = fields.texts("as-groups");
  const json::Value* extra = fields.member("as-user-extra");
  if (extra == nullptr || !extra->is_object()) return;
  for (const json::Member& member : extra->members()) {
    to.extra.emplace_back(member.key, Fields(*extra, "user.as-user-extra").texts(member.key));
  }
}

Status check_user(const ClusterAccess& access) {
  const net::TlsClient& tls = access.tls;
  const bool certificate = !tls.certificate_pem.empty() || !tls.certificate_file.empty();
  const bool key = !tls.key_pem.empty() || !tls.key_file.empty();
  if (certificate != key)
    return invalid("the user has a client certificate without its key, or a key alone");
  const int ways = (access.token.empty() && access.token_file.empty() ? 0 : 1) +
                   (access.username.empty() ? 0 : 1) + (access.exec ? 1 : 0);
  if (ways > 1) return invalid("the user has more than one of token, username and exec: keep one");
  const Impersonation& as = access.impersonation;
  if (as.user.empty() && (!as.uid.empty() || !as.groups.empty() || !as.extra.empty())) {
    return invalid("the user has as-uid, as-groups or as-user-extra, but no 'as'");
  }
  return {};
}

Status read_user(const json::Value& user, const std::string& folder, ClusterAccess& access) {
  Fields fields(user, "user");
  if (const json::Value* provider = fields.member("auth-provider")) {
    return invalid(fmt::format(
        "the user relies on auth-provider '{}', which Kubernetes has removed: use an exec plugin",
        provider->text("name")));
  }
  net::TlsClient& tls = access.tls;
  read_material(fields, folder, "client-certificate",
                {&tls.certificate_pem, &tls.certificate_file});
  read_material(fields, folder, "client-key", {&tls.key_pem, &tls.key_file});
  access.token_file = seen_from(folder, fields.text("tokenFile"));
  access.token = fields.text("token");
  if (!access.token_file.empty()) access.token.clear();
  access.username = fields.text("username");
  access.password = fields.text("password");
  read_impersonation(fields, access.impersonation);
  if (const json::Value* exec = fields.member("exec")) {
    if (Status status = read_exec(*exec, folder, access); !status) return status;
  }
  if (Status status = fields.status(); !status) return status;
  return check_user(access);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  size_t start = 0;
  while (start <= text.size()) {
    const size_t end = std::min(text.find(separator, start), text.size());
    if (end > start) parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  };
}

Status Kubeconfig::add_file(const std::string& path, std::string_view text) {
  const auto root = yaml::parse(text, arena_);
  if (!root) return root.error();
  if (root->is_null()) return {};
  if (!root->is_object()) return invalid("no kubeconfig: not a map");
  const std::string folder = fs::absolute(path).parent_path().string();
  const auto add = [&](std::string_view list, std::string_view inner, Entries& entries) {
    const json::Value* items = root->find(list);
    if (items == nullptr || !items->is_array()) return;
    for (const json::Value& item : items->items()) {
      const json::Value* value = item.find(inner);
      entries.try_emplace(std::string(item.text("name")),
                          Entry{value != nullptr ? *value : json::Value(), folder});
    }
  };
  add("clusters", "cluster", clusters_);
  add("users", "user", users_);
  add("contexts", "context", contexts_);
  if (current_context_.empty()) current_context_ = root->text("current-context");
  return {};
}

Result<Kubeconfig> Kubeconfig::load(const std::vector<std::string>& paths, Missing missing_files) {
  Kubeconfig config;
  size_t read = 0;
  for (const std::string& path : paths) {
    const auto text = read_small_file(path);
    if (!text && text.error().fault == Fault::missing && missing_files == Missing::leave_out)
      continue;
    if (!text) return text.error();
    if (Status status = config.add_file(path, *text); !status) return status.error().in(path);
    ++read;
  }
  if (read == 0) return missing("there is no kubeconfig: give --kubeconfig or set KUBECONFIG");
  return config;
}

std::vector<std::string> Kubeconfig::context_names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : contexts_) names.push_back(name);
  return names;
}

Result<ClusterAccess> Kubeconfig::access(std::string_view context) const {
  const std::string name(context.empty() ? current_context_ : context);
  if (name.empty()) return missing("the kubeconfig has no current-context: name a context");
  const auto found = contexts_.find(name);
  if (found == contexts_.end())
    return missing(fmt::format("the kubeconfig has no context '{}'", name));
  const std::string where = fmt::format("kubeconfig context '{}'", name);
  Fields fields(found->second.value, "context");
  const std::string cluster_name = fields.text("cluster");
  const std::string user_name = fields.text("user");
  ClusterAccess access{.context = name};
  if (const std::string ns = fields.text("namespace"); !ns.empty()) access.ns = ns;
  if (Status status = fields.status(); !status) return status.error().in(where);
  const auto cluster = clusters_.find(cluster_name);
  if (cluster == clusters_.end())
    return missing(fmt::format("there is no cluster '{}'", cluster_name)).in(where);
  if (Status status = read_cluster(cluster->second.value, cluster->second.folder, access);
      !status) {
    return status.error().in(where);
  }
  if (user_name.empty()) return access;
  const auto user = users_.find(user_name);
  if (user == users_.end())
    return missing(fmt::format("there is no user '{}'", user_name)).in(where);
  if (Status status = read_user(user->second.value, user->second.folder, access); !status) {
    return status.error().in(where);
  }
  if (access.exec) access.exec->cluster_config = exec_config(cluster->second.value);
  return access;
}

Result<ClusterAccess> find_access(const AccessFlags& flags, const Environment& environment) {
  std::vector<std::string> paths = split(environment("KUBECONFIG").value_or(""), ':');
  const bool from_flag = !flags.kubeconfig.empty();
  if (from_flag) paths = {flags.kubeconfig};
  if (paths.empty()) paths = {environment("HOME").value_or("") + "/.kube/config"};
  const auto config = Kubeconfig::load(
      paths, from_flag ? Kubeconfig::Missing::refuse : Kubeconfig::Missing::leave_out);
  Result<ClusterAccess> access =
      config ? config->access(flags.context) : Result<ClusterAccess>(config.error());
  if (!config && config.error().fault == Fault::missing && !from_flag && flags.context.empty()) {
    auto pod = in_cluster_access(environment);
    if (pod) access = std::move(pod);
  }
  if (access && !flags.ns.empty()) access->ns = flags.ns;
  return access;
}

Result<ClusterAccess> in_cluster_access(const Environment& environment, const std::string& folder) {
  std::string host = environment("KUBERNETES_SERVICE_HOST").value_or("");
  const std::string port = environment("KUBERNETES_SERVICE_PORT").value_or("");
  if (host.empty() || port.empty())
    return missing("this is no pod: KUBERNETES_SERVICE_HOST is not set");
  if (host.find(':') != std::string::npos) host = '[' + host + ']';
  ClusterAccess access{.server = fmt::format("https://{}:{}", host, port)};
  access.token_file = folder + "/token";
  access.tls.ca_file = folder + "/ca.crt";
  if (const auto token = read_small_file(access.token_file); !token) {
    return token.error().in("service account of this pod");
  }
  if (const auto ns = read_small_file(folder + "/namespace")) access.ns = trimmed(*ns);
  return access;
}

}  // namespace kollect::kube
