#include "app/commands.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/flags.h"
#include "app/operator_options.h"

namespace kollect::app {

namespace {

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments&, const Console&);
};

constexpr std::array kCommands = {
    Command{"collect", "Collect rows from a cluster with profiles and targets from files",
            &collect},
    Command{"eval", "Evaluate expressions and profiles on objects from files", &eval},
    Command{"validate", "Check manifests against schema and rules, without a cluster", &validate},
};

std::string usage() {
  std::string text =
      "Kollect turns Kubernetes state into durable inventory.\n\n"
      "Usage: kollect [flags]            run the operator\n"
      "       kollect COMMAND [flags]\n\nCommands (`kollect COMMAND --help` says more):\n";
  for (const Command& command : kCommands)
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  return text + "\nFlags of the operator:\n" + flag_help(operator_flag_help());
}

}  // namespace

int run(const Arguments& arguments, const Console& console) {
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first == "help" || first == "--help" || first == "-h") {
    console.out(usage());
    return kDone;
  }
  if (first.empty() || first.starts_with('-')) return operate(arguments, console);
  const auto* command = std::ranges::find(kCommands, first, &Command::name);
  if (command == kCommands.end()) {
    console.err(fmt::format("kollect: unknown command {}; `kollect help` lists them\n", first));
    return kBadInput;
  }
  return command->run({arguments.begin() + 1, arguments.end()}, console);
}

}  // namespace kollect::app
