#include "app/commands.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#ifndef KOLLECT_VERSION
#define KOLLECT_VERSION "dev"
#endif

namespace kollect::app {

namespace {

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments&, const Console&);
};

constexpr std::array kCommands = {
    Command{"eval", "Evaluate expressions and profiles on objects from files", &eval},
    Command{"validate", "Check manifests against schema and rules, without a cluster", &validate},
};

std::string usage() {
  std::string text =
      "Kollect turns Kubernetes state into durable inventory.\n\nUsage: kollect COMMAND "
      "[flags]\n\n";
  for (const Command& command : kCommands)
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  return text + "\n`kollect COMMAND --help` says more. `kollect --version` prints the version.\n";
}

}  // namespace

int run(const Arguments& arguments, const Console& console) {
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first == "--version") {
    console.out(fmt::format("{} (commit unknown, built unknown)\n", KOLLECT_VERSION));
    return kDone;
  }
  if (first == "help" || first == "--help" || first == "-h") {
    console.out(usage());
    return kDone;
  }
  const auto* command = std::ranges::find(kCommands, first, &Command::name);
  if (command == kCommands.end()) {
    console.err(first.empty() ? usage()
                              : fmt::format("kollect: unknown command {}\n\n{}", first, usage()));
    return kBadInput;
  }
  return command->run({arguments.begin() + 1, arguments.end()}, console);
}

}  // namespace kollect::app
