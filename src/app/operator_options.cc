#include "app/operator_options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "api/scalar.h"
#include "app/policy_flags.h"
#include "base/address.h"

namespace kollect::app {

namespace {

using enum Effect;
using enum FlagForm;

constexpr std::string_view kWebhookFolder = "/tmp/k8s-webhook-server/serving-certs";

constexpr Flag toggle(std::string_view name, std::string_view fallback, std::string_view help) {
  return {.name = name, .help = help, .fallback = fallback};
}

constexpr Flag valued(std::string_view name, std::string_view value, std::string_view fallback,
                      std::string_view help) {
  return {.name = name, .value = value, .help = help, .fallback = fallback};
}

constexpr std::array kFlags = {
    OperatorFlag{toggle("version", "false", "print version, commit and build time"), on_off},
    OperatorFlag{{.name = "help", .letter = 'h', .help = "print this"}, on_off},
    OperatorFlag{valued("kubeconfig", "FILE", "",
                        "credentials; else $KUBECONFIG, ~/.kube/config, the pod's service account"),
                 text},
    OperatorFlag{
        valued("metrics-bind-address", "ADDRESS", "0", "serve /metrics here; 0: not at all"),
        address},
    OperatorFlag{
        toggle("metrics-secure", "true", "serve metrics over HTTPS, to those who may get /metrics"),
        on_off},
    OperatorFlag{valued("metrics-cert-path", "DIR", "",
                        "certificate of the metrics server; without it one is made in memory"),
                 text},
    OperatorFlag{
        valued("metrics-cert-name", "FILE", "tls.crt", "certificate in --metrics-cert-path"), text},
    OperatorFlag{valued("metrics-cert-key", "FILE", "tls.key", "its key"), text},
    OperatorFlag{valued("health-probe-bind-address", "ADDRESS", ":8081",
                        "serve /healthz and /readyz here; 0: not at all"),
                 address},
    OperatorFlag{toggle("leader-elect", "false", "one replica works, the others stand by"), on_off,
                 later},
    OperatorFlag{valued("leader-elect-lease-duration", "DURATION", "60s",
                        "how long others wait for a silent leader"),
                 duration, later},
    OperatorFlag{valued("leader-elect-renew-deadline", "DURATION", "40s",
                        "how long a leader tries to renew before it gives up"),
                 duration, later},
    OperatorFlag{valued("leader-elect-retry-period", "DURATION", "5s", "between two tries"),
                 duration, later},
    OperatorFlag{toggle("validating-webhooks-enabled", "true", "serve admission"), on_off},
    OperatorFlag{valued("webhook-bind-address", "ADDRESS", ":9443", "serve admission here"),
                 address},
    OperatorFlag{valued("webhook-cert-path", "DIR", "",
                        "certificate of the webhook; without it "
                        "/tmp/k8s-webhook-server/serving-certs"),
                 text},
    OperatorFlag{
        valued("webhook-cert-name", "FILE", "tls.crt", "certificate in --webhook-cert-path"), text},
    OperatorFlag{valued("webhook-cert-key", "FILE", "tls.key", "its key"), text},
    OperatorFlag{
        toggle("enable-http2", "false", "every listener speaks HTTP/1.1 only, also with it"),
        on_off, never},
    OperatorFlag{kTenantMode, on_off},
    OperatorFlag{kAllowPrivateSinks, on_off},
    OperatorFlag{kAllowLoopbackSinks, on_off},
    OperatorFlag{valued("watch-namespaces", "LIST", "",
                        "comma-separated namespaces whose objects are watched; none: all"),
                 names},
    OperatorFlag{kDefaultIncludedNamespaces, names},
    OperatorFlag{valued("default-excluded-namespaces", "LIST", "",
                        "comma-separated namespaces that no target collects from"),
                 names, later},
    OperatorFlag{
        valued("scrub-keys", "LIST", "",
               "comma-separated key names whose values are hidden besides the built-in ones"),
        text, later},
    OperatorFlag{toggle("inventory-http-enabled", "false", "serve the inventory API"), on_off,
                 later},
    OperatorFlag{valued("inventory-http-port", "PORT", "8082", "port of the inventory API"), port,
                 later},
    OperatorFlag{valued("inventory-auth-mode", "MODE", "kubernetes",
                        "who may ask the inventory API: kubernetes, disabled or none"),
                 auth_mode, later},
    OperatorFlag{valued("inventory-auth-cache-ttl", "DURATION", "30s",
                        "how long its reviews are believed; 0: not at all"),
                 duration, later},
    OperatorFlag{kMaxExportBytes, integer},
    OperatorFlag{valued("max-concurrent-reconciles-target", "N", "5", "target reconciles at once"),
                 integer, later},
    OperatorFlag{
        valued("max-concurrent-reconciles-inventory", "N", "3", "inventory reconciles at once"),
        integer, later},
    OperatorFlag{valued("max-concurrent-reconciles-cluster-target", "N", "2",
                        "cluster target reconciles at once"),
                 integer, later},
    OperatorFlag{valued("max-concurrent-reconciles-cluster-inventory", "N", "2",
                        "cluster inventory reconciles at once"),
                 integer, later},
    OperatorFlag{valued("reconcile-rate-limit", "N", "0", "reconciles a second; 0: no limit"),
                 integer, later},
    OperatorFlag{valued("target-count-resync", "DURATION", "60s", "between two counts of a target"),
                 duration, later},
    OperatorFlag{valued("collect-dispatch-workers", "N", "4", "there is no queue to work on"),
                 integer, never},
    OperatorFlag{valued("collect-dispatch-queue-size", "N", "512", "there is no queue to fill"),
                 integer, never},
    OperatorFlag{valued("collect-dispatch-enqueue-wait", "DURATION", "25ms",
                        "there is no queue to wait for"),
                 duration, never},
    OperatorFlag{valued("informer-resync-period", "DURATION", "12h", "between two lists of a kind"),
                 duration, later},
    OperatorFlag{valued("collect-metrics-sample-interval", "DURATION", "30s",
                        "between two looks at domain metrics"),
                 duration, later},
    OperatorFlag{toggle("enable-pprof", "false", "serve profiles"), on_off, later},
    OperatorFlag{valued("pprof-bind-address", "ADDRESS", ":6060", "serve profiles here"), address,
                 later},
};

std::string_view note(Effect effect) {
  switch (effect) {
    case works:
      return "";
    case later:
      return " (no effect in this version)";
    case never:
      return " (accepted, no effect)";
  }
  return "";
}

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return std::nullopt;
  return port;
}

// What a value must be, when it is not that.
std::optional<std::string_view> fault_of(FlagForm form, const std::string& value) {
  switch (form) {
    case on_off:
    case text:
      return std::nullopt;
    case names:
      if (std::ranges::all_of(comma_list(value), api::is_dns_label)) return std::nullopt;
      return "namespaces, separated by commas";
    case integer: {
      int64_t number = 0;
      const char* end = value.data() + value.size();
      const auto read = std::from_chars(value.data(), end, number);
      if (read.ec == std::errc() && read.ptr == end) return std::nullopt;
      return "an integer";
    }
    case duration:
      if (api::parse_duration(value)) return std::nullopt;
      return "a duration such as 30s or 1h30m";
    case port:
      if (parse_port(value).value_or(0) != 0) return std::nullopt;
      return "a port";
    case address:
      if (parse_bind_address(value)) return std::nullopt;
      return "an address such as :8080 or 127.0.0.1:8080, or 0";
    case auth_mode:
      if (value == "kubernetes" || value == "disabled" || value == "none") return std::nullopt;
      return "kubernetes, disabled or none";
  }
  return std::nullopt;
}

Status check_forms(const GivenFlags& given) {
  for (const OperatorFlag& one : kFlags) {
    const std::string value = given.last(one.flag.name, one.flag.fallback);
    const auto fault = fault_of(one.form, value);
    if (fault) return invalid(fmt::format("--{} must be {}, not {}", one.flag.name, *fault, value));
  }
  return {};
}

Status check_leader_times(const GivenFlags& given) {
  const auto time = [&](std::string_view name, std::string_view fallback) {
    return *api::parse_duration(given.last(name, fallback));
  };
  const auto lease = time("leader-elect-lease-duration", "60s");
  const auto renew = time("leader-elect-renew-deadline", "40s");
  const auto retry = time("leader-elect-retry-period", "5s");
  if (retry < renew && renew < lease) return {};
  return invalid(
      "--leader-elect-retry-period must be below --leader-elect-renew-deadline, and that below "
      "--leader-elect-lease-duration");
}

std::optional<BindAddress> bind_address(const GivenFlags& given, std::string_view name,
                                        std::string_view fallback) {
  return *parse_bind_address(given.last(name, fallback));
}

std::vector<std::string> without_effect(const GivenFlags& given) {
  std::vector<std::string> out;
  for (const OperatorFlag& one : kFlags) {
    const Flag& flag = one.flag;
    if (one.effect == works || given.last(flag.name, flag.fallback) == flag.fallback) continue;
    out.push_back(
        fmt::format("--{} has no effect{}", flag.name,
                    one.effect == later ? " in this version" : ": " + std::string(flag.help)));
  }
  return out;
}

Result<LogOptions> log_options(const GivenFlags& given) {
  LogFlags flags;
  for (const LogFlagHelp& one : log_flag_help()) {
    if (!given.has(one.flag)) continue;
    if (const Status set = flags.set(one.flag, given.last(one.flag)); !set) return set.error();
  }
  return flags.options();
}

}  // namespace

