// The functions that Kubernetes users know from CRD validation and admission policies, beyond the
// standard library of the language: one table of rows per set.
//
// The sets of cel-go (strings, math, lists, sets, encoders, regex) and of Kubernetes
// (lists, regex, url, quantity, ip and cidr, semver, format) with their signatures and behaviour;
// what differs is said at the row. The work itself is done in the pure files beside (lib_text,
// lib_url, lib_quantity, ...).
#pragma once

#include "extract/cel/function_row.h"

namespace kollect::extract {

const Library& strings_library();
const Library& math_library();
const Library& lists_library();
const Library& sets_library();
const Library& encoders_library();
const Library& regex_library();
const Library& url_library();
const Library& quantity_library();
const Library& network_library();
const Library& semver_library();
const Library& format_library();

}  // namespace kollect::extract
