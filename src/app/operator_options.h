// The operator's command line: one table for reading, for help and for docs/operator-flags.md.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/rules.h"
#include "app/flags.h"
#include "base/log.h"
#include "base/result.h"

namespace kollect::app {

// What a flag does in this version. Charts pass every flag, so that none of the contract is
// refused.
enum class Effect {
  works,
  later,  // its feature is not built yet: a value other than the fallback draws a warning
  never,  // kept for compatibility; nothing here works that way
};

// How the value of a flag is read; a switch reads itself.
enum class FlagForm { on_off, text, names, integer, duration, port, address, auth_mode };

struct OperatorFlag {
  Flag flag;
  FlagForm form = FlagForm::text;
  Effect effect = Effect::works;
};

// In the order of help and documentation. The log flags are those of base/log.h.
std::span<const OperatorFlag> operator_flags();
// The same with the notes that effects add, and the log flags.
std::vector<Flag> operator_flag_help();

// Where to listen.
struct BindAddress {
  std::string address = {};  // empty: every address of the machine
  uint16_t port = 0;
};

// A certificate and key, by file.
struct CertificateFiles {
  std::string folder = {};  // empty: none was given
  std::string certificate = "tls.crt";
  std::string key = "tls.key";
};

struct OperatorOptions {
  std::string kubeconfig = {};
  api::AdmissionPolicy policy = {};
  std::vector<std::string> watch_namespaces = {};  // empty: all
  LogOptions log = {};

  std::optional<BindAddress> webhook = std::nullopt;  // not set: no admission
  CertificateFiles webhook_certificate = {};
  std::optional<BindAddress> metrics = std::nullopt;
  bool metrics_secure = true;
  CertificateFiles metrics_certificate = {};
  std::optional<BindAddress> health = std::nullopt;

  // What was given and does nothing, for warnings at start: "--enable-pprof has no effect ...".
  std::vector<std::string> without_effect = {};
};

// Fault::invalid names the flag and what it accepts.
Result<OperatorOptions> operator_options(const GivenFlags& given);

// `:8081`, `127.0.0.1:8081`, `[::1]:8081`; `0` and nothing: not set. Fault::invalid for all else.
Result<std::optional<BindAddress>> parse_bind_address(std::string_view text);

// docs/operator-flags.md.
std::string operator_flags_page();

}  // namespace kollect::app
