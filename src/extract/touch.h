// Whether an expression can read something at or below a member of the root.
#pragma once

#include <cstdint>

namespace kollect::extract {

enum class Touch : uint8_t {
  no,
  maybe,  // it takes more than is known beforehand: the whole object, a computed key, everything
          // below
  yes,    // by name
};

}  // namespace kollect::extract