std::span<const OperatorFlag> operator_flags() { return kFlags; }

std::vector<Flag> operator_flag_help() {
  // Texts that the table does not hold; they live as long as the process.
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out;
    for (const OperatorFlag& one : kFlags)
      out.push_back(std::string(one.flag.help) + std::string(note(one.effect)));
    return out;
  }();
  std::vector<Flag> out;
  for (const OperatorFlag& one : kFlags) {
    out.push_back(one.flag);
    out.back().help = texts[out.size() - 1];
  }
  for (const LogFlagHelp& one : log_flag_help()) {
    const bool is_switch = one.flag == "zap-devel";
    out.push_back({.name = one.flag,
                   .value = is_switch ? "" : "WORD",
                   .help = one.help,
                   .fallback = one.fallback});
  }
  return out;
}

Result<std::optional<BindAddress>> parse_bind_address(std::string_view text) {
  if (text.empty() || text == "0") return std::optional<BindAddress>();
  const size_t colon = text.rfind(':');
  const auto port = parse_port(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!port) return invalid("no port");
  std::string_view host = text.substr(0, colon);
  const bool is_v6 = host.starts_with('[') && host.ends_with(']');
  if (is_v6) host = host.substr(1, host.size() - 2);
  if (!host.empty() && (!parse_ip(host) || is_v6 != (host.find(':') != std::string_view::npos)))
    return invalid("no address");
  return std::optional(BindAddress{std::string(host), *port});
}

