#include "operator_process.h"

#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "api/kind.h"
#include "api/scalar.h"
#include "base/base64.h"
#include "base/json.h"
#include "serve/admission.h"

namespace kollect::testing {

namespace {

using namespace std::chrono_literals;

net::ClientOptions client_options() {
  net::ClientOptions options;
  options.connection.tls.insecure_skip_verify = true;
  return options;
}

std::vector<std::string> command_line(const std::vector<std::string>& launcher,
                                      const std::string& certificates,
                                      const std::vector<std::string>& flags) {
  std::vector<std::string> words = launcher;
  for (const char* word : {KOLLECT_BINARY, "--webhook-bind-address=127.0.0.1:0",
                           "--health-probe-bind-address=127.0.0.1:0",
                           "--metrics-bind-address=127.0.0.1:0", "--metrics-secure=false"})
    words.emplace_back(word);
  words.push_back("--webhook-cert-path=" + certificates);
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

pid_t start_child(const std::vector<std::string>& words, int error_end) {
  std::vector<char*> list;
  for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  const pid_t pid = fork();
  KOLLECT_CHECK(pid >= 0);
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(error_end, STDERR_FILENO);
  execv(list[0], list.data());
  _exit(127);
}

}  // namespace

OperatorProcess::OperatorProcess(const std::vector<std::string>& flags,
                                 const std::vector<std::string>& launcher)
    : client_(client_options()) {
  folder_.server_files(authority_.server("localhost"));
  const std::string certificates = folder_.path(".");
  int ends[2];
  KOLLECT_CHECK(pipe2(ends, O_CLOEXEC) == 0);
  pid_ = start_child(command_line(launcher, certificates, flags), ends[1]);
  ::close(ends[1]);
  reader_ = std::jthread([this, from = ends[0]] {
    char piece[4096];
    ssize_t got = 0;
    while ((got = ::read(from, piece, sizeof piece)) > 0)
      log_.update([&](std::string& log) { log.append(piece, static_cast<size_t>(got)); });
    ::close(from);
    has_ended_.update([](bool& ended) { ended = true; });
    log_.update([](std::string&) {});
  });
}

OperatorProcess::~OperatorProcess() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<std::string> OperatorProcess::port_of(const std::string& log,
                                                    const std::string& listener) const {
  size_t begin = 0;
  while (begin < log.size()) {
    const size_t end = log.find('\n', begin);
    if (end == std::string::npos) return std::nullopt;
    const auto line = json::Document::parse(std::string_view(log).substr(begin, end - begin));
    begin = end + 1;
    if (!line || line->root().text("msg") != "listening") continue;
    if (line->root().text("logger") == listener)
      return std::to_string(line->root().find("port")->as_int());
  }
  return std::nullopt;
}

bool OperatorProcess::is_listening(const std::string& listener) const {
  log_.wait_for({}, 20s, [&](const std::string& log) {
    return port_of(log, listener).has_value() || has_ended_.copy();
  });
  return port_of(log_.copy(), listener).has_value();
}

std::string OperatorProcess::url(const std::string& listener, const std::string& path) const {
  if (!is_listening(listener)) return "no listener " + listener + ": " + log_.copy();
  const bool is_tls = listener == "webhook";
  return fmt::format("{}://127.0.0.1:{}{}", is_tls ? "https" : "http",
                     *port_of(log_.copy(), listener), path);
}

std::string OperatorProcess::replace_certificate() {
  const net::TestAuthority other("other");
  folder_.server_files(other.server("localhost"));
  return other.pem();
}

bool OperatorProcess::is_ready(std::chrono::seconds limit) const {
  const std::string ready = url("health", "/readyz");
  const auto end = Steady::now() + limit;
  while (Steady::now() < end) {
    if (get(ready).status == 200) return true;
    std::this_thread::sleep_for(50ms);
  }
  return false;
}

net::Response OperatorProcess::call(net::Request request) const {
  const auto answer = client_.call(request, Steady::now() + 10s, {});
  return answer ? *answer : net::Response{.status = 0, .body = answer.error().text()};
}

net::Response OperatorProcess::get(const std::string& url, const std::string& token) const {
  net::Request request{.url = url};
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  return call(std::move(request));
}

net::Response OperatorProcess::post(const std::string& url, const std::string& body) const {
  return call({.method = "POST", .url = url, .body = body});
}

void OperatorProcess::signal(int number) const { ::kill(pid_, number); }

int OperatorProcess::wait(std::chrono::seconds limit) {
  const auto end = Steady::now() + limit;
  int status = 0;
  while (Steady::now() < end) {
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = 0;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::this_thread::sleep_for(5ms);
  }
  return -1;
}

std::string webhook_configuration(const std::string& url, const std::string& authority_pem) {
  std::string out =
      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
      "metadata: {name: kollect}\nwebhooks:\n";
  for (const api::Kind* kind : api::kinds()) {
    out += fmt::format(
        "- name: v{}.kb.io\n  admissionReviewVersions: [v1]\n  sideEffects: None\n"
        "  failurePolicy: Fail\n  matchPolicy: Equivalent\n"
        "  clientConfig: {{url: '{}{}', caBundle: {}}}\n"
        "  rules: [{{apiGroups: [kollect.dev], apiVersions: [v1alpha1],"
        " operations: [CREATE, UPDATE], resources: [{}]}}]\n",
        api::lower(kind->name), url, serve::admission_path(*kind), base64_encode(authority_pem),
        kind->plural);
  }
  return out;
}

}  // namespace kollect::testing
