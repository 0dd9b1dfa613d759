#include "base/zone_file.h"

#include <algorithm>
#include <fstream>

namespace kollect {

namespace {

constexpr size_t kMaxNameBytes = 64;
constexpr size_t kMaxFileBytes = size_t{64} << 10;

bool is_zone_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && name.front() != '/' &&
         std::all_of(name.begin(), name.end(), is_plain);
}

}  // namespace

std::optional<std::string> zone_file(std::string_view name) {
  if (!is_zone_name(name)) return std::nullopt;
  std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
  std::string bytes(kMaxFileBytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes.empty() ? std::nullopt : std::optional(std::move(bytes));
}

}  // namespace kollect
