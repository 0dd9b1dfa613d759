// I-Regexp (RFC 9485), the regular expressions of RFC 9535, run by RE2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace kollect::extract {

// The same expression for RE2; none when it is no I-Regexp. `^` and `$` are taken as anchors, as
// other implementations do.
std::optional<std::string> re2_pattern_of(std::string_view i_regexp);

// Null when it is no I-Regexp or needs too much memory.
std::shared_ptr<const re2::RE2> compile_i_regexp(std::string_view i_regexp);

enum class Span { whole, part };
bool matches(const re2::RE2& pattern, std::string_view text, Span span);

}  // namespace kollect::extract
