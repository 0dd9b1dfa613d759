// The real operator binary as a child, on free loopback ports, with a certificate of its own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "net/client.h"
#include "net/testing/certificates.h"

namespace kollect::testing {

// One thread; destroying it kills the child.
class OperatorProcess {
 public:
  // Starts `kollect` with webhook, health and, without a gate, metrics on 127.0.0.1, and `flags`
  // behind those. Ends the process when the binary cannot be started; whether it listens is told by
  // is_listening(). `launcher` stands before the binary: {"/usr/bin/taskset", "-c", "0"}.
  explicit OperatorProcess(const std::vector<std::string>& flags,
                           const std::vector<std::string>& launcher = {});
  ~OperatorProcess();
  OperatorProcess(const OperatorProcess&) = delete;
  OperatorProcess& operator=(const OperatorProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Waits for the line that names the port; false when the process ended without it.
  bool is_listening(const std::string& listener) const;
  // `https://127.0.0.1:1234/path` of "webhook", "metrics" or "health".
  std::string url(const std::string& listener, const std::string& path) const;
  // The authority that signed the webhook's certificate.
  const net::TestAuthority& authority() const { return authority_; }
  // Replaces the webhook's certificate by one of another authority, which is returned.
  std::string replace_certificate();

  // Waits until /readyz says ok.
  bool is_ready(std::chrono::seconds limit = std::chrono::seconds(20)) const;
  net::Response get(const std::string& url, const std::string& token = {}) const;
  net::Response post(const std::string& url, const std::string& body) const;

  void signal(int number) const;
  // The exit code; -1 when it was killed or does not end within the limit.
  int wait(std::chrono::seconds limit = std::chrono::seconds(10));
  std::string log() const { return log_.copy(); }

 private:
  std::optional<std::string> port_of(const std::string& log, const std::string& listener) const;
  net::Response call(net::Request request) const;

  net::TemporaryFolder folder_;
  net::TestAuthority authority_{"kollect"};
  mutable net::Client client_;
  pid_t pid_ = 0;  // 0: has ended
  Guarded<std::string> log_;
  Guarded<bool> has_ended_{false};  // its standard error was closed
  std::jthread reader_;
};

// The hooks of an operator at `url` (without a path) as `kubectl apply` takes them.
std::string webhook_configuration(const std::string& url, const std::string& authority_pem);

}  // namespace kollect::testing
