// What an expression may refer to, apart from the functions that are always there.
#pragma once

#include <string>
#include <vector>

namespace kollect::extract {

struct CelEnvironment {
  // The one of profiles and match policies: the variable `object`, of any type.
  static CelEnvironment of_object() { return {.declarations = {"object: dyn"}}; }

  // "name: type" or "name: function (type, ...) -> type", types as in function_row.h; a type
  // parameter may be written param(T). Values are bound to variables in the order in which they are
  // declared here.
  std::vector<std::string> declarations = {};
  // Names are looked up below this one first: in "a.b", x means a.b.x, then a.x, then x.
  std::string container = {};
  // Unchecked programs find out about unknown names and wrong types when they come to them.
  bool is_checked = true;
  bool has_macros = true;
};

}  // namespace kollect::extract
