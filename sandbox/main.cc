#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include "app/console.h"
#include "app/flags.h"
#include "net/testing/certificates.h"
#include "net/url.h"
#include "sandbox/living.h"
#include "sandbox/sandbox.h"

namespace kollect::sandbox {

namespace {

constexpr app::Flag kFlags[] = {
    {.name = "listen", .value = "HOST:PORT", .help = "where to listen (127.0.0.1:0: any port)"},
    {.name = "tls", .help = "HTTPS with a certificate made for this run; needs a token"},
    {.name = "kubeconfig-out", .value = "FILE", .help = "write a kubeconfig there, mode 0600"},
    {.name = "filename", .letter = 'f', .value = "FILE|DIR", .help = "objects to begin with"},
    {.name = "token", .value = "USER", .help = "make and print a token for this user; repeatable"},
    {.name = "deny", .value = "RULE", .help = "user:verb:resource:namespace, * for any"},
    {.name = "allow", .value = "RULE", .help = "exceptions from what is denied, in the same form"},
    {.name = "living-cluster", .value = "N", .help = "about N objects that change all the time"},
    {.name = "churn", .value = "PER_SECOND", .help = "changes of the living cluster (20)"},
    {.name = "seed", .value = "N", .help = "of everything random (1)"},
    {.name = "history", .value = "N", .help = "events kept per resource (1000)"},
    {.name = "bookmarks", .value = "SECONDS", .help = "between bookmarks of a watch (60)"},
    {.name = "version", .help = "print the version"},
    {.name = "help", .letter = 'h', .help = "print this"},
};

constexpr std::string_view kAbout =
    "This is a sandbox, not Kubernetes: nothing is kept when it ends, nothing is validated or\n"
    "admitted, no controller, scheduler or kubelet runs, and only a few fields get defaults.\n";

struct Setting {
  app::GivenFlags flags;
  SandboxOptions sandbox;
  LivingOptions living;
  std::string ca_pem;
};

Result<double> number(const app::GivenFlags& flags, std::string_view name, double fallback) {
  const std::string text = flags.last(name);
  json::Value value;
  if (text.empty()) return fallback;
  if (json::parse_number_text(text, value) && value.as_double() >= 0) return value.as_double();
  return invalid(fmt::format("--{} is a number, not \"{}\"", name, text));
}

Status read_numbers(Setting& setting) {
  struct Row {
    std::string_view name;
    double fallback;
    std::function<void(double)> set;
  };
  const Row rows[] = {
      {"living-cluster", 0, [&](double n) { setting.living.objects = static_cast<size_t>(n); }},
      {"churn", 20, [&](double n) { setting.living.changes_per_second = std::max(n, 0.001); }},
      {"seed", 1,
       [&](double n) { setting.sandbox.seed = setting.living.seed = static_cast<uint64_t>(n); }},
      {"history", 1000, [&](double n) { setting.sandbox.history_limit = static_cast<size_t>(n); }},
      {"bookmarks", 60,
       [&](double n) {
         setting.sandbox.bookmark_interval =
             std::chrono::milliseconds(static_cast<int64_t>(std::max(n, 0.01) * 1000));
       }},
  };
  for (const Row& row : rows) {
    const auto value = number(setting.flags, row.name, row.fallback);
    if (!value) return value.error();
    row.set(*value);
  }
  return {};
}

Result<Setting> read_setting(const std::vector<std::string>& arguments) {
  auto flags = app::GivenFlags::parse(arguments, kFlags);
  if (!flags) return flags.error();
  Setting setting{.flags = *std::move(flags), .sandbox = {}, .living = {}, .ca_pem = {}};
  if (!setting.flags.others().empty())
    return invalid("unknown argument " + setting.flags.others().front());
  if (const Status read = read_numbers(setting); !read) return read.error();
  const auto url = net::parse_url("http://" + setting.flags.last("listen", "127.0.0.1:0"));
  const bool is_any_port = setting.flags.last("listen", ":0").ends_with(":0");
  if (!url && !is_any_port) return invalid("--listen is host:port");
  const std::string listen = setting.flags.last("listen", "127.0.0.1:0");
  setting.sandbox.address = listen.substr(0, listen.rfind(':'));
  setting.sandbox.port = url && url->port ? *url->port : uint16_t{0};
  return setting;
}

Status add_rules(Sandbox& sandbox, const app::GivenFlags& flags) {
  for (const std::string name : {"deny", "allow"}) {
    for (const std::string& text : flags.all(name)) {
      const auto rule = parse_access_rule(text, name == "allow");
      if (!rule) return rule.error();
      sandbox.add_rule(*rule);
    }
  }
  return {};
}

Status preload(Sandbox& sandbox, const app::GivenFlags& flags) {
  const app::Console console = app::process_console();
  for (const std::string& place : flags.all("filename")) {
    const auto files = app::files_at(place, {".yaml", ".yml", ".json"});
    if (!files) return files.error();
    for (const std::string& file : *files) {
      const auto text = console.read(file);
      if (!text) return text.error();
      if (const Status done = sandbox.put(*text); !done) return done.error().in(file);
    }
  }
  return {};
}

Status write_private(const std::string& path, const std::string& text) {
  std::error_code failed;
  std::filesystem::remove(path, failed);
  std::ofstream file(path);
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, failed);
  file << text << std::flush;
  return file ? Status() : invalid("cannot write " + path);
}

Status announce(Sandbox& sandbox, const Setting& setting) {
  const std::string file = setting.flags.last("kubeconfig-out");
  fmt::print("kollect-sandbox listens on {}\n{}", sandbox.url(), kAbout);
  if (!file.empty()) {
    const Status written = write_private(file, sandbox.kubeconfig(setting.ca_pem));
    if (!written) return written;
    fmt::print("kubectl --kubeconfig {} get all -A\n", file);
  } else {
    fmt::print("kubectl --server {} get all -A\n", sandbox.url());
  }
  for (const std::string& user : setting.flags.all("token"))
    fmt::print("token of {}: {}\n", user, sandbox.token(user));
  std::fflush(stdout);
  return {};
}

// Returns when a signal says so.
Status serve(Setting& setting) {
  const net::TemporaryFolder folder;
  if (setting.flags.has("tls")) {
    const net::TestAuthority authority("kollect-sandbox");
    setting.sandbox.tls = folder.server_files(authority.server("localhost"));
    setting.ca_pem = authority.pem();
  } else {
    setting.sandbox.anonymous = "admin";
  }
  auto opened = Sandbox::start(setting.sandbox);
  if (!opened) return opened.error();
  Sandbox& sandbox = **opened;
  if (const Status ruled = add_rules(sandbox, setting.flags); !ruled) return ruled;
  if (const Status loaded = preload(sandbox, setting.flags); !loaded) return loaded;
  LivingCluster living(sandbox, setting.living);
  const bool lives = setting.flags.has("living-cluster");
  if (const Status settled = lives ? living.settle() : Status(); !settled) return settled;
  if (const Status told = announce(sandbox, setting); !told) return told;
  const std::jthread life([&](const std::stop_token& stop) noexcept {
    const Status ended = lives ? living.run(stop) : Status();
    if (!ended) fmt::print(stderr, "the living cluster stands still: {}\n", ended.error().text());
  });
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  int signal = 0;
  sigwait(&ends, &signal);
  return {};
}

int run(const std::vector<std::string>& arguments) {
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
  const Status served = serve(*setting);
  if (served) return app::kDone;
  fmt::print(stderr, "{}\n", served.error().text());
  return served.error().fault == Fault::invalid ? app::kBadInput : app::kIncomplete;
}

}  // namespace

}  // namespace kollect::sandbox

int main(int argc, char** argv) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return kollect::sandbox::run({argv + 1, argv + argc});
}
