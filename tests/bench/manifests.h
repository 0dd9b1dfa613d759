// What a user writes to collect generated objects.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/plans.h"

namespace kollect::bench {

// The namespace of profile and targets.
inline constexpr std::string_view kHome = "bench";

struct WantedTarget {
  std::string name = "all";
  std::vector<std::string> namespaces = {};  // empty: all of them
};

struct Wanted {
  Resource resource = Resource::pods;
  std::span<const NamedPath> attributes = {};  // every object has all of them
  std::vector<WantedTarget> targets = {WantedTarget{}};
};

// A profile and its targets as YAML.
std::string manifests(const Wanted& wanted);
// The way to a replay server; with a certificate over TLS.
std::string kubeconfig(uint16_t port, const std::string& ca_file = {});

// How many bytes of the encoded values a row takes, from the line that `kollect collect` prints of
// it; 0: that is no such line.
size_t values_bytes(std::string_view line, std::span<const NamedPath> attributes);

// `https://127.0.0.1:port` or the same without TLS.
std::string server_url(uint16_t port, bool is_tls);

}  // namespace kollect::bench
