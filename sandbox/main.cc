#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sys/stat.h>
#include <thread>

#include <fmt/format.h>

#include "app/console.h"
#include "app/flags.h"
#include "app/signals.h"
#include "sandbox/living.h"
#include "sandbox/sandbox.h"

namespace kollect::sandbox {

namespace {

constexpr app::Flag kFlags[] = {
    {.name = "listen", .value = "HOST:PORT", .help = "where to listen", .fallback = "127.0.0.1:0"},
    {.name = "kubeconfig-out", .value = "FILE", .help = "write a kubeconfig there, mode 0600"},
    {.name = "filename", .letter = 'f', .value = "FILE|DIR", .help = "objects to begin with"},
    {.name = "living-cluster", .value = "N", .help = "about N objects that change all the time"},
    {.name = "churn", .value = "N", .help = "changes of it in a second", .fallback = "20"},
    {.name = "version", .help = "print the version"},
    {.name = "help", .letter = 'h', .help = "print this"},
};

constexpr std::string_view kAbout =
    "This is a sandbox, not Kubernetes: nothing is kept when it ends, nothing is validated or\n"
    "admitted, no controller, scheduler or kubelet runs, and only a few fields get defaults.\n";

Result<double> number(const app::GivenFlags& flags, std::string_view name, double fallback) {
  const std::string text = flags.last(name);
  json::Value value;
  if (text.empty()) return fallback;
  if (json::parse_number_text(text, value) && value.as_double() >= 0) return value.as_double();
  return invalid(fmt::format("--{} is a number, not \"{}\"", name, text));
}

Result<std::unique_ptr<Sandbox>> start(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  json::Value port;
  if (colon == std::string::npos || !json::parse_number_text(listen.substr(colon + 1), port) ||
      port.kind() != json::Kind::integer || port.as_int() < 0 || port.as_int() > 65'535)
    return invalid("--listen is host:port");
  return Sandbox::start({.address = listen.substr(0, colon),
                         .port = static_cast<uint16_t>(port.as_int()),
                         .anonymous = "admin"});
}

Status preload(Sandbox& sandbox, const std::vector<std::string>& places) {
  const app::Console console = app::process_console();
  const auto files = app::manifest_files(places);
  if (!files) return files.error();
  for (const std::string& file : *files) {
    const auto text = console.read(file);
    if (!text) return text.error();
    if (const Status done = sandbox.put(*text); !done) return done.error().in(file);
  }
  return {};
}

Status announce(Sandbox& sandbox, const std::string& file) {
  fmt::print("kollect-sandbox listens on {}\n{}", sandbox.url(), kAbout);
  std::string look = "--server " + sandbox.url();
  if (!file.empty()) {
    std::remove(file.c_str());
    std::ofstream out(file);
    if (!(out << sandbox.kubeconfig() << std::flush)) return invalid("cannot write " + file);
    look = "--kubeconfig " + file;
  }
  fmt::print("kubectl {} get all -A\n", look);
  std::fflush(stdout);
  return {};
}

// Returns when a signal says so.
Status serve(const app::GivenFlags& flags, const app::EndSignals& signals) {
  const auto objects = number(flags, "living-cluster", 0);
  const auto churn = number(flags, "churn", 20);
  if (!objects || !churn) return objects ? churn.error() : objects.error();
  auto sandbox = start(flags.last("listen", "127.0.0.1:0"));
  if (!sandbox) return sandbox.error();
  LivingCluster living(**sandbox, {.objects = static_cast<size_t>(*objects),
                                   .changes_per_second = std::max(*churn, 0.001)});
  const bool lives = flags.has("living-cluster");
  Status done = preload(**sandbox, flags.all("filename"));
  if (done && lives) done = living.settle();
  if (done) done = announce(**sandbox, flags.last("kubeconfig-out"));
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
  const auto flags = app::GivenFlags::parse(arguments, kFlags);
  Status done = flags ? Status() : flags.error();
  if (done && !flags->others().empty())
    done = invalid("unknown argument " + flags->others().front());
  if (done && flags->has("help")) {
    fmt::print("A Kubernetes API server in memory.\n{}\nusage: kollect-sandbox [flags]\n{}", kAbout,
               app::flag_help(kFlags));
  } else if (done && flags->has("version")) {
    fmt::print("{}\n", kServerVersion);
  } else if (done) {
    done = serve(*flags, signals);
  }
  if (done) return app::kDone;
  fmt::print(stderr, "{}\nusage: kollect-sandbox [flags]; see --help\n", done.error().text());
  return done.error().fault == Fault::invalid ? app::kBadInput : app::kIncomplete;
}

}  // namespace

}  // namespace kollect::sandbox

int main(int argc, char** argv) {
  ::umask(077);  // the kubeconfig holds a token
  return kollect::sandbox::run({argv + 1, argv + argc});
}
