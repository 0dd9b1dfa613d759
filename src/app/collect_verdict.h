// What came of a collection: whether it is complete, and in plain words what is missing. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/collector.h"

namespace kollect::app {

// A target at one moment.
struct TargetState {
  control::TargetName name;
  api::Gvk gvk;
  bool is_suspended = false;
  std::optional<control::TargetReport> report = std::nullopt;  // none: not looked at yet
  size_t rows = 0;
};

struct CollectVerdict {
  std::vector<std::string> missing;   // why rows are not there, one line each; empty: complete
  std::vector<std::string> warnings;  // what is probably not meant, although it is complete
  std::vector<std::string> remarks;   // what might surprise
  bool is_refused = false;            // no target may read anything
};

// `unreadable` counts what could not be decoded at all.
CollectVerdict judge(const std::vector<TargetState>& targets, uint64_t unreadable);

// What stands between a target and its rows now, whatever time brings; without its name. The
// gravest first, what is probably not meant last.
std::vector<std::string> troubles(const TargetState& target);

// One word for people: `settled`, `listing`, `not installed`, ...
std::string_view state_word(const TargetState& target);

}  // namespace kollect::app
