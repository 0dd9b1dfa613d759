// The commands of the `kollect` program: one table, one function each.
//
// A command gets its arguments and a Console and answers with an exit code; nothing here knows the
// process.
#pragma once

#include "app/console.h"

namespace kollect::app {

// Dispatches on the first argument; `help`, `--help` and `--version` are answered here.
int run(const Arguments& arguments, const Console& console);

// `kollect eval`: expressions, profiles and conformance cases on objects from files.
int eval(const Arguments& arguments, const Console& console);

// `kollect validate`: manifests against schema and rules, without a cluster.
int validate(const Arguments& arguments, const Console& console);

}  // namespace kollect::app
