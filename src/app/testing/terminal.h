// A terminal of strings: files are given by name, what was written is kept.
#pragma once

#include <map>
#include <string>

#include "app/commands.h"

namespace kollect::app {

struct Terminal {
  std::map<std::string, std::string> files = {};
  std::string out = {};
  std::string err = {};

  int run(const Arguments& arguments) { return app::run(arguments, console()); }

  Console console() {
    return {.out = [this](std::string_view text) { out += text; },
            .err = [this](std::string_view text) { err += text; },
            .read = [this](const std::string& path) -> Result<std::string> {
              const auto found = files.find(path);
              if (found == files.end()) return invalid("cannot read " + path + ": no such file");
              return found->second;
            }};
  }
};

}  // namespace kollect::app
