// The commands of the `kollect` program: one table, one function each.
//
// A command gets its arguments and a Console and answers with an exit code; nothing here knows the
// process.
#pragma once

#include "app/console.h"

namespace kollect::app {

// Dispatches on the first argument. Without one, or with a flag in its place, the operator runs;
// `help` and `--help` are answered here.
int run(const Arguments& arguments, const Console& console);

// `kollect` alone: the operator, until SIGTERM or SIGINT; 1 when it cannot start. Flags: see
// operator_options.h.
int operate(const Arguments& arguments, const Console& console);

// `kollect eval`: expressions, profiles and conformance cases on objects from files.
int eval(const Arguments& arguments, const Console& console);

// `kollect validate`: manifests against schema and rules, without a cluster.
int validate(const Arguments& arguments, const Console& console);

// `kollect collect`: profiles and targets from files, rows of a cluster out; only reads.
int collect(const Arguments& arguments, const Console& console);

}  // namespace kollect::app
