// Every file that `make generate` writes from the field tables.
#pragma once

#include <map>
#include <string>

namespace kollect::api {

// Path in the tree -> content.
std::map<std::string, std::string> generated_files();

}  // namespace kollect::api
