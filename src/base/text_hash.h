// Hash tables by text that are asked with views: no string is made for a look.
#pragma once

#include <functional>
#include <string_view>

namespace kollect {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace kollect
