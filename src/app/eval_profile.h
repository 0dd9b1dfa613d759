// `kollect eval --profile`: whole profiles on objects, by the same compiled plans that collection
// uses.
#pragma once

#include <string>
#include <vector>

#include "app/console.h"
#include "base/json.h"

namespace kollect::app {

// Prints one row a line for every object of a profile's kind; the target of the rows is the profile
// itself. An object that fails is told on standard error.
int run_profiles(const std::vector<std::string>& files, const std::vector<json::Value>& objects,
                 const Console& console);

}  // namespace kollect::app
