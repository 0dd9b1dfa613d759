// The time zone files of the system (tzdata), by IANA name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kollect {

// The bytes of a zone such as "Europe/Zurich"; nullopt when there is no such file. A name leads
// nowhere else: dots and a leading slash are refused.
std::optional<std::string> zone_file(std::string_view name);

}  // namespace kollect
