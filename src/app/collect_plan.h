// Manifests for `kollect collect`: checked as admission would, then put together to targets.
#pragma once

#include <string>
#include <vector>

#include "app/console.h"
#include "control/target_setup.h"

namespace kollect::app {

struct PlannedTarget {
  control::TargetName name;
  api::Gvk gvk;  // of its profile
  control::PreparedTarget wanted;
};

// What is to be collected, in the order of the targets' names.
struct CollectPlan {
  std::vector<PlannedTarget> targets;
  std::vector<std::string> remarks;  // about what was given and is not used
};

// Whether the warnings of admission are told.
enum class Warnings : uint8_t { tell, leave_out };

// Reads the files. Inventories, sinks and objects of other groups are left out. What the rules of
// admission find goes to standard error with file and line. Fault::invalid: they
// refuse something, a target's profile is not there, there is no target at all.
Result<CollectPlan> plan_collection(const std::vector<std::string>& files,
                                    const std::string& default_namespace, const Console& console,
                                    Warnings warnings = Warnings::tell);

}  // namespace kollect::app
