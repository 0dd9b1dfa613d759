#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include "app/console.h"
#include "app/flags.h"
#include "app/signals.h"
#include "net/testing/certificates.h"
#include "net/url.h"
#include "sandbox/living.h"
#include "sandbox/sandbox.h"

namespace kollect::sandbox {

namespace {

constexpr app::Flag kFlags[] = {
    {.name = "listen", .value = "HOST:PORT", .help = "where to listen (127.0.0.1, any port)"},
    {.name = "tls", .help = "HTTPS with a certificate made for this run; needs a token"},
    {.name = "kubeconfig-out", .value = "FILE", .help = "write a kubeconfig there, mode 0600"},
    {.name = "filename", .letter = 'f', .value = "FILE|DIR", .help = "objects to begin with"},
    {.name = "living-cluster", .value = "N", .help = "about N objects that change all the time"},
    {.name = "churn", .value = "PER_SECOND", .help = "changes of the living cluster (20)"},
    {.name = "seed", .value = "N", .help = "of everything random (1)"},
    {.name = "version", .help = "print the version"},
    {.name = "help", .letter = 'h', .help = "print this"},
};

constexpr std::string_view kAbout =
    "This is a sandbox, not Kubernetes: nothing is kept when it ends, nothing is validated or\n"
    "admitted, no controller, scheduler or kubelet runs, and only a few fields get defaults.\n";

struct Setting {
  app::GivenFlags flags;
  SandboxOptions sandbox = {};
  LivingOptions living = {};
};

Result<double> number(const app::GivenFlags& flags, std::string_view name, double fallback) {
  const std::string text = flags.last(name);
  json::Value value;
  if (text.empty()) return fallback;
  if (json::parse_number_text(text, value) && value.as_double() >= 0) return value.as_double();
  return invalid(fmt::format("--{} is a number, not \"{}\"", name, text));
}

Result<Setting> read_setting(const std::vector<std::string>& arguments) {
  auto flags = app::GivenFlags::parse(arguments, kFlags);
  if (!flags) return flags.error();
  if (!flags->others().empty()) return invalid("unknown argument " + flags->others().front());
  Setting setting{.flags = *std::move(flags)};
  const auto objects = number(setting.flags, "living-cluster", 0);
  const auto churn = number(setting.flags, "churn", 20);
  const auto seed = number(setting.flags, "seed", 1);
  for (const auto* each : {&objects, &churn, &seed})
    if (!*each) return each->error();
  setting.living = {static_cast<size_t>(*objects), std::max(*churn, 0.001),
                    static_cast<uint64_t>(*seed)};
  setting.sandbox.seed = setting.living.seed;
  if (!setting.flags.has("listen")) return setting;
  std::string listen = setting.flags.last("listen");
  const bool is_any_port = listen.ends_with(":0");
  if (is_any_port) listen.resize(listen.size() - 2);
  const auto url = net::parse_url("http://" + listen);
  if (!url || is_any_port == url->port.has_value()) return invalid("--listen is host:port");
  setting.sandbox.address = url->host;
  setting.sandbox.port = url->port.value_or(uint16_t{0});
  return setting;
}

Status preload(Sandbox& sandbox, const app::GivenFlags& flags) {
  const app::Console console = app::process_console();
  const auto files = app::manifest_files(flags.all("filename"));
  if (!files) return files.error();
  for (const std::string& file : *files) {
    const auto text = console.read(file);
    if (!text) return text.error();
    if (const Status done = sandbox.put(*text); !done) return done.error().in(file);
  }
  return {};
}

Status announce(Sandbox& sandbox, const std::string& file, const std::string& ca_pem) {
  fmt::print("kollect-sandbox listens on {}\n{}", sandbox.url(), kAbout);
  std::string look = "kubectl --server " + sandbox.url();
  if (!file.empty()) {
    namespace fs = std::filesystem;
    std::error_code failed;
    fs::remove(file, failed);
    std::ofstream out(file);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, failed);
    if (!(out << sandbox.kubeconfig(ca_pem) << std::flush)) return invalid("cannot write " + file);
    look = "kubectl --kubeconfig " + file;
  }
  fmt::print("{} get all -A\n", look);
  std::fflush(stdout);
  return {};
}

// Returns when a signal says so.
Status serve(Setting& setting, const app::EndSignals& signals) {
  const net::TemporaryFolder folder;
  std::string ca_pem;
  if (setting.flags.has("tls")) {
    const net::TestAuthority authority("kollect-sandbox");
    setting.sandbox.tls = folder.server_files(authority.server("localhost"));
    ca_pem = authority.pem();
  } else {
    setting.sandbox.anonymous = "admin";
  }
  auto sandbox = Sandbox::start(setting.sandbox);
  if (!sandbox) return sandbox.error();
  LivingCluster living(**sandbox, setting.living);
  const bool lives = setting.flags.has("living-cluster");
  Status done = preload(**sandbox, setting.flags);
  if (done && lives) done = living.settle();
  if (done) done = announce(**sandbox, setting.flags.last("kubeconfig-out"), ca_pem);
  if (!done) return done;
  const std::jthread life([&](const std::stop_token& stop) noexcept {
    const Status ended = lives ? living.run(stop) : Status();
    if (!ended) fmt::print(stderr, "the living cluster stands still: {}\n", ended.error().text());
  });
  signals.wait();
  return {};
}

int run(const std::vector<std::string>& arguments) {
  const app::EndSignals signals;
  auto setting = read_setting(arguments);
  if (!setting) {
    fmt::print(stderr, "{}\nusage: kollect-sandbox [flags]\n{}", setting.error().text(),
               app::flag_help(kFlags));
    return app::kBadInput;
  }
  if (setting->flags.has("help")) {
    fmt::print("A Kubernetes API server in memory.\n{}\nusage: kollect-sandbox [flags]\n{}", kAbout,
               app::flag_help(kFlags));
    return app::kDone;
  }
  if (setting->flags.has("version")) {
    fmt::print("{}\n", kServerVersion);
    return app::kDone;
  }
  const Status served = serve(*setting, signals);
  if (served) return app::kDone;
  fmt::print(stderr, "{}\n", served.error().text());
  return served.error().fault == Fault::invalid ? app::kBadInput : app::kIncomplete;
}

}  // namespace

}  // namespace kollect::sandbox

int main(int argc, char** argv) { return kollect::sandbox::run({argv + 1, argv + argc}); }
