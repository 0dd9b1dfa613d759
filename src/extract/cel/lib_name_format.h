// The named formats of Kubernetes (DNS names, label keys and values, uuid, ...) and what is wrong
// with a text that is none, in the words of Kubernetes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kollect::extract {

enum class NameFormat : uint8_t {
  dns1123_label,
  dns1123_subdomain,
  dns1035_label,
  qualified_name,
  dns1123_label_prefix,  // these three may end in "-": something will be appended
  dns1123_subdomain_prefix,
  dns1035_label_prefix,
  label_value,
  uri,
  uuid,
  byte,
  date,
  datetime,
};
inline constexpr size_t kNameFormats = 13;

// As expressions call it: "dns1123Label".
std::string_view word(NameFormat format);
// Nothing for a name that is no format.
std::optional<NameFormat> name_format(std::string_view word);

bool is_prefix(NameFormat format);

// What is wrong, as two pieces of one sentence; the texts are constants.
struct Finding {
  std::string_view part;  // "prefix part ", "name part " or nothing
  std::string_view message;
};

struct Findings {
  std::array<Finding, 4> items;
  size_t size = 0;

  void add(std::string_view part, std::string_view message) { items[size++] = {part, message}; }
};

// Empty when the text is of the format. For a prefix the caller has replaced a trailing "-"
// (mask_trailing_dash).
Findings findings(NameFormat format, std::string_view text);

// How Kubernetes looks at a prefix: a "-" at the end of two or more characters, and the character
// before it, become one "a". Writes at most text.size() bytes, tells how many.
size_t mask_trailing_dash(std::string_view text, char* out);

}  // namespace kollect::extract
