// The flags that the rules of admission know, shared by the operator and `kollect validate`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/rules.h"
#include "app/flags.h"

namespace kollect::app {

inline constexpr Flag kTenantMode = {
    .name = "tenant-mode",
    .help = "refuse KollectClusterTarget and KollectClusterInventory, watch no cluster kinds",
    .fallback = "false"};
inline constexpr Flag kAllowPrivateSinks = {
    .name = "allow-private-sinks",
    .help = "permit sink endpoints in private ranges (RFC 1918, unique-local IPv6)",
    .fallback = "false"};
inline constexpr Flag kAllowLoopbackSinks = {
    .name = "allow-loopback-sinks",
    .help = "permit sink endpoints on this machine, for trials; refused inside a cluster",
    .fallback = "false"};
inline constexpr Flag kMaxExportBytes = {
    .name = "max-export-bytes",
    .value = "BYTES",
    .help = "the largest envelope, message or object part that a manifest may ask for",
    .fallback = "1572864"};
inline constexpr Flag kDefaultIncludedNamespaces = {
    .name = "default-included-namespaces",
    .value = "LIST",
    .help = "comma-separated namespaces of a target that names none"};

// Fault::invalid names the flag whose value cannot be used.
Result<api::AdmissionPolicy> policy_of(const GivenFlags& given);

// Fault::invalid names the flag: its last value must be an integer of at least `least`.
Result<int64_t> integer_of(const GivenFlags& given, const Flag& flag, int64_t least);

// `a, b,,a` is a and b: trimmed, in the order given, without blanks and repetitions.
std::vector<std::string> comma_list(std::string_view text);

}  // namespace kollect::app
