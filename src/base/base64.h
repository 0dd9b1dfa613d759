// Standard base64 with padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kollect {

std::string base64_encode(std::string_view bytes);

// nullopt for anything but whole groups of four; blanks and line breaks between digits are skipped.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace kollect