Result<OperatorOptions> operator_options(const GivenFlags& given) {
  if (!given.others().empty())
    return invalid(fmt::format("unexpected argument {}", given.others().front()));
  if (const Status forms = check_forms(given); !forms) return forms.error();
  if (const Status times = check_leader_times(given); !times) return times.error();
  auto policy = policy_of(given);
  if (!policy) return policy.error();
  const auto log = log_options(given);
  if (!log) return log.error();

  OperatorOptions out{.kubeconfig = given.last("kubeconfig"),
                      .policy = std::move(*policy),
                      .watch_namespaces = comma_list(given.last("watch-namespaces")),
                      .log = *log,
                      .metrics = bind_address(given, "metrics-bind-address", "0"),
                      .metrics_secure = given.is_on("metrics-secure", true),
                      .health = bind_address(given, "health-probe-bind-address", ":8081"),
                      .without_effect = without_effect(given)};
  out.metrics_certificate = {given.last("metrics-cert-path"),
                             given.last("metrics-cert-name", "tls.crt"),
                             given.last("metrics-cert-key", "tls.key")};
  if (!given.is_on("validating-webhooks-enabled", true)) return out;
  out.webhook = bind_address(given, "webhook-bind-address", ":9443");
  out.webhook_certificate = {given.last("webhook-cert-path", kWebhookFolder),
                             given.last("webhook-cert-name", "tls.crt"),
                             given.last("webhook-cert-key", "tls.key")};
  if (out.webhook_certificate.folder.empty())
    out.webhook_certificate.folder = std::string(kWebhookFolder);
  return out;
}

std::string operator_flags_page() {
  std::string page =
      "<!-- Written by tools/generators/operator_flags from src/app/operator_options.cc. Change "
      "the "
      "table there, then\nrun `make generate`. -->\n"
      "# Flags of the operator\n\n"
      "`kollect` without a subcommand is the operator. A switch may be written `--name`, "
      "`--name=true` or\n`--name=false`; an unknown flag or a value that does not fit ends the "
      "program with exit code 2 and names the\nflag. Flags whose feature this version does not "
      "have are accepted, since charts pass them, and draw a warning at\nstart when they ask for "
      "something.\n\n"
      "| Flag | Default | Meaning |\n| --- | --- | --- |\n";
  for (const Flag& flag : operator_flag_help()) {
    const std::string name =
        fmt::format("--{}{}{}", flag.name, flag.value.empty() ? "" : " ", flag.value);
    page += fmt::format("| `{}` | {} | {} |\n", name,
                        flag.fallback.empty() ? "" : fmt::format("`{}`", flag.fallback), flag.help);
  }
  return page;
}

}  // namespace kollect::app
