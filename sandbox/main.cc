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
    {.name = "living-cluster", .value = "N", .help = "about N objects that change all the time"},
    {.name = "churn", .value = "N", .help = "changes of it in a second", .fallback = "20"},
    {.name = "version", .help = "print the version"},
    {.name = "help", .letter = 'h', .help = "print this"},
};

constexpr std::string_view kAbout =
    "This is a sandbox, not Kubernetes: nothing is kept when it ends, nothing is validated or\n"
    "admitted, no controller, scheduler or kubelet runs, and only a few fields get defaults.\n";

// Of a flag.
Result<int64_t> number(std::string_view name, std::string_view text, int64_t most) {
  json::Value value;
  if (json::parse_number_text(text, value) && value.kind() == json::Kind::integer &&
      value.as_int() >= 0 && value.as_int() <= most)
    return value.as_int();
  return invalid(fmt::format("--{}: \"{}\" is no number up to {}", name, text, most));
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
  const std::string listen = flags.last("listen", "127.0.0.1:0");
  const size_t colon = listen.rfind(':');
  const auto port = number("listen", listen.substr(colon + 1), 65'535);
  const auto objects = number("living-cluster", flags.last("living-cluster", "0"), 1'000'000);
  const auto churn = number("churn", flags.last("churn", "20"), 1'000'000);
  for (const auto* given : {&port, &objects, &churn})
    if (!*given) return given->error();
  const auto sandbox = Sandbox::start({.address = listen.substr(0, colon),
                                       .port = static_cast<uint16_t>(*port),
                                       .anonymous = "admin"});
  if (!sandbox) return sandbox.error();
  LivingCluster living(**sandbox,
                       {.objects = static_cast<size_t>(*objects),
                        .changes_per_second = std::max(static_cast<double>(*churn), 0.001)});
  const bool lives = flags.has("living-cluster");
  Status done = lives ? living.settle() : Status();
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
