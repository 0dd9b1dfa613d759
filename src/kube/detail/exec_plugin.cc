#include "kube/detail/exec_plugin.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/json_write.h"
#include "base/redact.h"
#include "base/yaml.h"
#include "kube/detail/program.h"
#include "kube/detail/small_file.h"

namespace kollect::kube {

namespace {

// The authority travels as content, whatever way it was given.
Result<std::string> authority(const ClusterAccess& access) {
  if (access.tls.ca_file.empty()) return access.tls.ca_pem;
  return read_small_file(access.tls.ca_file);
}

Result<json::Value> cluster_description(const ClusterAccess& access, json::Arena& arena) {
  const auto ca = authority(access);
  if (!ca) return ca.error();
  std::vector<json::Member> members = {{"server", arena.string(access.server)}};
  if (!access.tls.server_name.empty())
    members.push_back({"tls-server-name", arena.string(access.tls.server_name)});
  if (access.tls.insecure_skip_verify)
    members.push_back({"insecure-skip-tls-verify", json::Value::boolean(true)});
  if (!ca->empty())
    members.push_back({"certificate-authority-data", arena.string(base64_encode(*ca))});
  if (!access.proxy_url.empty()) members.push_back({"proxy-url", arena.string(access.proxy_url)});
  if (!access.exec->cluster_config.empty()) {
    const auto config = json::parse(access.exec->cluster_config, arena);
    if (!config) return config.error();
    members.push_back({"config", *config});
  }
  return arena.object(members);
}

// The value of KUBERNETES_EXEC_INFO.
Result<std::string> exec_info(const ClusterAccess& access) {
  json::Arena arena;
  std::vector<json::Member> spec = {{"interactive", json::Value::boolean(false)}};
  if (access.exec->provide_cluster) {
    const auto cluster = cluster_description(access, arena);
    if (!cluster) return cluster.error();
    spec.push_back({"cluster", *cluster});
  }
  const json::Member members[] = {{"apiVersion", json::Value::string(access.exec->api_version)},
                                  {"kind", json::Value::string("ExecCredential")},
                                  {"spec", arena.object(spec)}};
  return json::to_text(arena.object(members));
}

Result<ExecCredential> read_answer(std::string_view text, const std::string& api_version) {
  json::Arena arena;
  const auto root = yaml::parse(text, arena);
  if (!root) return invalid("it printed neither JSON nor YAML");
  if (root->text("kind") != "ExecCredential" || root->text("apiVersion") != api_version) {
    return invalid(fmt::format("it printed no ExecCredential of {}", api_version));
  }
  const json::Value* status = root->find("status");
  if (status == nullptr) return invalid("what it printed has no status");
  ExecCredential credential{.token = std::string(status->text("token")),
                            .certificate_pem = std::string(status->text("clientCertificateData")),
                            .key_pem = std::string(status->text("clientKeyData")),
                            .expires = std::nullopt};
  if (credential.certificate_pem.empty() != credential.key_pem.empty()) {
    return invalid("it gave a client certificate without its key, or a key alone");
  }
  if (credential.token.empty() && credential.key_pem.empty())
    return invalid("it gave neither token nor certificate");
  if (const std::string_view expires = status->text("expirationTimestamp"); !expires.empty()) {
    credential.expires = parse_rfc3339(expires);
    if (!credential.expires) return invalid("its expirationTimestamp is no RFC 3339 time");
  }
  return credential;
}

Error failed(const Finished& finished) {
  constexpr size_t kShown = 400;
  std::string_view words = finished.errors;
  while (!words.empty() && (words.back() == '\n' || words.back() == ' ')) words.remove_suffix(1);
  if (words.size() > kShown) words.remove_prefix(words.size() - kShown);
  return denied(fmt::format("it ended with code {}: {}", finished.code, redact(words)));
}

}  // namespace

Result<ExecCredential> run_exec_plugin(const ClusterAccess& access, net::Deadline deadline,
                                       std::stop_token stop) {
  const ExecPlugin& exec = *access.exec;
  const std::string where = fmt::format("credential plugin '{}'", exec.command);
  const auto info = exec_info(access);
  if (!info) return info.error().in(where);
  Program program{.command = exec.command, .args = exec.args, .environment = exec.environment};
  program.environment.emplace_back("KUBERNETES_EXEC_INFO", *info);
  const auto finished = run_program(program, deadline, std::move(stop));
  if (!finished && finished.error().fault == Fault::missing && !exec.install_hint.empty()) {
    return missing(fmt::format("{}. {}", finished.error().message, exec.install_hint)).in(where);
  }
  if (!finished) return finished.error().in(where);
  if (finished->code != 0) return failed(*finished).in(where);
  auto credential = read_answer(finished->output, exec.api_version);
  if (!credential) return credential.error().in(where);
  return credential;
}

}  // namespace kollect::kube
