#include "app/policy_flags.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "api/scalar.h"
#include "base/text.h"

namespace kollect::app {

Result<int64_t> integer_of(const GivenFlags& given, const Flag& flag, int64_t least) {
  const std::string text = given.last(flag.name, flag.fallback);
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value < least)
    return invalid(
        fmt::format("--{} must be an integer of at least {}, not {}", flag.name, least, text));
  return value;
}

std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string word(trimmed(text.substr(0, comma)));
    if (!word.empty() && std::ranges::find(out, word) == out.end()) out.push_back(word);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

Result<api::AdmissionPolicy> policy_of(const GivenFlags& given) {
  const auto most = integer_of(given, kMaxExportBytes, 1);
  if (!most) return most.error();
  return api::AdmissionPolicy{
      .endpoints = {.allow_private = given.is_on(kAllowPrivateSinks.name),
                    .allow_loopback = given.is_on(kAllowLoopbackSinks.name)},
      .max_export_bytes = *most,
      .tenant_mode = given.is_on(kTenantMode.name),
      .default_included_namespaces = comma_list(given.last(kDefaultIncludedNamespaces.name)),
  };
}

}  // namespace kollect::app
