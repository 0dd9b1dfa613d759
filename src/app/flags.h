// The flags of a command: one table for reading them, for the help text and for the documents.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/console.h"
#include "base/result.h"

namespace kollect::app {

struct Flag {
  std::string_view name;        // without dashes
  char letter = '\0';           // of the short form
  std::string_view value = {};  // what stands for the value in help; empty: a switch
  std::string_view help;
  std::string_view fallback = {};  // what holds when it is not given; shown in help
};

// What was given. `--name value`, `--name=value`, `-n value`, `-nvalue`; a switch also as
// `--name=true` or `--name=false`; `--` ends the flags.
class GivenFlags {
 public:
  // Fault::invalid names the flag that is unknown, lacks its value or has one too many.
  static Result<GivenFlags> parse(std::span<const std::string> arguments,
                                  std::span<const Flag> known);

  bool has(std::string_view name) const { return values_.contains(name); }
  // Every value given for a flag, in order.
  std::vector<std::string> all(std::string_view name) const;
  // The last one given.
  std::string last(std::string_view name, std::string_view fallback = {}) const;
  // A switch: as it was given last, else the fallback.
  bool is_on(std::string_view name, bool fallback = false) const;
  // Arguments that belong to no flag.
  const std::vector<std::string>& others() const { return others_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> others_;
};

// One line a flag, aligned, with what holds when it is not given.
std::string flag_help(std::span<const Flag> known);

}  // namespace kollect::app
