// Semantic versions (semver.org 2.0.0) as plain values.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kollect::extract {

enum class VersionSpelling {
  exact,    // as semver.org says
  relaxed,  // a leading "v", leading zeros and missing minor and patch numbers are forgiven
};

// The texts are parts of what was parsed and live as long as that.
struct Version {
  uint64_t major = 0;
  uint64_t minor = 0;
  uint64_t patch = 0;
  std::string_view prerelease;  // identifiers with dots between; empty when there are none
  std::string_view build;

  static std::optional<Version> parse(std::string_view text, VersionSpelling spelling);

  // The canonical text goes to `out`; tells its size, at most max_text_bytes().
  size_t max_text_bytes() const { return 64 + prerelease.size() + build.size(); }
  size_t format(char* out) const;

  // By precedence: build metadata does not count.
  friend std::strong_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }
};

}  // namespace kollect::extract
